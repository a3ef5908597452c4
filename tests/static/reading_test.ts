/// <reference lib="dom" />
/** How far rooms have been read, in entries and in messages. */

import { assertEquals } from "@std/assert";

// Without storage the page remembers in memory, and the test leaves nothing behind.
Reflect.deleteProperty(globalThis, "localStorage");
const { count, isUnread, read, unreadIn } = await import("../../static/state/reading.ts");

const roomOf = (name: string) => (seq: number, messages?: number) => ({
  name,
  members: 0,
  seq,
  messages,
});

Deno.test("isUnread: nothing is in a room that was never entered", () => {
  assertEquals(isUnread(roomOf(crypto.randomUUID())(7, 5)), false);
});

Deno.test("isUnread: any entry counts until the server has counted, and then only messages", () => {
  const name = crypto.randomUUID();
  const room = roomOf(name);
  read(name, undefined, 7);
  assertEquals([isUnread(room(7, 5)), isUnread(room(8, 5)), isUnread(room(8))], [
    false,
    true,
    true,
  ]);
  count([room(8, 5), room(6, 4)]);
  assertEquals(unreadIn(room(8, 5)), undefined);
  count([room(7, 5)]);
  assertEquals([isUnread(room(8, 5)), unreadIn(room(9, 6)), unreadIn(room(9, 3))], [false, 1, 0]);
});

Deno.test("read: goes on counting from a known number, while nothing is skipped", () => {
  const name = crypto.randomUUID();
  const room = roomOf(name);
  read(name, undefined, 7);
  count([room(7, 5)]);
  read(name, 7, 12, 3);
  assertEquals([unreadIn(room(20, 8)), unreadIn(room(20, 9))], [0, 1]);
  // Another tab has read up to 12, this one only up to 7.
  read(name, 7, 13, 1);
  assertEquals(unreadIn(room(20, 9)), undefined);
  count([room(13, 9)]);
  read(name, 13, 20);
  assertEquals(unreadIn(room(20, 9)), undefined);
});
