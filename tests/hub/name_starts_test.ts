/** Which places of a text may begin a name. */

import { assertEquals } from "@std/assert";
import { NameStarts } from "../../hub/name_starts.ts";
import { Presence } from "../../hub/presence.ts";
import { foldName } from "../../hub/room_name.ts";
import { FakeSubscription, person } from "../../testing/fakes.ts";

Deno.test("NameStarts.mayBegin: excludes only what no name begins with", () => {
  const starts = new NameStarts(["Ann", "élan", "ﬁn", ""].map(foldName));
  const may = (text: string) => starts.mayBegin(text, 0);
  for (const text of ["ann", "A", "anything", "élan", "e\u0301lan", "ﬁn", "fin", "東"]) {
    assertEquals(may(text), true, text);
  }
  for (const text of ["", "bob", "0006", " ann", "elan"]) assertEquals(may(text), false, text);
});

Deno.test("Presence.mayBegin: knows people who come and who change their names", () => {
  const presence = new Presence(new FakeSubscription(), () => {});
  const may = (text: string) => presence.mayBegin(text, 0);
  presence.join(person("1", "Ann"));
  assertEquals([may("ann"), may("bob"), may("cay")], [true, false, false]);
  presence.join(person("2", "Bob"));
  assertEquals([may("bob"), may("cay")], [true, false]);
  presence.rename(person("2", "Bob"), "Cay");
  assertEquals([may("ann"), may("bob"), may("cay")], [true, false, true]);
  presence.leave("1");
  assertEquals(may("ann"), false);
});
