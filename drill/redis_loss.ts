/**
 * The acts in which a Redis loses the newest of what two servers have kept in it: the tail of its AOF
 * is cut, or a replica without the newest messages, or without any, takes its place.
 *
 * Each loss happens in three ways: while both servers run, while both are restarted, and while one
 * runs on, cut from Redis, and the other is restarted and goes on without it. They need a
 * `redis-server`, and are not run where there is none.
 */

import { logKeys } from "../journal/redis/scripts.ts";
import { FaultyLink } from "../testing/faulty_link.ts";
import type { Random } from "../testing/random.ts";
import { hasRedis, OwnRedis } from "../testing/redis_server.ts";
import { ROOM } from "./client_group.ts";
import { type Loss, placeOfCut, runLoss } from "./lost_tail.ts";
import { ReplicaGroup } from "./replica_group.ts";
import { DrillServer } from "./server.ts";
import { skippedVerdict, type Verdict } from "./verdict.ts";

/** A Redis that loses something. */
interface Redis extends AsyncDisposable {
  /** Where it answers now. */
  readonly port: number;
  save(): Promise<void>;
  /** It answers again afterwards, with less. */
  lose(): Promise<void>;
}

const FLAGS = [
  ...["--appendonly", "yes", "--appendfsync", "everysec"],
  // A replica gets its copy at once.
  ...["--repl-diskless-sync-delay", "0"],
];

/** One whose AOF is cut after it was killed. */
class CutRedis implements Redis {
  readonly #redis: OwnRedis;
  readonly #random: Random;
  #saved = 0;

  constructor(redis: OwnRedis, random: Random) {
    this.#redis = redis;
    this.#random = random;
  }

  get port(): number {
    return this.#redis.port;
  }

  /** The file to which it appends. */
  get #file(): string {
    const folder = `${this.#redis.folder}/appendonlydir`;
    const manifest = Deno.readTextFileSync(`${folder}/appendonly.aof.manifest`);
    const name = [...manifest.matchAll(/^file (\S+) seq \d+ type i$/gm)].at(-1)![1];
    return `${folder}/${name}`;
  }

  save(): Promise<void> {
    this.#saved = Deno.statSync(this.#file).size;
    return Promise.resolve();
  }

  async lose(): Promise<void> {
    await this.#redis.signal("SIGKILL");
    const { size } = Deno.statSync(this.#file);
    Deno.truncateSync(this.#file, placeOfCut(this.#random, this.#saved, size));
    await this.#redis.start();
    // Redis leaves half a transaction at the end of the file, which the next start would complete
    // with what was appended behind it: so the file is rewritten, as docs/SCALING.md advises.
    await this.#redis.ask("BGREWRITEAOF");
    await this.#redis.until("INFO persistence", "aof_rewrite_in_progress:0");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis[Symbol.asyncDispose]();
  }
}

/** One whose place is taken by an empty one, then by replicas that have stopped copying at some time. */
class ReplacedRedis implements Redis {
  #redis: OwnRedis;
  #successor: OwnRedis | undefined;
  #isFirst = true;

  constructor(redis: OwnRedis) {
    this.#redis = redis;
  }

  get port(): number {
    return this.#redis.port;
  }

  async save(): Promise<void> {
    const isEmpty = this.#isFirst;
    this.#isFirst = false;
    const flags = isEmpty ? [] : ["--replicaof", "127.0.0.1", String(this.port)];
    this.#successor = await OwnRedis.start(...FLAGS, ...flags);
    if (isEmpty) return;
    await this.#successor.until("INFO replication", "master_link_status:up");
    await this.#successor.ask("REPLICAOF", "NO", "ONE");
  }

  async lose(): Promise<void> {
    await this.#redis[Symbol.asyncDispose]();
    this.#redis = this.#successor!;
    this.#successor = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis[Symbol.asyncDispose]();
    await this.#successor?.[Symbol.asyncDispose]();
  }
}

/** The servers that are restarted while Redis is away, by their places; the others run. */
const WAYS = [[], [0, 1], [1]];

/** The loss of one Redis that is shared by two servers. */
function createLoss(
  redis: Redis,
  servers: readonly DrillServer[],
  links: readonly FaultyLink[],
  restarted: readonly number[],
): Loss {
  const recover = async (place: number) => {
    links[place].redirect(redis.port);
    if (restarted.includes(place)) await servers[place].start();
  };
  return {
    save: () => redis.save(),
    async lose() {
      for (const place of restarted) await servers[place].kill();
      for (const link of links) link.cut();
      await redis.lose();
      return await newestIn(redis.port);
    },
    async recover(more) {
      // Where one has been running all the time, it finds what the other has made of it.
      const [first, ...others] = restarted.length === 1 ? [1, 0] : [0, 1];
      await recover(first);
      if (restarted.length === 1) await more();
      for (const place of others) await recover(place);
      if (restarted.length !== 1) await more();
    },
  };
}

async function newestIn(port: number): Promise<number> {
  const [entries, state] = logKeys(ROOM);
  const first = Number(await OwnRedis.ask(port, "HGET", state, "first") ?? 1);
  return first + Number(await OwnRedis.ask(port, "LLEN", entries)) - 1;
}

async function runRedisAct(
  act: string,
  wrap: (redis: OwnRedis) => Redis,
  ways: readonly number[][],
): Promise<Verdict> {
  const begin = performance.now();
  if (!hasRedis()) return skippedVerdict(act, "this needs a redis-server");
  await using redis = wrap(await OwnRedis.start(...FLAGS));
  await using first = new FaultyLink(redis.port);
  await using second = new FaultyLink(redis.port);
  const links = [first, second];
  const opening = links.map(({ url }) => DrillServer.open(["--db", url]));
  const servers = await Promise.all(opening);
  await using _servers = disposeAll(servers);
  await using group = new ReplicaGroup(servers);
  let worstMs = 0;
  for (const restarted of ways) {
    const tookMs = await runLoss(group, createLoss(redis, servers, links, restarted));
    worstMs = Math.max(worstMs, tookMs);
  }
  const account = await group.compare();
  return { act, ...account, worstMs, tookMs: performance.now() - begin };
}

function disposeAll(all: readonly AsyncDisposable[]): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** Runs the act of an AOF that is cut. */
export async function aofAct(random: Random): Promise<Verdict> {
  return await runRedisAct("AOF cut", (redis) => new CutRedis(redis, random), WAYS);
}

/** Runs the act of a replica that lacks messages. */
export async function replicaAct(): Promise<Verdict> {
  const wrap = (redis: OwnRedis) => new ReplacedRedis(redis);
  return await runRedisAct("empty or older replica", wrap, [[1], ...WAYS]);
}
