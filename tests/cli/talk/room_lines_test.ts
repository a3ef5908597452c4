/** Rooms as lines at a terminal. */

import { assertEquals } from "@std/assert";
import { badgesOf, roomLine } from "../../../cli/talk/room_lines.ts";
import type { MyRoom } from "../../../sdk/mod.ts";

function room(name: string, more: Partial<MyRoom> = {}): MyRoom {
  const numbers = { members: 0, seq: 1, at: 1, messages: 1, unread: 0, mentions: 0 };
  return { name, ...numbers, muted: false, starred: false, ...more };
}

Deno.test("roomLine: says what is unread, and for whom", () => {
  assertEquals(roomLine(room("tea")), "tea: nothing unread");
  assertEquals(
    roomLine(room("tea", { unread: 3, mentions: 1, starred: true, muted: true })),
    "tea: 3 unread, 1 for you, starred, muted",
  );
  assertEquals(roomLine(room("~x", { title: "Den\x1b[31m" })).startsWith("Den"), true);
  assertEquals(roomLine(room("~x", { title: "Den\x1b[31m" })).includes("\x1b"), false);
  const people = [{ id: "1", name: "Ann" }, { id: "2", name: "Bob" }];
  assertEquals(roomLine(room("~y", { people })), "Ann, Bob (~y): nothing unread");
});

Deno.test("badgesOf: names other rooms with unread messages, those for this person first", () => {
  const rooms = [
    room("here", { unread: 9 }),
    room("tea", { unread: 2 }),
    room("quiet"),
    room("loud", { unread: 50, muted: true }),
    room("den", { unread: 3, mentions: 1 }),
  ];
  assertEquals(badgesOf(rooms, "here"), "(den 3!, tea 2) ");
  assertEquals(badgesOf([room("here", { unread: 1 })], "here"), "");
});
