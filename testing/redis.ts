/**
 * What the tests over Redis share: whether there is one, clusters, journals, and subscriptions whose
 * news can be waited for.
 */

import { freePort, hasRedis, OwnRedis } from "./redis_server.ts";
import type { Person } from "../hub/person.ts";
import type { LogEntry, Subscription } from "../journal/journal.ts";
import { RedisJournal } from "../journal/redis/journal.ts";
import { allowed, rememberingLog, within } from "./support.ts";

/** In CI there must be a Redis: there it fails without. */
const ignore = !allowed || !(hasRedis() || Deno.env.get("CI") !== undefined);

if (allowed && ignore) console.log("no redis-server here: what needs one is ignored");

/** Runs a test that needs a Redis, or ignores it. */
export function redisTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

/**
 * Starts a cluster and waits until all of its nodes agree.
 *
 * @param count masters, which share the slots evenly
 * @param replicas whether each of them has a replica; these follow in the same order
 * @param more flags of every node
 */
export async function startCluster(
  count: number,
  replicas = false,
  ...more: string[]
): Promise<OwnRedis[]> {
  const flags = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", ...more];
  const buses = Array.from({ length: replicas ? 2 * count : count }, () => String(freePort()));
  const nodes = await Promise.all(
    buses.map((bus) => OwnRedis.start(...flags, "--cluster-port", bus)),
  );
  const masters = nodes.slice(0, count);
  const slots = 16_384;
  for (const [n, node] of nodes.entries()) {
    const from = Math.ceil(slots * n / count);
    const to = Math.ceil(slots * (n + 1) / count) - 1;
    if (n < count) await node.ask("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
    await node.ask("CLUSTER", "SET-CONFIG-EPOCH", String(n + 1));
    if (n > 0) await node.ask("CLUSTER", "MEET", "127.0.0.1", String(nodes[0].port), buses[0]);
  }
  for (const node of nodes) await node.until("CLUSTER INFO", `known_nodes:${nodes.length}`);
  for (const [n, node] of nodes.slice(count).entries()) {
    await node.ask("CLUSTER", "REPLICATE", String(await masters[n].ask("CLUSTER", "MYID")));
  }
  for (const node of nodes) await node.until("CLUSTER INFO", "cluster_state:ok");
  for (const node of nodes.slice(count)) {
    await node.until("INFO replication", "master_link_status:up");
  }
  return nodes;
}

/** A journal in this Redis, and its log. */
export async function openJournal(redis: { url: string }, keep = 0) {
  const log = rememberingLog();
  const journal = await RedisJournal.open(redis.url, { keep, log });
  return { log, journal, [Symbol.asyncDispose]: () => journal.close() };
}

/** Follows a room as the hub does, and remembers what came. */
export class Follower {
  readonly entries: LogEntry[] = [];
  /** The people in the room on other nodes, by id. */
  readonly people = new Map<string, Person>();
  readonly typing: string[] = [];
  subscription!: Subscription;
  #wake = () => {};

  static async open(journal: RedisJournal, room = "r", seq = 0): Promise<Follower> {
    const follower = new Follower();
    follower.subscription = await journal.subscribe(room, seq, () => follower.#wake());
    return follower;
  }

  #take(): void {
    this.entries.push(...this.subscription.take());
    for (const change of this.subscription.takePresence()) {
      if (change.kind === "here") this.people.set(change.person.id, change.person);
      else if (change.kind === "gone") this.people.delete(change.id);
      else this.typing.push(change.id);
    }
  }

  /** Waits until the condition holds, looking whenever something comes. */
  async until(condition: (follower: this) => boolean, what: string): Promise<void> {
    for (;;) {
      const woken = new Promise<void>((resolve) => this.#wake = resolve);
      this.#take();
      if (condition(this)) return;
      await within(woken, what);
    }
  }
}

/** The kind of journal that the suite over all journals takes in. */
export const redisKind = {
  name: "RedisJournal",
  lasting: true,
  ignore,
  async place() {
    await using stack = new AsyncDisposableStack();
    const redis = stack.use(await OwnRedis.start());
    const log = { info() {}, warn() {}, error() {} };
    const open = (keep = 0): Promise<RedisJournal> => RedisJournal.open(redis.url, { keep, log });
    const all = stack.move();
    return { open, dispose: () => all.disposeAsync() };
  },
};
