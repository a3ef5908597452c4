import { assert, assertEquals, assertFalse } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Room } from "../../hub/room.ts";
import type { Entry } from "../../hub/entry.ts";
import { Tail } from "../../hub/tail.ts";
import type { Wire } from "../../wire/wire.ts";
import { FakeMember, person, said, words } from "../../testing/fakes.ts";
import { within } from "../../testing/support.ts";

function newRoom(): Room {
  return new Room("r", new Tail(100));
}

/** Lets members in, one for each id, and shows it. */
function crowd(room: Room, count: number): FakeMember[] {
  const members = Array.from({ length: count }, (_, n) => new FakeMember("r", `p${n}`));
  for (const member of members) room.enter(member);
  room.flushPresence();
  return members;
}

/** What stands in the tail behind `from`. */
function entries(room: Room, from = 0): Entry[] {
  let found: readonly Entry[] = [];
  const wire: Wire = { ...words, encode: (entries) => (found = entries, []) };
  room.tail.read(wire, from);
  return [...found];
}

function last<K extends Entry["kind"]>(room: Room, kind: K): Extract<Entry, { kind: K }> {
  const entry = entries(room).at(-1);
  assertEquals(entry?.kind as string, kind);
  return entry as Extract<Entry, { kind: K }>;
}

Deno.test("Room counts people, not connections", () => {
  const room = newRoom();
  const first = new FakeMember("r", "ann");
  const second = new FakeMember("r", "ann");
  room.enter(first);
  room.enter(second);
  assertEquals(room.count, 1);
  assert(room.leave(first));
  assertEquals(room.count, 1);
  assert(room.leave(second));
  assertEquals(room.count, 0);
  assert(room.empty);
});

Deno.test("Room.leave is harmless for a member that is not in", () => {
  const room = newRoom();
  const member = new FakeMember("r", "ann");
  room.enter(member);
  assertFalse(room.leave(new FakeMember("r", "ann")));
  assert(room.leave(member));
  assertFalse(room.leave(member));
  assertEquals(room.count, 0);
});

Deno.test("Room lets a watcher follow without being here", () => {
  const room = newRoom();
  const watcher = new FakeMember("r", "w", { watcher: true });
  room.enter(watcher);
  assertEquals([room.count, room.people().length, room.empty], [0, 0, false]);
  room.flushPresence();
  assertEquals(entries(room), []);
  room.leave(watcher);
  assert(room.empty);
});

Deno.test("Room gathers who came and who went into one entry", () => {
  const room = newRoom();
  const [ann] = crowd(room, 2);
  room.leave(ann);
  room.enter(new FakeMember("r", "cy", { name: "Cy" }));
  room.flushPresence();
  const { joined, left, count, members } = last(room, "presence");
  assertEquals(joined.map(({ id, name }) => [id, name]), [["cy", "Cy"]]);
  assertEquals(left, ["p0"]);
  assertEquals(count, 2);
  assertEquals(members?.map(({ id }) => id), ["p1", "cy"]);
});

Deno.test("Room tells of who came and went only that they left", () => {
  const room = newRoom();
  crowd(room, 1);
  const bob = new FakeMember("r", "bob");
  room.enter(bob);
  room.leave(bob);
  room.flushPresence();
  const { joined, left, count } = last(room, "presence");
  assertEquals([joined, left, count], [[], ["bob"], 1]);
});

Deno.test("Room tells of who went and came back only that they are here, by their new name", () => {
  const room = newRoom();
  const [ann] = crowd(room, 1);
  room.leave(ann);
  room.enter(new FakeMember("r", "p0", { name: "Ann" }));
  room.flushPresence();
  const { joined, left, count } = last(room, "presence");
  assertEquals([joined.map(({ id, name }) => [id, name]), left, count], [[["p0", "Ann"]], [], 1]);
});

Deno.test("Room tells who is here anew once it is no crowd any more", () => {
  const room = newRoom();
  const members = crowd(room, LIMITS.presenceMembers + 2);
  assert(!last(room, "presence").snapshot);
  for (const member of members.slice(0, 2)) room.leave(member);
  room.flushPresence();
  const { snapshot, members: told } = last(room, "presence");
  assertEquals([snapshot, told?.length], [true, LIMITS.presenceMembers]);
  room.leave(members[2]);
  room.flushPresence();
  assert(!last(room, "presence").snapshot);
});

Deno.test("Room.rename changes a person's name on all of their connections", () => {
  const room = newRoom();
  const first = new FakeMember("r", "ann");
  const second = new FakeMember("r", "ann");
  room.enter(first);
  room.enter(second);
  room.rename(first.person, "Ann");
  assertEquals([first.person.name, second.person.name], ["Ann", "Ann"]);
  assertEquals(room.people().map(({ name }) => name), ["Ann"]);
  assertEquals(last(room, "renamed"), { kind: "renamed", from: "ann", name: "Ann" });
});

Deno.test("Room.rename says nothing of the same name, and of somebody who is not here", () => {
  const room = newRoom();
  const [ann] = crowd(room, 1);
  room.rename(ann.person, "Ann");
  const { end } = room.tail;
  room.rename(ann.person, "Ann");
  room.rename(person("nobody"), "No");
  assertEquals(room.tail.end, end);
});

Deno.test("Room.typing tells each member at most once in a while", () => {
  const room = newRoom();
  const [ann, bob] = crowd(room, 2);
  const { end } = room.tail;
  for (let n = 0; n < 5; n++) {
    room.typing(ann.person);
    room.typing(bob.person);
  }
  assertEquals(room.tail.end, end + 2);
  assertEquals(last(room, "typing").name, "guest-p1");
});

Deno.test("Room.typing says nothing of somebody who is not here", () => {
  const room = newRoom();
  crowd(room, 1);
  const { end } = room.tail;
  room.typing(person("nobody"));
  assertEquals(room.tail.end, end);
});

Deno.test("Room tells a crowd the count alone, and not who types", () => {
  const room = newRoom();
  const members = crowd(room, LIMITS.presenceMembers + 1);
  const { joined, left, count, members: told } = last(room, "presence");
  assertEquals([joined, left, count], [[], [], LIMITS.presenceMembers + 1]);
  assertEquals(told, undefined);
  assertEquals(room.people().length, LIMITS.presenceMembers);
  room.typing(members[0].person);
  assertEquals(last(room, "presence").count, LIMITS.presenceMembers + 1);
});

Deno.test("Room tells everybody to a room that is just not a crowd", () => {
  const room = newRoom();
  crowd(room, LIMITS.presenceMembers);
  const { joined, members } = last(room, "presence");
  assertEquals([joined.length, members?.length], [LIMITS.presenceMembers, LIMITS.presenceMembers]);
});

Deno.test("Room.gather calls back once for any number of changes", async () => {
  const room = newRoom();
  let calls = 0;
  await within(
    new Promise<void>((resolve) => {
      const callBack = () => (calls++, resolve());
      room.enter(new FakeMember("r", "ann"));
      room.debouncePresence(callBack);
      room.enter(new FakeMember("r", "bob"));
      room.debouncePresence(callBack);
    }),
    "the call",
  );
  room.flushPresence();
  room.debouncePresence(() => calls++);
  room.close();
  assertEquals(calls, 1);
});

Deno.test("Room.close forgets what it waits for", () => {
  const room = newRoom();
  room.enter(new FakeMember("r", "ann"));
  room.debouncePresence(() => {});
  room.close();
});

Deno.test("Room.stir wakes every member, then trims the tail", () => {
  const room = new Room("r", new Tail(2));
  const members = [new FakeMember("r", "ann"), new FakeMember("r", "bob")];
  for (const member of members) room.enter(member);
  for (let n = 0; n < 4; n++) room.rename(members[0].person, `n${n}`);
  room.notify();
  for (const { shown } of members) assertEquals(shown.length, 4);
  assertEquals(room.tail.end - room.tail.start, 2);
});

Deno.test("Room.stir hands out to a crowd in turns, and loses nothing that comes meanwhile", async () => {
  const room = newRoom();
  const members = crowd(room, 3 * LIMITS.handOutMembers);
  room.push(said(1));
  room.notify();
  const served = members.filter(({ heard }) => heard.length > 0).length;
  assert(served > 0 && served <= LIMITS.handOutMembers, `${served} in the first turn`);
  room.push(said(2));
  room.push(said(3));
  room.notify();
  assertEquals(room.seq, 3);
  for (const member of members) {
    await member.until(({ heard }) => heard.length === 3, "three messages");
    assertEquals(member.heard, ["m1", "m2", "m3"]);
  }
});
