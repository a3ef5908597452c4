import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import { Room } from "../../hub/room.ts";
import { Tail } from "../../hub/tail.ts";
import { FakeMember, FakeSubscription, message, NO_SETTINGS } from "../../testing/fakes.ts";

function newRoom(tail = 100): Room {
  return new Room("r", new Tail(tail), new FakeSubscription(), NO_SETTINGS, 0);
}

/** Lets members in, one for each id. */
function enterMany(room: Room, count: number): FakeMember[] {
  const members = Array.from({ length: count }, (_, n) => new FakeMember("r", `p${n}`));
  for (const member of members) room.enter(member);
  return members;
}

/** How many of them have been shown anything. */
function served(members: readonly FakeMember[]): number {
  return members.filter(({ slices }) => slices.length > 0).length;
}

Deno.test("Room.enter: counts people, not connections", () => {
  const room = newRoom();
  const first = new FakeMember("r", "ann");
  const second = new FakeMember("r", "ann");
  room.enter(first);
  room.enter(second);
  assertEquals(room.count, 1);
  assert(room.leave(first));
  assertEquals(room.count, 1);
  assert(room.leave(second));
  assertEquals([room.count, room.empty], [0, true]);
});

Deno.test("Room.enter: lets an observer follow without being present", () => {
  const room = newRoom();
  const observer = new FakeMember("r", "o", { observer: true });
  room.enter(observer);
  assertEquals([room.count, room.presence.people().length, room.empty], [0, 0, false]);
  room.presence.flush();
  assertEquals(room.tail.end, 0);
  room.push(message(1));
  room.fanOut();
  assertEquals(observer.texts, ["m1"]);
  room.leave(observer);
  assert(room.empty);
});

Deno.test("Room.leave: is harmless for a member that is not in", () => {
  const room = newRoom();
  const member = new FakeMember("r", "ann");
  room.enter(member);
  assertFalse(room.leave(new FakeMember("r", "ann")));
  assert(room.leave(member));
  assertFalse(room.leave(member));
  assertEquals(room.count, 0);
});

Deno.test("Room.receive: takes messages and presence from the subscription", () => {
  const subscription = new FakeSubscription();
  const room = new Room("r", new Tail(100), subscription, NO_SETTINGS, 0);
  subscription.messages.push(message(1), message(2));
  subscription.presence.push({
    kind: "here",
    person: { id: "far", name: "Far", avatar: undefined },
  });
  room.receive();
  assertEquals([room.seq, room.count, room.presence.people()[0].name], [2, 1, "Far"]);
});

Deno.test("Room.fanOut: shows every member what was pushed", () => {
  const room = newRoom();
  const members = enterMany(room, 2);
  room.push(message(1));
  room.push(message(2));
  assertEquals(members.map(({ texts }) => texts), [[], []]);
  room.fanOut();
  assertEquals(members.map(({ texts }) => texts), [["m1", "m2"], ["m1", "m2"]]);
});

Deno.test("Room.fanOut: serves a large room in turns, and loses nothing that comes meanwhile", async () => {
  const room = newRoom();
  const members = enterMany(room, 3 * LIMITS.fanOutMembers);
  room.push(message(1));
  room.fanOut();
  assertEquals(served(members), LIMITS.fanOutMembers);
  room.push(message(2));
  room.push(message(3));
  room.fanOut();
  assertEquals(room.seq, 3);
  for (const member of members) {
    await member.until(({ texts }) => texts.length === 3, "three messages");
    assertEquals(member.texts, ["m1", "m2", "m3"]);
  }
});

Deno.test("Room.fanOut: serves fewer members a turn the larger what they get is", async () => {
  const room = newRoom();
  const members = enterMany(room, 12);
  room.push(message(1, "x".repeat(LIMITS.fanOutBytes / 4)));
  room.fanOut();
  const large = served(members);
  assert(large > 0 && large <= 4, `${large} in the first turn`);
  await members.at(-1)!.until(({ texts }) => texts.length === 1, "the large message");
  // What was large before does not slow down what is small.
  await setImmediate();
  room.push(message(2));
  room.fanOut();
  assertEquals(members.filter(({ texts }) => texts.length === 2).length, 12);
});

Deno.test("Room.fanOut: shows what is pushed during a round in the next, to all in one slice", async () => {
  const room = newRoom();
  const members = enterMany(room, 2 * LIMITS.fanOutMembers);
  const last = members.at(-1)!;
  room.push(message(1));
  room.fanOut();
  assertEquals(last.texts, []);
  room.push(message(2));
  room.push(message(3));
  room.fanOut();
  await last.until(({ texts }) => texts.length === 3, "three messages");
  for (const { slices } of members) {
    assertEquals(slices.map(({ frames }) => frames), [["m1"], ["m2", "m3"]]);
    for (const [n, slice] of slices.entries()) assertStrictEquals(slice, last.slices[n]);
  }
});

Deno.test("Room.fanOut: shows everybody what was pushed while somebody entered", async () => {
  const room = newRoom();
  const members = enterMany(room, 2 * LIMITS.fanOutMembers);
  room.push(message(1));
  room.fanOut();
  room.push(message(2));
  const newcomer = new FakeMember("r", "newcomer", { observer: true });
  room.enter(newcomer);
  room.fanOut();
  for (const member of members) {
    await member.until(({ texts }) => texts.length === 2, "both messages");
    assertEquals(member.texts, ["m1", "m2"]);
  }
  room.push(message(3));
  room.fanOut();
  await newcomer.until(({ texts }) => texts.length > 0, "the third message");
  assertEquals(newcomer.texts, ["m3"]);
});

Deno.test("Room.fanOut: drops what all have seen once the tail is full", () => {
  const room = newRoom(2);
  enterMany(room, 2);
  for (let seq = 1; seq <= 10; seq++) {
    room.push(message(seq));
    room.fanOut();
  }
  assert(room.tail.end - room.tail.start <= 4, `${room.tail.end - room.tail.start} are held`);
});

Deno.test("Room.dissolve: rejects everybody and follows the journal no longer", () => {
  const subscription = new FakeSubscription();
  const room = new Room("r", new Tail(100), subscription, NO_SETTINGS, 0);
  const members = enterMany(room, 2);
  room.dissolve();
  assertEquals(members.map(({ isRejected }) => isRejected), [true, true]);
  assertEquals([room.empty, subscription.isOver], [true, true]);
});

Deno.test("Room.close: forgets what it waits for", () => {
  const room = newRoom();
  room.enter(new FakeMember("r", "ann"));
  // Its timer would be reported as a leak of this test.
  room.presence.debounce(() => {});
  room.close();
});
