/**
 * Badges, by chance: whatever people do on their devices, whichever servers are killed meanwhile, every
 * badge comes to what the logs say.
 */

import { BadgeWorld } from "../../testing/badges.ts";
import { chance, SEED } from "../../testing/fuzz.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { serveChat, type Server, startServer, test } from "../../testing/support.ts";

const ROUNDS = 3;
const ACTIONS = 25;
const flags = ["--rate", "0"];

/** Actions in rounds, after each of which every badge is compared. */
async function play(hosts: () => string[], salt: number, disturb?: () => Promise<void>) {
  await using world = await BadgeWorld.open(hosts, chance(salt));
  for (let round = 0; round < ROUNDS; round++) {
    const act = async () => {
      for (let n = 0; n < ACTIONS; n++) await world.act();
    };
    // Both have ended before anything is closed, also if one of them fails.
    const ends = await Promise.allSettled([act(), disturb?.()]);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    await world.check(`HUBBUB_SEED=${SEED}, round ${round}`);
  }
}

/** Kills a server and starts it again at the same address. */
async function restart(server: Server, db: string): Promise<Server> {
  await server.stop("SIGKILL");
  return await startServer("--db", db, "--addr", server.host, ...flags);
}

test(`AllRooms: shows badges that are right, HUBBUB_SEED=${SEED}`, async () => {
  await using server = await serveChat(...flags);
  await play(() => [server.host], 1601);
});

test(`AllRooms: shows badges that are right though the server is killed, HUBBUB_SEED=${SEED}`, async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/chat.db`;
  let server = await startServer("--db", db, ...flags);
  try {
    await play(() => [server.host], 1602, async () => void (server = await restart(server, db)));
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

redisTest(
  `AllRooms: shows badges that are right on two servers, one of which is killed, HUBBUB_SEED=${SEED}`,
  async () => {
    await using redis = await OwnRedis.start();
    const start = () => startServer("--db", redis.url, ...flags);
    const servers = [await start(), await start()];
    try {
      const hosts = () => servers.map(({ host }) => host);
      await play(hosts, 1603, async () => void (servers[1] = await restart(servers[1], redis.url)));
    } finally {
      for (const server of servers) await server[Symbol.asyncDispose]();
    }
  },
);
