/**
 * Synchronised means equal: whatever happens to clients and servers, in the end every client knows of a
 * room what somebody knows who fetches everything.
 *
 * The histories are random; a seed chooses what is done, while servers and networks choose the moments.
 * `HUBBUB_SEEDS=100` runs that many of each, `HUBBUB_SEEDS=7-7` the seventh alone.
 */

import { assert, assertEquals } from "@std/assert";
import { setReaction } from "../sdk/mod.ts";
import { type Random, seeded } from "../testing/random.ts";
import { hasRedis, OwnRedis } from "../testing/redis_server.ts";
import { seeds } from "../testing/seeds.ts";
import { SyncClient } from "../testing/sync_client.ts";
import { fetchRoom } from "../testing/room_copy.ts";
import { allowed, type Server, startServer } from "../testing/support.ts";
import { pause, until } from "../testing/wait.ts";

const ROOM = "sync";
const FLAGS = ["--rate", "0", "--keep", "0", "--max-clients-per-ip", "0", "--tail", "64"];
const PEOPLE = ["ann", "ben", "cleo", "dora"];
const CLIENTS = 6;
const STEPS = 60;
const EMOJI = ["👍", "🎉", "👩‍💻", "❤️"];
/** More people than a message lists for an emoji. */
const CROWD = 26;

const keyOf = (name: string) => name.padEnd(40, "-");

/** Servers on one database. */
interface Town extends AsyncDisposable {
  readonly ports: readonly number[];
  /** Kills one, and starts it again at its port. */
  restart(n: number): Promise<void>;
}

async function openTown(count: number, db: string, end: () => Promise<void>): Promise<Town> {
  const start = (addr: string) => startServer("--db", db, "--addr", addr, ...FLAGS);
  const servers: Server[] = [];
  for (let n = 0; n < count; n++) servers.push(await start("127.0.0.1:0"));
  return {
    ports: servers.map(({ host }) => Number(host.split(":")[1])),
    async restart(n) {
      const { host } = servers[n];
      await servers[n].stop("SIGKILL");
      servers[n] = await start(host);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      await end();
    },
  };
}

async function onSqlite(): Promise<Town> {
  const folder = await Deno.makeTempDir();
  const remove = () => Deno.remove(folder, { recursive: true });
  return await openTown(1, `${folder}/chat.db`, remove);
}

async function onRedis(): Promise<Town> {
  const redis = await OwnRedis.start();
  return await openTown(2, redis.url, () => redis[Symbol.asyncDispose]());
}

/** One thing that somebody does in the room. */
function doSomething(client: SyncClient, random: Random): void {
  const { state } = client.room;
  const recent = state.messages.slice(-random.pick([5, 40, 1_000]));
  const target = recent.length > 0 ? random.pick(recent) : undefined;
  const deed = random.int(20);
  if (!target || deed < 6) {
    const reply = target && random.chance(1, 4) ? target.seq : undefined;
    return client.give((room) => room.say(`text ${random.int(1e6)}`, { reply }));
  }
  const { seq } = target;
  // Now and then of somebody else, which is refused.
  const own = recent.findLast(({ from }) => from === state.you?.id && random.chance(2, 3)) ??
    target;
  if (deed < 10) client.give((room) => room.edit(own.seq, `edit ${random.int(1e6)}`));
  else if (deed < 15) {
    const emoji = random.pick(EMOJI);
    client.give((room) => room.react(seq, emoji, random.chance(2, 3)));
  } else if (deed < 17) client.give((room) => room.remove(own.seq));
  else if (deed < 19) client.give((room) => room.pin(seq, random.chance(2, 3)));
  else client.give((room) => room.setTopic(random.pick(["", "Tea", "Coffee"])));
}

/** Something happens to a client, or it looks at the history. */
function disturb(client: SyncClient, random: Random, ports: readonly number[]): void {
  switch (random.int(6)) {
    case 0:
      return client.link.cut();
    case 1:
      return client.link.hold();
    case 2:
      return client.move(random.pick(ports));
    case 3:
      return client.comeBack();
    default: {
      const { head } = client.room.state;
      const seq = 1 + random.int(head + 2);
      const query = random.pick([{ before: seq }, { after: seq }, { around: seq }, {}]);
      client.fetch({ ...query, limit: 1 + random.int(40) }, random.int(300));
    }
  }
}

/** Very many react to one message, without sockets, and withdraw that. */
async function crowd(random: Random, port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}`;
  await Promise.all(Array.from({ length: CROWD }, async (_, n) => {
    const reaction = { emoji: EMOJI[0], on: random.chance(3, 4), seq: 1 };
    try {
      await setReaction({ url, room: ROOM, token: keyOf(`crowd ${n}`), ...reaction });
    } catch {
      // The message is deleted, or the server was killed.
    }
  }));
}

async function run(town: Town, seed: number): Promise<void> {
  const random = seeded(seed);
  const { ports } = town;
  await using stack = new AsyncDisposableStack();
  const clients: SyncClient[] = [];
  const join = () => {
    const name = PEOPLE[clients.length % PEOPLE.length];
    const place = { port: random.pick(ports), room: ROOM, replay: random.pick([0, 5, 50, 1_000]) };
    clients.push(stack.use(new SyncClient({ ...place, name, key: keyOf(name) })));
  };
  for (let n = 0; n < CLIENTS - 2; n++) join();
  await Promise.all(clients.map((client) => client.joined()));
  const beside: Promise<void>[] = [];
  for (let step = 0; step < STEPS; step++) {
    if (clients.length < CLIENTS && random.chance(1, 15)) join();
    for (let n = random.int(8); n > 0; n--) doSomething(random.pick(clients), random);
    if (random.chance(1, 2)) disturb(random.pick(clients), random, ports);
    if (random.chance(1, 12)) beside.push(random.pick(clients).retry(random.pick, 5));
    if (random.chance(1, 20)) beside.push(crowd(random, random.pick(ports)));
    if (random.chance(1, 25)) {
      await town.restart(random.int(ports.length));
      for (const client of clients) if (random.chance(1, 2)) client.room.wake();
    }
    await pause(random.int(15));
  }
  await Promise.all(beside);
  await agree(clients, ports);
}

/** Lets everybody come back, and compares what they know. */
async function agree(clients: readonly SyncClient[], ports: readonly number[]): Promise<void> {
  for (const client of clients) client.comeBack();
  const settled = Promise.all(clients.map((client) => client.settled()));
  let isSettled = false;
  settled.then(() => isSettled = true, () => isSettled = true);
  // A connection that waits for a while comes back now.
  await until(() => {
    for (const { room } of clients) if (room.status.is === "waiting") room.wake();
    return isSettled;
  }, "everybody's commands");
  await settled;
  for (const port of ports) {
    const copy = await fetchRoom(`127.0.0.1:${port}`, ROOM);
    assert(copy.messages.length > 20, "there was something to agree on");
    for (const client of clients) {
      assertEquals(await client.compare(copy), []);
      assertEquals(client.resets, 0);
      const codes = Object.keys(client.refused).filter((code) => !EXPECTED.has(code));
      assertEquals(codes, []);
    }
  }
}

/** Why a random command may be refused. */
const EXPECTED = new Set(["not_allowed", "gone", "changed"]);

for (const seed of seeds(2)) {
  Deno.test({
    name: `RoomState: equals what is fetched, after history ${seed} on a server that is killed`,
    ignore: !allowed,
    async fn() {
      await using town = await onSqlite();
      await run(town, seed);
    },
  });

  Deno.test({
    name: `RoomState: equals what is fetched, after history ${seed} on two servers on one Redis`,
    ignore: !allowed || !hasRedis(),
    async fn() {
      await using town = await onRedis();
      await run(town, seed);
    },
  });
}
