/**
 * Connections to Redis, in pairs: one for calls, one that subscribes.
 *
 * A cluster is called node by node, each key where it is; the client finds the nodes and follows when
 * they change. Subscribing needs one node only, since a cluster passes on to all of them what is
 * published on one.
 *
 * In this order: constructed, `connect`, `open`, calls, `destroy`. Whatever goes wrong with one of the
 * two makes both useless, an answer that is late included: every step has
 * {@linkcode LIMITS.redisCallMs}.
 */

import { RedisClient } from "@redis/client";
import { LIMITS } from "../../config/limits.ts";
import { UnreachableError } from "../journal.ts";
import { type Caller, COMMON, inTime, type Reply } from "./caller.ts";
import { ClusterCaller } from "./cluster.ts";

/** A connection that subscribes. */
type Subscriber = ReturnType<typeof openClient>;

/** The two connections. */
export class Pair {
  readonly subscriber: Subscriber;
  readonly #url: string;
  readonly #fail: (error: Error) => void;
  #calls: Caller | undefined;
  #nodes: readonly string[] = [];
  #useless = false;
  /** Rejects on `destroy`, since not everything that connects does. */
  readonly #end = Promise.withResolvers<never>();

  /** @param fail is called with what has made it useless, unless that was `destroy` */
  constructor(url: string, fail: (error: Error) => void) {
    this.#url = url;
    this.#fail = (error) => {
      if (this.#useless) return;
      this.destroy(error);
      fail(error);
    };
    this.subscriber = openClient(url, this.#fail);
    this.#end.promise.catch(() => {});
  }

  /** Connects the one that subscribes, and waits until Redis has answered it. */
  async connect(): Promise<void> {
    await this.#inTime(this.subscriber.connect());
    this.#nodes = await this.#inTime(nodesOf(this.subscriber, this.#url));
  }

  /** Connects the other one. */
  async open(): Promise<void> {
    this.#calls = openCaller(this.#url, this.#nodes.length > 0, this.#fail);
    await this.#inTime(this.#calls.connect());
  }

  async #inTime<T>(step: Promise<T>): Promise<T> {
    const result = await inTime(Promise.race([step, this.#end.promise]));
    if (this.#useless) throw new UnreachableError();
    return result;
  }

  /** Every node of the cluster, as its URL would be; none if it is no cluster. */
  get nodes(): readonly string[] {
    return this.#nodes;
  }

  /** Sends a command. Rejects with {@linkcode UnreachableError} if there is no answer in time. */
  async call(...words: string[]): Promise<Reply> {
    const calls = this.#calls;
    if (this.#useless || !calls) throw new UnreachableError();
    try {
      return await inTime(calls.send(words));
    } catch (error) {
      if (isAnswer(error)) throw error;
      if (!calls.cluster) this.#fail(error as Error);
      throw new UnreachableError();
    }
  }

  /** Makes both useless unless the one that subscribes answers. */
  async ping(): Promise<void> {
    try {
      await inTime(this.subscriber.sendCommand(["PING"]));
    } catch (error) {
      this.#fail(error as Error);
      throw new UnreachableError();
    }
  }

  /** Lets go of both: whatever waits is rejected. */
  destroy(reason: Error = new UnreachableError()): void {
    if (this.#useless) return;
    this.#useless = true;
    this.#end.reject(reason);
    this.#calls?.destroy();
    this.subscriber.destroy();
  }
}

/**
 * A connection to one Redis, which is of no use any more once it has failed. It has no method for each
 * command, as `createClient` would give it: making these takes 30 ms for each new URL.
 */
export function openClient(url: string, fail: (error: Error) => void) {
  const client = new RedisClient({
    ...COMMON,
    url,
    socket: { connectTimeout: LIMITS.redisCallMs, reconnectStrategy: false },
  });
  client.on("error", fail);
  return client;
}

/** Every node of the cluster that this client is connected to, as `url` would be; none if it is none. */
async function nodesOf(client: Subscriber, url: string): Promise<string[]> {
  const info = String(await client.sendCommand(["INFO", "server"]));
  if (!isCluster(info)) return [];
  const slots = await client.sendCommand<[number, number, ...[string | null, number][]][]>([
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

/** Whether this is `INFO` of a cluster's node; Valkey has another word for it. */
export function isCluster(info: string): boolean {
  return /^(?:redis|server)_mode:cluster\b/m.test(info);
}

/** What calls the Redis at `url`, or the cluster it is a node of. */
function openCaller(url: string, cluster: boolean, fail: (error: Error) => void): Caller {
  if (cluster) return new ClusterCaller(url);
  const client = openClient(url, fail);
  return {
    cluster,
    connect: () => client.connect(),
    send: (words) => client.sendCommand<Reply>(words),
    destroy: () => client.destroy(),
  };
}

/** Whether Redis itself answered with this error, and may answer the next call otherwise. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && /^[A-Z]{2,} /.test(error.message) &&
    !/^(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN) /.test(error.message);
}
