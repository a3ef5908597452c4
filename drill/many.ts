/**
 * The acts of many servers: three of them share one Redis, and one of them, or Redis, or the link
 * between them breaks. Only a server that is killed drops anybody. They need a `redis-server`, and are
 * not run where there is none.
 */

import { FaultyLink } from "../testing/faulty_link.ts";
import { hasRedis, OwnRedis } from "../testing/redis_server.ts";
import { Cluster } from "./cluster.ts";
import { skippedVerdict, type Verdict } from "./verdict.ts";
import { pause, until } from "../testing/wait.ts";

interface Fault {
  /** In words. */
  readonly act: string;
  /** Flags of Redis. */
  readonly flags?: readonly string[];
  run(cluster: Cluster, redis: OwnRedis, link: FaultyLink): Promise<void>;
}

const SAFE = ["--appendonly", "yes", "--appendfsync", "always"];
const STILL_MS = 5_000;

const FAULTS = {
  /** Each server in turn; its clients go to the next one. */
  servers: {
    act: "servers killed",
    async run(cluster) {
      for (const server of cluster.servers) {
        await cluster.talk(300);
        const { drops } = cluster;
        const killedAt = performance.now();
        await server.kill();
        await until(() => cluster.drops >= drops + 3, "the clients to notice");
        await cluster.recovered(killedAt);
        await server.start();
      }
    },
  },
  redis: {
    act: "Redis killed",
    flags: SAFE,
    async run(cluster, redis) {
      await cluster.talk(300);
      await redis.signal("SIGKILL");
      await expectRefusals(cluster, [503, 503, 503]);
      await redis.start();
      await cluster.recovered();
    },
  },
  still: {
    act: "Redis still for 5 s",
    async run(cluster, redis) {
      await cluster.talk(300);
      await redis.signal("SIGSTOP");
      const still = pause(STILL_MS);
      await expectRefusals(cluster, [503, 503, 503]);
      await still;
      await redis.signal("SIGCONT");
      await cluster.recovered();
    },
  },
  /** The first server's: they end, or stay and deliver nothing; then Redis ends everybody's. */
  cut: {
    act: "server cut from Redis",
    async run(cluster, redis, link) {
      for (const fault of ["cut", "dropAnswers"] as const) {
        await cluster.talk(300);
        link[fault]();
        await expectRefusals(cluster, [503, 200, 200]);
        await cluster.talk(300);
        link.repair();
        await cluster.recovered();
      }
      for (const type of ["pubsub", "normal"]) {
        await redis.ask("CLIENT", "KILL", "TYPE", type);
        await cluster.recovered();
      }
    },
  },
} satisfies Record<string, Fault>;

/** Waits for refusals, and until each `/readyz` answers this. */
async function expectRefusals(cluster: Cluster, readiness: number[]): Promise<void> {
  await cluster.refusals(20);
  await expectReady(cluster, readiness);
}

/** On a busy machine an answer may be late, so that a server is not ready for a moment. */
async function expectReady(cluster: Cluster, readiness: number[]): Promise<void> {
  const wanted = String(readiness);
  await until(async () => String(await cluster.ready()) === wanted, `/readyz to say ${wanted}`);
}

async function runAct({ act, flags = [], run }: Fault): Promise<Verdict> {
  const begin = performance.now();
  if (!hasRedis()) return skippedVerdict(act, "this needs a redis-server");
  await using redis = await OwnRedis.start(...flags);
  await using link = new FaultyLink(redis.port);
  await using cluster = await Cluster.open(link.url, redis.url, redis.url);
  const { drops } = cluster;
  await run(cluster, redis, link);
  if (act !== FAULTS.servers.act && cluster.drops > drops) {
    cluster.ledger.blame("lost", `${cluster.drops - drops} connections`);
  }
  await cluster.talk(300);
  await expectReady(cluster, [200, 200, 200]);
  const account = await cluster.finish();
  return { act, ...account, worstMs: cluster.worstMs, tookMs: performance.now() - begin };
}

/** The acts, by name. */
export const MANY: Readonly<Record<keyof typeof FAULTS, () => Promise<Verdict>>> = {
  servers: () => runAct(FAULTS.servers),
  redis: () => runAct(FAULTS.redis),
  still: () => runAct(FAULTS.still),
  cut: () => runAct(FAULTS.cut),
};
