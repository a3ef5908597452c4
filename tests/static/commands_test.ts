/** The meaning of Enter, and the names of rooms. */

import { assertEquals } from "@std/assert";
import { orderOf } from "../../static/text/commands.ts";
import { isRoom, pathOf, roomOf, roomOfPath } from "../../static/text/rooms.ts";

Deno.test("orderOf: says a text as it is, without blanks around it", () => {
  assertEquals(orderOf("  hello \n", ""), { do: "say", text: "  hello" });
  assertEquals(orderOf(" \n ", ""), { do: "nothing" });
  assertEquals(orderOf("/me waves", ""), { do: "say", text: "/me waves" });
});

Deno.test("orderOf: knows its commands, and asks back about others once", () => {
  assertEquals(orderOf("/name  Ann Lee ", ""), { do: "rename", name: "Ann Lee" });
  for (const text of ["/help", "/name", "/me", "/help me"]) {
    assertEquals(orderOf(text, "").do, "help");
  }
  assertEquals(orderOf("/usr/bin x", ""), { do: "warn", command: "/usr/bin" });
  assertEquals(orderOf("/usr/bin x", "/usr/bin x"), { do: "say", text: "/usr/bin x" });
  assertEquals(orderOf("/usr/bin y", "/usr/bin x").do, "warn");
});

Deno.test("roomOf: makes hyphens of spaces; isRoom: takes what the server takes", () => {
  assertEquals(roomOf("  side  room "), "side-room");
  for (const name of ["a", "茶馆", "a.b_c-1", "x".repeat(64)]) {
    assertEquals(isRoom(name), true, name);
  }
  for (const name of ["", "-a", ".a", "a/b", "a b", "x".repeat(65), "~a"]) {
    assertEquals(isRoom(name), false, name);
  }
});

Deno.test("roomOfPath: is the reverse of pathOf; other addresses are the lobby's", () => {
  for (const room of ["lobby", "茶馆", "a.b"]) assertEquals(roomOfPath(pathOf(room)), room);
  assertEquals(roomOfPath("/rooms/tea/12"), "tea");
  assertEquals(roomOfPath("/"), "lobby");
  assertEquals(roomOfPath("/rooms/%zz"), undefined);
});
