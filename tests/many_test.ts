/**
 * Three servers on one Redis, people talking on all of them all the time, and what can go wrong.
 *
 * Each of them sees everything: whatever came back to who said it must be in the history, once, at
 * the place where everybody saw it.
 */

import { assert, assertEquals } from "@std/assert";
import { Hand } from "../drill/hand.ts";
import { Ledger } from "../drill/ledger.ts";
import { allOf, pause, until } from "../drill/wait.ts";
import { Cable, redisTest, TestRedis } from "./redis_support.ts";
import { type Server, startServer } from "./support.ts";

const ROOM = "drill";
const HANDS = 9;

/** Three servers and people on each, who go to the next one when theirs is gone. */
class Town implements AsyncDisposable {
  readonly ledger = new Ledger();
  readonly servers: Server[];
  /** How many connections have ended. */
  drops = 0;
  readonly #hands: Hand[] = [];
  readonly #whole = new Set<Hand>();
  #open = true;

  private constructor(servers: Server[]) {
    this.servers = servers;
    for (let n = 0; n < HANDS; n++) {
      const window = n < 6 ? 4 : 0;
      const hand = new Hand({ name: `hand${n}`, room: ROOM, ledger: this.ledger, window });
      this.#hands.push(hand);
      this.#travel(hand, n);
    }
  }

  static async open(...urls: string[]): Promise<Town> {
    const flags = ["--rate", "0", "--keep", "0"];
    const starting = urls.map((url) => startServer("--db", url, ...flags));
    const town = new Town(await Promise.all(starting));
    await town.whole();
    return town;
  }

  async #travel(hand: Hand, at: number): Promise<void> {
    for (; this.#open; at++) {
      hand.join(this.servers[at % this.servers.length].host);
      hand.whole.then(() => this.#whole.add(hand));
      await hand.gone;
      this.#whole.delete(hand);
      this.drops++;
    }
  }

  /** Waits until each has seen all that there was when it came, and its own again. */
  async whole(): Promise<void> {
    await until(() => this.#whole.size === HANDS, "everybody to be whole");
  }

  /** Waits until so many further messages have been seen, by anybody on each server. */
  async talk(messages: number): Promise<void> {
    const wanted = this.ledger.newest + messages;
    await until(() => this.ledger.newest >= wanted, `${messages} messages`);
    await allOf(this.#hands.map((hand) => hand.answered()), "what was said to come back");
  }

  async refusals(count: number): Promise<void> {
    const wanted = this.ledger.refusals + count;
    await until(() => this.ledger.refusals >= wanted, `${count} refusals`);
  }

  async ready({ host }: Server): Promise<number> {
    const response = await fetch(`http://${host}/readyz`);
    await response.body?.cancel();
    return response.status;
  }

  /** Ends the talk, and holds the history of each server against what was seen. */
  async check(): Promise<void> {
    for (const hand of this.#hands) hand.hush();
    await allOf(this.#hands.map((hand) => hand.answered()), "what was said to come back");
    for (const server of this.servers) {
      const { lost, doubled, disordered, faults } = this.ledger.check(await history(server));
      assertEquals({ lost, doubled, disordered, faults }, {
        lost: 0,
        doubled: 0,
        disordered: 0,
        faults: [],
      });
    }
    assert(this.ledger.accepted > 100, `only ${this.ledger.accepted} were said`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
    await Promise.all(this.#hands.map((hand) => hand.leave()));
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}

async function history({ host }: Server): Promise<{ seq: number; id?: string }[]> {
  const pages: { seq: number; id?: string }[][] = [];
  for (let before = Number.MAX_SAFE_INTEGER, more = true; more;) {
    const url = `http://${host}/rooms/${ROOM}/messages?limit=200&before=${before}`;
    const page = await (await fetch(url)).json();
    pages.push(page.messages);
    before = page.messages[0]?.seq;
    more = page.more;
  }
  return pages.reverse().flat();
}

redisTest("Servers that are killed lose nothing, and their clients go on elsewhere", async () => {
  await using redis = await TestRedis.start();
  await using town = await Town.open(redis.url, redis.url, redis.url);
  for (let round = 0; round < 2; round++) {
    await town.talk(200);
    const { drops } = town;
    await town.servers[0].stop("SIGKILL");
    town.servers.shift();
    await until(() => town.drops >= drops + 3, "the clients to notice");
    await town.whole();
  }
  await town.talk(100);
  await town.check();
});

redisTest(
  "A Redis that is killed and started again loses nothing, and nobody is dropped",
  async () => {
    await using redis = await TestRedis.start("--appendonly", "yes", "--appendfsync", "always");
    await using town = await Town.open(redis.url, redis.url, redis.url);
    await town.talk(200);
    await redis.signal("SIGKILL");
    await town.refusals(20);
    for (const server of town.servers) assertEquals(await town.ready(server), 503);
    await redis.start();
    await town.talk(200);
    for (const server of town.servers) assertEquals(await town.ready(server), 200);
    await town.check();
    assertEquals(town.drops, 0);
  },
);

redisTest(
  "A Redis that stands still for five seconds loses nothing, and nobody is dropped",
  async () => {
    await using redis = await TestRedis.start();
    await using town = await Town.open(redis.url, redis.url, redis.url);
    await town.talk(200);
    await redis.signal("SIGSTOP");
    const still = pause(5_000);
    await town.refusals(20);
    for (const server of town.servers) assertEquals(await town.ready(server), 503);
    await still;
    await redis.signal("SIGCONT");
    await town.talk(200);
    await town.check();
    assertEquals(town.drops, 0);
  },
);

redisTest("A server cut from Redis refuses, and catches up when it is back", async () => {
  await using redis = await TestRedis.start();
  await using cable = new Cable(redis.port);
  await using town = await Town.open(cable.url, redis.url, redis.url);
  await town.talk(200);
  cable.cut();
  await town.refusals(10);
  assertEquals(await Promise.all(town.servers.map(town.ready)), [503, 200, 200]);
  const { newest } = town.ledger;
  await until(() => town.ledger.newest > newest + 2_000, "the others to go on");
  cable.mend();
  await town.talk(200);
  await redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
  await town.talk(200);
  await redis.ask("CLIENT", "KILL", "TYPE", "normal");
  await town.talk(200);
  await town.check();
  assertEquals(town.drops, 0);
});
