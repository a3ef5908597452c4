/**
 * People with several devices in several rooms, what they do by chance, and what their badges must show:
 * counted from the rooms' logs alone.
 */

import { assertEquals } from "@std/assert";
import { connectRooms, type Message, type Rooms } from "../sdk/mod.ts";
import { Caller } from "./caller.ts";
import type { Random } from "./random.ts";
import { pause, until } from "./wait.ts";

const NAMES = ["ann", "bob", "eve"];
const DEVICES = 2;

interface Someone {
  readonly name: string;
  readonly id: string;
  readonly token: string;
  readonly devices: Rooms[];
  /** By room: the highest entry that any device has marked as read. */
  readonly marks: Map<string, number>;
  /** The rooms that they were taken out of: a mark that was on its way may have been refused. */
  readonly unsure: Set<string>;
}

interface Place {
  readonly room: string;
  readonly isDirect: boolean;
  /** The people who may enter now. */
  readonly people: Set<Someone>;
}

/** A small chat. */
export class BadgeWorld {
  readonly #hosts: () => readonly string[];
  readonly #random: Random;
  readonly #people: Someone[] = [];
  readonly #places: Place[] = [];
  #said = 0;

  private constructor(hosts: () => readonly string[], random: Random) {
    this.#hosts = hosts;
    this.#random = random;
  }

  /** Three people with two devices each; two open rooms, two private ones and a direct one. */
  static async open(hosts: () => readonly string[], random: Random): Promise<BadgeWorld> {
    const world = new BadgeWorld(hosts, random);
    for (const name of NAMES) {
      const caller = world.#caller(name);
      const token = caller.headers.authorization.slice("Bearer ".length);
      const id = await caller.id();
      world.#people.push({ name, id, token, devices: [], marks: new Map(), unsure: new Set() });
    }
    const [ann, bob] = world.#people;
    for (const room of ["tea", "pub"]) {
      world.#places.push({ room, isDirect: false, people: new Set(world.#people) });
    }
    const caller = world.#caller(ann.name);
    for (const people of [world.#people, [ann, bob]]) {
      const members = people.slice(1).map(({ id }) => id);
      const order = { access: "private", title: "Den", members };
      const { name: room } = (await caller.ask("POST", "/rooms", order)).body;
      world.#places.push({ room, isDirect: false, people: new Set(people) });
    }
    const { body } = await caller.ask("POST", "/direct", { members: [bob.id] });
    world.#places.push({ room: body.name, isDirect: true, people: new Set([ann, bob]) });
    for (const someone of world.#people) {
      for (let n = 0; n < DEVICES; n++) someone.devices.push(world.#connect(someone));
    }
    return world;
  }

  #host(): string {
    return this.#random.pick(this.#hosts());
  }

  #caller(name: string): Caller {
    return Caller.withKey({ host: this.#host() }, name);
  }

  #connect({ name, token }: Someone): Rooms {
    return connectRooms({ url: `http://${this.#host()}`, name, token });
  }

  /** One of them does something. */
  async act(): Promise<void> {
    const place = this.#random.pick(this.#places);
    const someone = this.#random.pick([...place.people]);
    const device = this.#random.pick(someone.devices);
    switch (this.#random.int(12)) {
      case 0:
      case 1:
        return this.#read(someone, device, place.room);
      case 2:
        device.enter(place.room);
        return;
      case 3:
        return await device.enter(place.room).close({ flushMs: 0 });
      case 4:
        // Its connection is another one from now on.
        return device.identify({});
      case 5:
        return await this.#delete(someone, place.room);
      case 6:
        return await this.#comeOrGo();
      case 7: {
        const n = someone.devices.indexOf(device);
        await device.close({ flushMs: 0 });
        // What was marked may not have arrived; the new device marks it again.
        const next = someone.devices[n] = this.#connect(someone);
        for (const [room, seq] of someone.marks) next.read(room, seq);
        return;
      }
      default:
        return await this.#say(someone, place);
    }
  }

  #read(someone: Someone, device: Rooms, room: string): void {
    const newest = device.room(room)?.seq ?? 0;
    if (newest === 0) return;
    const seq = this.#random.chance(1, 2) ? newest : 1 + this.#random.int(newest);
    device.read(room, seq);
    someone.marks.set(room, Math.max(seq, someone.marks.get(room) ?? 0));
  }

  async #say(someone: Someone, { room, people }: Place): Promise<void> {
    const text = `text ${++this.#said}`;
    const other = this.#random.pick(this.#people);
    const more: { text: string; to?: string[]; reply?: number }[] = [
      { text },
      { text, to: [other.id] },
      { text: `${text} for @${other.name}, @${other.name}x and @nobody` },
    ];
    const answered = this.#random.pick(await this.#log(room, someone));
    const isHere = answered && [...people].some(({ id }) => id === answered.from);
    if (isHere && !answered.deleted) more.push({ text, reply: answered.seq });
    const body = { ...this.#random.pick(more), id: crypto.randomUUID() };
    await this.#ask(someone, "POST", `/rooms/${room}/messages?name=${someone.name}`, body);
  }

  async #delete(someone: Someone, room: string): Promise<void> {
    const own = (await this.#log(room, someone)).filter(({ from }) => from === someone.id);
    if (own.length === 0) return;
    const { seq } = this.#random.pick(own);
    await this.#ask(someone, "DELETE", `/rooms/${room}/messages/${seq}`);
  }

  /** Eve may enter the first private room, or no longer. */
  async #comeOrGo(): Promise<void> {
    const [ann, , eve] = this.#people;
    const { room, people } = this.#places[2];
    const isIn = people.has(eve);
    const { status } = await this.#ask(ann, "PATCH", `/rooms/${room}`, {
      [isIn ? "remove" : "add"]: [eve.id],
      id: crypto.randomUUID(),
    });
    if (status !== 200 && status !== 201) return;
    if (isIn) {
      people.delete(eve);
      eve.unsure.add(room);
    } else people.add(eve);
  }

  /** Asks again where a server was killed meanwhile: the id makes that safe. */
  async #ask({ name }: Someone, method: string, path: string, body?: unknown) {
    for (;;) {
      try {
        const answer = await this.#caller(name).ask(method, path, body);
        if (answer.status < 500) return answer;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      // The server that was killed is started again.
      await pause(50);
    }
  }

  async #log(room: string, someone: Someone): Promise<readonly Message[]> {
    let messages: readonly Message[] | undefined;
    // Another server may learn a moment later that they may enter.
    await until(async () => {
      const { body } = await this.#ask(someone, "GET", `/rooms/${room}/messages?limit=200`);
      messages = body.messages;
      return messages !== undefined;
    }, `${someone.name} to be let into ${room}`);
    return messages!;
  }

  /** What a room's badge must show somebody: from the log, and from what they marked. */
  async #expected(someone: Someone, { room, isDirect }: Place) {
    const log = await this.#log(room, someone);
    const bySeq = new Map(log.map((message) => [message.seq, message]));
    const mark = someone.marks.get(room) ?? 0;
    const unread = log.filter(({ seq }) => seq > mark);
    const isFor = ({ from, to, reply, deleted }: Message) =>
      from !== someone.id && !deleted &&
      (isDirect || to?.includes(someone.id) ||
        reply !== undefined && bySeq.get(reply)?.from === someone.id);
    return `${unread.length} ${unread.filter(isFor).length}`;
  }

  /** Waits until every badge of every device, and of one that is new, is right. */
  async check(what: string): Promise<void> {
    for (const someone of this.#people) {
      await using fresh = closedAfter(this.#connect(someone));
      const devices = [...someone.devices, fresh.rooms];
      // They may be waiting for a server that was away.
      for (const device of devices) device.wake();
      await this.#markAgain(someone, fresh.rooms);
      for (const place of this.#places) await this.#checkPlace(place, someone, devices, what);
    }
  }

  async #markAgain(someone: Someone, device: Rooms): Promise<void> {
    for (const { room, people } of this.#places) {
      const mark = someone.marks.get(room);
      if (mark === undefined || !people.has(someone) || !someone.unsure.delete(room)) continue;
      await until(
        () => device.room(room) !== undefined,
        `${room} to be shown to ${someone.name} again`,
      );
      device.read(room, mark);
    }
  }

  async #checkPlace(place: Place, someone: Someone, devices: Rooms[], what: string): Promise<void> {
    const count = async () =>
      place.people.has(someone) ? await this.#expected(someone, place) : "none";
    let expected = await count();
    for (const [n, device] of devices.entries()) {
      const shown = () => badge(device, place.room);
      const isRight = async () => {
        if (isOnline(device) && isShown(shown(), expected, place, someone)) return true;
        // A server may learn a moment later what was deleted on another one.
        expected = await count();
        return false;
      };
      const of = `${someone.name}'s device ${n} in ${place.room}`;
      await until(isRight, "the badge").catch(() => {
        assertEquals(shown(), expected, `${what}: ${of} (${device.status.is})`);
        // It is right only as nobody can rely on it: the device is not online.
        throw new Error(`${what}: ${of} is ${device.status.is}`);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const devices = this.#people.flatMap(({ devices }) => devices);
    await Promise.all(devices.map((device) => device.close({ flushMs: 0 })));
  }
}

/** A connection that is closed however its use ends. */
function closedAfter(rooms: Rooms) {
  return { rooms, [Symbol.asyncDispose]: () => rooms.close({ flushMs: 0 }) };
}

function isOnline({ status }: Rooms): boolean {
  return status.is === "online";
}

function badge(device: Rooms, room: string): string {
  const found = device.room(room);
  return found ? `${found.unread} ${found.mentions}` : "none";
}

/** An open room with nothing for somebody, which they have not read, need not be one of theirs. */
function isShown(shown: string, expected: string, { room }: Place, { marks }: Someone): boolean {
  const isOptional = !room.startsWith("~") && !marks.has(room) && expected.endsWith(" 0");
  return shown === expected || isOptional && shown === "none";
}
