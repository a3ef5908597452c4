/** Names of people: initials, colours, and who looks like whom. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { hueOf, initialsOf, shownKey } from "../../static/text/people.ts";

Deno.test("initialsOf: takes the first and the last part", () => {
  const expected = {
    "Ann": "A",
    "ann lee": "AL",
    "Ann van der Lee": "AL",
    "guest-x4": "GX",
    "林晓": "林",
    "👩‍👩‍👧 x": "👩‍👩‍👧X",
    "": "?",
    " - ": "?",
  };
  for (const [name, initials] of Object.entries(expected)) {
    assertEquals(initialsOf(name), initials, name);
  }
});

Deno.test("hueOf: is the same for the same key, and an angle", () => {
  assertEquals(hueOf("ann"), hueOf("ann"));
  assertNotEquals(hueOf("ann"), hueOf("ben"));
  for (const key of ["", "a", "x".repeat(1000)]) assert(hueOf(key) >= 0 && hueOf(key) < 360);
});

Deno.test("shownKey: is the same for names that look the same", () => {
  for (const other of ["ann", "Аnn", "Ａｎｎ", "A n n", "An\u200bn", "Ann\u3164"]) {
    assertEquals(shownKey(other), shownKey("Ann"), other);
  }
  assertEquals(shownKey("Bill"), shownKey("BiIl"));
  assertEquals(shownKey("B0b"), shownKey("Bob"));
  for (const other of ["Anna", "Ánn", "Ben", "林晓", "أمينة"]) {
    assertNotEquals(shownKey(other), shownKey("Ann"), other);
  }
});
