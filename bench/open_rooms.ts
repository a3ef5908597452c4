/**
 * What many rooms at once cost those that are open: one server on Redis, near or far, whose hub is
 * asked for thousands of rooms in one moment, while somebody talks in a room that is open. Then
 * another server dies that had people in as many of these rooms.
 *
 *     deno task bench:rooms [--rooms N] [--died N] [--delay MS]...
 *
 * Prints a row for each of both and each distance (milliseconds that Redis' answers are held): until
 * it was over, and how long messages of the open room took meanwhile, from the hub to its member.
 */

import { setTimeout } from "node:timers/promises";
import { number, parseWords, repeatable, valuesOf } from "../config/flags.ts";
import { Hub } from "../hub.ts";
import { RedisJournal } from "../journal/redis/journal.ts";
import { NODES } from "../journal/redis/scripts.ts";
import { FakeMember, isInside, person } from "../testing/fakes.ts";
import { FaultyLink } from "../testing/faulty_link.ts";
import { OwnRedis } from "../testing/redis_server.ts";
import { until, within } from "../testing/wait.ts";
import { draft } from "./samples.ts";
import { markdown, time } from "./table.ts";

const HEAD = ["Redis answers after", "what happened", "over after", "median", "99 %", "longest"];
const MESSAGES = 50;
const SAY_EVERY_MS = 10;

const log = { info() {}, warn() {}, error: console.error };

async function fill(redis: OwnRedis, rooms: readonly string[]): Promise<void> {
  const journal = await RedisJournal.open(redis.url, { keep: 0, log });
  for (let at = 0; at < rooms.length; at += 100) {
    const some = rooms.slice(at, at + 100);
    await journal.append(
      some.flatMap((room) => Array.from({ length: MESSAGES }, (_, n) => draft(n, { room }))),
    );
  }
  await journal.close();
}

/** Somebody who talks in a room of their own until it is over. */
class Speaker {
  readonly #hub: Hub;
  readonly #member = new FakeMember("open", "speaker");
  #said = 0;

  constructor(hub: Hub) {
    this.#hub = hub;
    hub.join(this.#member);
  }

  /** Answers with how long `event` took and each message meanwhile, as the cells of a row. */
  async during(event: () => Promise<void>): Promise<string[]> {
    const member = this.#member;
    await member.until(isInside, "entering");
    const times: number[] = [];
    let done = false;
    const began = performance.now();
    const took = event().then(() => {
      done = true;
      return performance.now() - began;
    });
    while (!done) {
      const said = performance.now();
      this.#hub.say(member, "hello");
      this.#said++;
      await member.until(({ keptSeqs }) => keptSeqs.length >= this.#said, "the answer");
      await member.until(({ texts }) => texts.length >= this.#said, "the message");
      times.push(performance.now() - said);
      await setTimeout(SAY_EVERY_MS);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => time(1000 * times[Math.floor(share * (times.length - 1))]);
    return [time(1000 * await took), at(0.5), at(0.99), at(1)];
  }
}

async function openAll(hub: Hub, rooms: readonly string[]): Promise<FakeMember[]> {
  const members = rooms.map((room) => new FakeMember(room, "reader"));
  for (const member of members) hub.join(member);
  for (const member of members) await within(member.until(isInside, "entering"), "all", 120_000);
  return members;
}

/** Another server with a person in each of these rooms, which dies when the answer is called. */
async function openDoomed(redis: OwnRedis, rooms: readonly string[]) {
  const link = new FaultyLink(redis.port);
  const before = await redis.ask("ZRANGE", NODES, "0", "-1") as string[];
  const journal = await RedisJournal.open(link.url, { keep: 0, log: { ...log, error() {} } });
  const nodes = await redis.ask("ZRANGE", NODES, "0", "-1") as string[];
  const node = nodes.find((one) => !before.includes(one))!;
  for (const room of rooms) {
    const subscription = await journal.subscribe(room, 0, () => {});
    subscription.publishPresence("doomed", person("doomed"));
  }
  return async () => {
    link.cut();
    await journal.close();
    await redis.ask("ZREM", NODES, node);
    await link[Symbol.asyncDispose]();
  };
}

async function measure(
  redis: OwnRedis,
  rooms: readonly string[],
  died: number,
  delay: number,
): Promise<string[][]> {
  await using link = new FaultyLink(redis.port, delay);
  const journal = await RedisJournal.open(delay ? link.url : redis.url, { keep: 0, log });
  const hub = new Hub(journal, log, { tail: 64, maxClients: rooms.length });
  const speaker = new Speaker(hub);
  const label = delay ? `${delay} ms` : "at once";
  let members: FakeMember[] = [];
  const opened = await speaker.during(async () => void (members = await openAll(hub, rooms)));
  const shared = members.slice(0, died);
  const counts = (count: number) =>
    until(() => shared.every(({ inside }) => inside!.count === count), "presence", 120_000);
  const kill = await openDoomed(redis, rooms.slice(0, died));
  await counts(2);
  const left = await speaker.during(async () => {
    await kill();
    await counts(1);
  });
  await hub.close();
  await journal.close();
  return [
    [label, `${rooms.length} rooms opened`, ...opened],
    [label, `a server with ${died} rooms died`, ...left],
  ];
}

if (import.meta.main) {
  const FLAGS = {
    rooms: number("N", 10_000, "how many rooms are opened at once", 1, 1_000_000),
    died: number("N", 3_000, "how many rooms a server had that died", 1, 1_000_000),
    delay: repeatable(number("MS", 0, "how late Redis answers", 0, 1_000)),
  };
  const { rooms: count, died, delay } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
  await using redis = await OwnRedis.start();
  const rooms = Array.from({ length: count }, (_, n) => `room${n}`);
  await fill(redis, rooms);
  const rows = [HEAD];
  for (const ms of delay.length > 0 ? delay : [0, 1]) {
    rows.push(...await measure(redis, rooms, died, ms));
  }
  console.log(markdown(rows, 0));
}
