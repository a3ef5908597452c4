/** The list of rooms: the journal's, with the people of the rooms that are open. */

import { assertEquals } from "@std/assert";
import type { RoomQuery } from "../../journal/journal.ts";
import { draft, FakeMember, isInside } from "../../testing/fakes.ts";
import { join, openHub } from "../../testing/held_journal.ts";

/** A hub whose rooms c, a, B have messages, the newest in c; people are in b, `new` and `Old`. */
async function openLists() {
  const opened = openHub();
  const { hub, journal } = opened;
  await journal.append(["B", "a", "c"].map((room, at) => draft("x", { room, at: at + 1 })));
  for (const [room, id] of [["b", "ann"], ["b", "bob"], ["new", "ann"], ["Old", "cy"]]) {
    await join(hub, room, id);
  }
  const observer = new FakeMember("observed", "o", { observer: true });
  hub.join(observer);
  await observer.until(isInside, "entering");
  const list = async (query: Partial<RoomQuery> = {}) => {
    const { rooms, more } = await hub.list({ limit: 10, ...query });
    return [rooms.map(({ name, members }) => `${name} ${members}`).join(), more];
  };
  return { list, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

Deno.test("listRooms: lists by newest activity, and last the rooms where nobody spoke", async () => {
  await using opened = await openLists();
  assertEquals(await opened.list(), ["c 0,a 0,B 2,new 1,Old 1", false]);
  assertEquals(await opened.list({ limit: 2 }), ["c 0,a 0", true]);
  assertEquals(await opened.list({ limit: 5 }), ["c 0,a 0,B 2,new 1,Old 1", false]);
});

Deno.test("listRooms: pages by name through rooms with people and rooms with messages", async () => {
  await using opened = await openLists();
  assertEquals(await opened.list({ after: "", limit: 3 }), ["a 0,B 2,c 0", true]);
  assertEquals(await opened.list({ after: "C", limit: 3 }), ["c 0,new 1,Old 1", false]);
  assertEquals(await opened.list({ after: "c", limit: 1 }), ["new 1", true]);
  assertEquals(await opened.list({ after: "old" }), ["", false]);
});

Deno.test("listRooms: finds rooms with people and rooms with messages by a text", async () => {
  await using opened = await openLists();
  assertEquals(await opened.list({ q: "O" }), ["Old 1", false]);
  assertEquals(await opened.list({ q: "b" }), ["B 2", false]);
});

Deno.test("listRooms: lists only what the given names mean", async () => {
  await using opened = await openLists();
  assertEquals(await opened.list({ names: ["b", "OLD", "none"] }), ["B 2,Old 1", false]);
  assertEquals(await opened.list({ names: ["b", "old"], limit: 1 }), ["B 2", true]);
  assertEquals(await opened.list({ names: [] }), ["", false]);
});
