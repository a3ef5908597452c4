/**
 * What many people and hidden rooms cost a server: the memory of each, reading them at the start, and
 * the CPU time in which an upgrade is decided, for somebody's session in an open and in a hidden room.
 *
 *     deno task bench:people [--members N] [--rooms N]
 *
 * Everybody has one session, and a place in as many rooms as there are rooms for each member. Prints a
 * row for a chat of a thousand and one for the large chat.
 */

import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { number, parseWords, valuesOf } from "../config/flags.ts";
import { Authenticator } from "../http/authenticate.ts";
import type { Context } from "../http/context.ts";
import { joinRequestOf, roomOf } from "../http/join_request.ts";
import { Origins } from "../http/origin.ts";
import { MemoryJournal } from "../journal/memory.ts";
import type { Put } from "../people/directory.ts";
import { hashOf, idKey, newId } from "../people/ids.ts";
import { People } from "../people/people.ts";
import { memoryServices } from "../testing/clients.ts";
import { collectGarbage } from "../testing/heap.ts";
import { json } from "../wire/json.ts";
import { markdown, time } from "./table.ts";

const HEAD = [
  "members",
  "rooms",
  "bytes each",
  "bytes a room",
  "read after",
  "open room",
  "hidden room",
];
const UPGRADES = 5_000;
/** Records in one change. */
const GROUP = 96;
/** The people of each room. */
const CROWD = 4;
const OPTIONS = { access: "invite", usesTokens: false, isSecure: false } as const;
const log = { info() {}, warn() {}, error: console.error };

interface Filled {
  readonly cookies: string[];
  readonly rooms: string[];
  readonly bytesPerMember: number;
  readonly bytesPerRoom: number;
}

/** The CPU time of this process in microseconds, which other programs do not disturb. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function heap(): number {
  collectGarbage();
  return Deno.memoryUsage().heapUsed;
}

async function keep({ directory }: People, puts: readonly Put[]): Promise<void> {
  for (let at = 0; at < puts.length; at += GROUP) {
    const some = puts.slice(at, at + GROUP);
    await directory.change("", () => ({ puts: some, result: undefined }));
  }
}

function member(id: string, cookie: string): Put[] {
  const now = Date.now();
  const name = `member ${id}`;
  const session = { id: newId(), member: id, created: now, seen: now, agent: "Firefox", proven: 0 };
  return [
    ["member", idKey(id), { name, role: "member", created: now, since: now }],
    ["name", name, id],
    ["ended", idKey(id), now],
    ["session", hashOf(cookie), session],
  ];
}

function room(address: string, ids: readonly string[]): Put[] {
  const created = Date.now();
  const record = {
    access: "private",
    title: "a room",
    owner: ids[0],
    created,
    version: 1,
  } as const;
  const places = ids.map((id): Put => [
    "place",
    `${address}/${idKey(id)}`,
    { member: id, since: created, name: "" },
  ]);
  return [["room", address, record], ...places];
}

/** Fills a directory; the memory is that of a server which reads it, without the journal's. */
async function fill(journal: MemoryJournal, members: number, rooms: number): Promise<Filled> {
  const people = await People.open(journal, log, OPTIONS);
  const cookies = Array.from({ length: members }, () => people.sessions.issueRecorded());
  const ids = Array.from({ length: members }, () => newId());
  await keep(people, ids.flatMap((id, n) => member(id, cookies[n])));
  const bytesPerMember = await weigh(journal) / members;
  const addresses = Array.from({ length: rooms }, () => `~${newId(26)}`);
  await keep(
    people,
    addresses.flatMap((address, n) =>
      room(address, Array.from({ length: CROWD }, (_, k) => ids[(n + k) % members]))
    ),
  );
  people.close();
  const bytesPerRoom = (await weigh(journal) - bytesPerMember * members) / rooms;
  return { cookies, rooms: addresses, bytesPerMember, bytesPerRoom };
}

async function weigh(journal: MemoryJournal): Promise<number> {
  const before = heap();
  const people = await People.open(journal, log, OPTIONS);
  const after = heap();
  people.close();
  return after - before;
}

/** The requests of members for rooms, made beforehand. */
function requests({ cookies }: Filled, name: string, paths: readonly string[]) {
  return Array.from({ length: UPGRADES }, (_, n) => {
    const url = `http://localhost:8080/rooms/${paths[n % paths.length]}`;
    const headers = {
      cookie: `${name}=${cookies[n % cookies.length]}`,
      origin: "http://localhost:8080",
    };
    return {
      request: new Request(url, { headers }),
      url: new URL(url),
      room: paths[n % paths.length],
    };
  });
}

/** Microseconds of CPU time for one decision. */
async function decide(journal: MemoryJournal, filled: Filled, paths: string[]): Promise<number> {
  const services = memoryServices([], journal);
  const people = await People.open(journal, log, OPTIONS);
  const origins = new Origins({ url: [], origin: [] });
  const authenticator = await Authenticator.create({ people, origins, secret: "" });
  const asked = requests(filled, people.sessions.cookie, paths);
  let took = 0;
  for (let round = 0; round < 2; round++) {
    const began = cpu();
    for (const [n, { request, url, room }] of asked.entries()) {
      // The directory is looked at meanwhile.
      if (n % 1_000 === 0) await setImmediate();
      const identity = await authenticator.identify(request, url, true);
      const context = { request, url, address: "192.0.2.1", identity, params: { room } };
      const known = { ...context, services: { ...services, people, authenticator } };
      const whole = known as unknown as Context;
      const { isCurrent } = joinRequestOf(whole, roomOf(whole), json);
      if (!isCurrent()) throw new Error("somebody may not come in");
    }
    // The first round is for the compiler.
    took = cpu() - began;
  }
  people.close();
  await services.close();
  return took / UPGRADES;
}

async function rowOf(members: number, rooms: number): Promise<string[]> {
  const journal = new MemoryJournal(0);
  const filled = await fill(journal, members, rooms);
  const began = cpu();
  const people = await People.open(journal, log, OPTIONS);
  const read = cpu() - began;
  people.close();
  const open = await decide(journal, filled, ["lobby"]);
  // A member may enter the rooms of the same number, and some before.
  const hidden = await decide(journal, filled, filled.rooms);
  journal.close();
  const bytes = [filled.bytesPerMember, filled.bytesPerRoom].map((each) => each.toFixed(0));
  const micros = [open, hidden].map((us) => `${us.toFixed(1)} µs`);
  return [String(members), String(rooms), ...bytes, time(read), ...micros];
}

const FLAGS = {
  members: number("N", 10_000, "members", 1, 20_000),
  rooms: number("N", 10_000, "hidden rooms", 1, 100_000),
};
const { members, rooms } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
console.log(markdown([HEAD, await rowOf(1_000, 1_000), await rowOf(members, rooms)], 0));
