/**
 * Connections to the nodes of a cluster, each of which may be away while the others have rooms.
 *
 * A call finds its node by its key. A node that goes away is waited for, and where its replica is
 * promoted, the client notices. It does not notice for a node that was away from the beginning: so
 * from then on another client is tried, which takes over once it reaches all nodes.
 */

import { createCluster } from "@redis/client";
import { LIMITS } from "../../config/limits.ts";
import { UnreachableError } from "../journal.ts";
import { type Caller, COMMON, inTime, type Reply } from "./caller.ts";

type Cluster = ReturnType<typeof openCluster>;

/** Calls the nodes of a cluster. */
export class ClusterCaller implements Caller {
  readonly cluster = true;
  readonly #url: string;
  readonly #clients = new Set<Cluster>();
  #client: Cluster;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Rejects on `destroy`, since a call to a node that is away does not. */
  readonly #end = Promise.withResolvers<never>();
  #destroyed = false;

  /** @param url of one of its nodes */
  constructor(url: string) {
    this.#url = url;
    this.#client = this.#open();
    this.#end.promise.catch(() => {});
  }

  #open(): Cluster {
    const client = openCluster(this.#url);
    this.#clients.add(client);
    return client;
  }

  async connect(): Promise<void> {
    if (!await this.#connect(this.#client)) this.#later(() => this.#replace());
  }

  /** Finds the nodes, and connects to them; reports whether all of them have answered soon. */
  async #connect(client: Cluster): Promise<boolean> {
    await this.#inTime(client.connect(), LIMITS.redisCallMs);
    const nodes = client.masters.map((node) => client.nodeClient(node));
    await this.#inTime(Promise.allSettled(nodes), LIMITS.redisRetryMs).catch(() => {});
    return isWhole(client);
  }

  #inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
    return inTime(Promise.race([promise, this.#end.promise]), ms);
  }

  #later(step: () => void): void {
    if (!this.#destroyed) this.#timer = setTimeout(step, LIMITS.redisRefreshMs);
  }

  async #replace(): Promise<void> {
    if (isWhole(this.#client)) return;
    const next = this.#open();
    if (await this.#connect(next).catch(() => false)) {
      const last = this.#client;
      this.#client = next;
      // Until then every call that it has is answered, or late.
      this.#timer = setTimeout(() => this.#drop(last), LIMITS.redisCallMs);
    } else {
      this.#drop(next);
      this.#later(() => this.#replace());
    }
  }

  #drop(client: Cluster): void {
    if (this.#clients.delete(client)) client.destroy();
  }

  send(words: string[]): Promise<Reply> {
    const answer = this.#client.sendCommand<Reply>(keyOf(words), false, words);
    // A call to a node that has been away from the beginning would wait for it.
    return isWhole(this.#client) ? answer : this.#inTime(answer, LIMITS.redisRetryMs);
  }

  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#timer);
    this.#end.reject(new UnreachableError());
    for (const client of this.#clients) this.#drop(client);
  }
}

function openCluster(url: string) {
  const { username, password } = new URL(url);
  const reconnectStrategy = () => LIMITS.redisRetryMs;
  const cluster = createCluster({
    RESP: 2,
    rootNodes: [{ url }],
    // Otherwise connecting would wait for a node that is away.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: LIMITS.redisRefreshMs,
    defaults: {
      ...COMMON,
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
      socket: { connectTimeout: LIMITS.redisCallMs, reconnectStrategy, tls: isTls(url) as true },
    },
  });
  // Reported by the calls that fail.
  cluster.on("error", () => {});
  return cluster;
}

function isTls(url: string): boolean {
  return url.startsWith("rediss:");
}

/** Whether no node has been away since the beginning. */
function isWhole({ masters }: Cluster): boolean {
  return masters.every((node) => !("connectPromise" in node && node.connectPromise));
}

/** The key by which a command finds its node; undefined: any node will do. */
function keyOf([command, ...words]: string[]): string | undefined {
  if (command === "EVALSHA" || command === "EVAL") return words[2];
  return ["CONFIG", "INFO", "PUBLISH"].includes(command) ? undefined : words[0];
}
