/**
 * Connections to Redis: one that is called, one that listens.
 *
 * A cluster is called node by node, each key where it is; the client finds the nodes and follows when
 * they change. Listening needs one node only, since a cluster tells what is published on all of them.
 */

import { createClient, createCluster } from "redis";
import { LIMITS } from "../config.ts";
import { Unreachable } from "../journal.ts";

/** What Redis answers, in the second version of its protocol. */
export type Reply = null | number | string | Reply[];

/** A connection for calls. */
export interface Caller {
  /** Whether it mends itself: a failing call tells nothing about the others. */
  readonly mends: boolean;
  connect(): Promise<unknown>;
  send(words: string[]): Promise<Reply>;
  destroy(): void;
}

/** A connection that listens. */
export type Ears = ReturnType<typeof openEars>;

const COMMON = {
  RESP: 2,
  disableOfflineQueue: true,
  disableClientInfo: true,
  maintNotifications: "disabled",
} as const;

/** A connection to one Redis, which is of no use any more once it has failed. */
export function openEars(url: string, fail: (error: Error) => void) {
  const client = createClient({
    ...COMMON,
    url,
    socket: { connectTimeout: LIMITS.redisCallMs, reconnectStrategy: false },
  });
  client.on("error", fail);
  return client;
}

/** Every node of the cluster that these ears listen to, as `url` would be; none if it is no cluster. */
export async function nodesOf(ears: Ears, url: string): Promise<string[]> {
  const info = String(await ears.sendCommand(["INFO", "server"]));
  if (!/^redis_mode:cluster/m.test(info)) return [];
  const slots = await ears.sendCommand<[number, number, ...[string | null, number][]][]>([
    "CLUSTER",
    "SLOTS",
  ]);
  return slots.flatMap(([, , ...nodes]) => nodes).map(([host, port]) => {
    const node = new URL(url);
    if (host) node.hostname = host.includes(":") ? `[${host}]` : host;
    node.port = String(port);
    return node.href;
  });
}

/** What calls the Redis at `url`, or the cluster it is a node of. */
export function openCaller(url: string, cluster: boolean, fail: (error: Error) => void): Caller {
  if (cluster) return openClusterCaller(url);
  const client = openEars(url, fail);
  return {
    mends: false,
    connect: () => client.connect(),
    send: (words) => client.sendCommand<Reply>(words),
    destroy: () => client.destroy(),
  };
}

function openClusterCaller(url: string): Caller {
  const { username, password } = new URL(url);
  const reconnectStrategy = () => LIMITS.redisRetryMs;
  const cluster = createCluster({
    RESP: 2,
    rootNodes: [{ url }],
    defaults: {
      ...COMMON,
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
      socket: { connectTimeout: LIMITS.redisCallMs, reconnectStrategy, tls: isTls(url) as true },
    },
  });
  // Told by the calls that fail.
  cluster.on("error", () => {});
  return {
    mends: true,
    connect: () => cluster.connect(),
    send: (words) => cluster.sendCommand<Reply>(keyOf(words), false, words),
    destroy: () => cluster.destroy(),
  };
}

function isTls(url: string): boolean {
  return url.startsWith("rediss:");
}

/** The key by which a command finds its node; undefined: any node will do. */
function keyOf([command, ...words]: string[]): string | undefined {
  if (command === "EVALSHA" || command === "EVAL") return words[2];
  return ["INFO", "PUBLISH"].includes(command) ? undefined : words[0];
}

/** Whether Redis said this, rather than nobody. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && /^[A-Z]{2,} /.test(error.message) &&
    !/^(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN) /.test(error.message);
}

/** What a promise comes to; rejects with {@linkcode Unreachable} if it is late. */
export async function inTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreachable()), LIMITS.redisCallMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
