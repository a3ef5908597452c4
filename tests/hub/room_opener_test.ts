/** Rooms that are opened beside the hub's loop. */

import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import { OpenRooms } from "../../hub/open_rooms.ts";
import { Room } from "../../hub/room.ts";
import { RoomOpener } from "../../hub/room_opener.ts";
import { Tail } from "../../hub/tail.ts";
import { draft, FakeMember, FakeSubscription, NO_SETTINGS, range } from "../../testing/fakes.ts";
import { HeldJournal } from "../../testing/held_journal.ts";
import { within } from "../../testing/wait.ts";

/** An opener whose events the test can wait for; it takes nothing by itself. */
function startOpener(journal = new HeldJournal()) {
  const opened: { room: Room; fresh: boolean }[] = [];
  const failed: string[] = [];
  const rooms = new OpenRooms();
  let wake = () => {};
  const opener = new RoomOpener(journal, rooms, 100, {
    opened(_asked, room, fresh) {
      opened.push({ room, fresh });
      wake();
    },
    failed(asked) {
      failed.push(asked);
      wake();
    },
    news() {},
  });
  const until = async (condition: () => boolean, what: string) => {
    while (!condition()) await within(new Promise<void>((resolve) => wake = resolve), what);
  };
  return { opener, rooms, journal, opened, failed, until };
}

Deno.test("RoomOpener.add: opens a room once for all who wait for it", async () => {
  const { opener, journal, opened, until } = startOpener();
  const members = ["ann", "bob"].map((id) => new FakeMember("r", id));
  for (const member of members) opener.add(member, undefined);
  assertEquals(opener.waiting, 2);
  await until(() => opened.length === 1, "the room");
  assertEquals([journal.opened, opened[0].fresh], [["r"], true]);
  assertEquals([...opener.take("r")].map(({ person }) => person.id), ["ann", "bob"]);
  assertEquals([opener.waiting, [...opener.take("r")]], [0, []]);
});

Deno.test("RoomOpener.add: opens a room with its newest messages, published", async () => {
  const { opener, journal, opened, until } = startOpener();
  await journal.append(range(1, LIMITS.warm + 10).map((n) => draft(`m${n}`)));
  opener.add(new FakeMember("r", "ann"), undefined);
  await until(() => opened.length === 1, "the room");
  const { tail } = opened[0].room;
  assertEquals([tail.seq, tail.published], [LIMITS.warm + 10, LIMITS.warm]);
  assertEquals(tail.after(10, tail.seq)?.length, LIMITS.warm);
});

Deno.test("RoomOpener.add: lets a room that is open catch up, and does not open it again", async () => {
  const { opener, journal, opened, until } = startOpener();
  const subscription = new FakeSubscription();
  const room = new Room("r", new Tail(100), subscription, NO_SETTINGS, 0);
  opener.add(new FakeMember("r", "bob"), room);
  await until(() => opened.length === 1, "the refreshed room");
  assertEquals([opened[0].fresh, opened[0].room === room], [false, true]);
  assertEquals([journal.opened, subscription.refreshes], [[], 1]);
});

Deno.test("RoomOpener.add: opens a limited number of rooms at once, in order, and all in the end", async () => {
  const { opener, journal, opened, until } = startOpener();
  const count = 3 * LIMITS.roomsOpening;
  const names = range(1, count).map((n) => `r${n}`);
  for (const name of names) journal.holdRoom(name);
  for (const name of names) opener.add(new FakeMember(name, "ann"), undefined);
  // More would have begun by now.
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  assertEquals([journal.opening, opener.waiting], [LIMITS.roomsOpening, count]);
  assertEquals(journal.opened, names.slice(0, LIMITS.roomsOpening));
  journal.release();
  let most = 0;
  await until(() => {
    most = Math.max(most, journal.opening);
    return opened.length === count;
  }, "all rooms");
  assert(most <= LIMITS.roomsOpening, `${most} at once`);
  assertEquals(journal.opened, names);
});

Deno.test("RoomOpener.delete: keeps a room from being opened that nobody waits for any more", async () => {
  const { opener, journal, opened, until } = startOpener();
  const names = range(1, LIMITS.roomsOpening).map((n) => `r${n}`);
  for (const name of names) journal.holdRoom(name);
  for (const name of names) opener.add(new FakeMember(name, "ann"), undefined);
  const gone = new FakeMember("gone", "bob");
  opener.add(gone, undefined);
  opener.add(new FakeMember("last", "cy"), undefined);
  opener.delete(gone);
  journal.release();
  await until(() => opened.some(({ room }) => room.name === "last"), "the last room");
  assert(!journal.opened.includes("gone"));
  assertEquals([...opener.take("gone")], []);
});

Deno.test("RoomOpener.delete: takes one member away, and leaves the others waiting", async () => {
  const { opener, opened, until } = startOpener();
  const [gone, stays] = ["gone", "stays"].map((id) => new FakeMember("r", id));
  for (const member of [gone, stays]) opener.add(member, undefined);
  opener.delete(gone);
  await until(() => opened.length === 1, "the room");
  assertEquals([...opener.take("r")], [stays]);
});

Deno.test("RoomOpener: reports a room that cannot be read, and opens the others", async () => {
  const { opener, opened, failed, until } = startOpener();
  const unlucky = new FakeMember("unreadable", "u");
  opener.add(unlucky, undefined);
  opener.add(new FakeMember("r", "ann"), undefined);
  await until(() => opened.length + failed.length === 2, "both");
  assertEquals([failed, opened.map(({ room }) => room.name)], [["unreadable"], ["r"]]);
  assertEquals([...opener.take("unreadable")], [unlucky]);
});

Deno.test("RoomOpener: takes a position that nobody has kept for another history, even if the room grows", async () => {
  const { opener, journal, opened, until } = startOpener();
  await journal.append(range(1, 5).map((n) => draft(`m${n}`)));
  const [known, lost] = [5, 8].map((since) => new FakeMember("r", "ann", { since }));
  for (const member of [known, lost]) opener.add(member, undefined);
  await until(() => opened.length === 1, "the room");
  const { room } = opened[0];
  await journal.append(range(6, 9).map((n) => draft(`other ${n}`)));
  room.receive();
  assertEquals([room.seq, opener.isReady(room, lost)], [9, true]);
  assertEquals([known.isDiverged, lost.isDiverged], [false, true]);
});
