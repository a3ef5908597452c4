/** A room's topic and pins. */

import { assertEquals } from "@std/assert";
import type { Pin, Welcome } from "../../sdk/protocol.ts";
import { Settings } from "../../sdk/settings.ts";

const welcome = (seq: number, rest: Partial<Welcome> = {}): Welcome => ({
  type: "welcome",
  room: "tea",
  you: { id: "1", name: "Ann" },
  epoch: "e",
  seq,
  members: [],
  count: 0,
  ...rest,
});
const base = (seq: number) => ({ seq, at: seq, from: "1" });
const pin = (seq: number, of: number, on = true): Pin => ({ type: "pin", ...base(seq), of, on });

Deno.test("Settings: is what the welcome says, whatever older changes follow it", () => {
  const settings = new Settings();
  settings.welcome(welcome(9, { topic: "Tea", pins: [4, 2] }));
  settings.apply({ type: "room", ...base(8), topic: "Coffee" });
  settings.apply(pin(9, 7));
  assertEquals([settings.topic, settings.pins], ["Tea", [4, 2]]);
  settings.welcome(welcome(10));
  assertEquals([settings.topic, settings.pins], [undefined, []]);
});

Deno.test("Settings: lists the newest pin first, and no message that is unpinned, deleted or gone", () => {
  const settings = new Settings();
  settings.welcome(welcome(10));
  for (const [n, of] of [3, 5, 4, 5, 6].entries()) settings.apply(pin(11 + n, of));
  assertEquals(settings.pins, [6, 5, 4, 3]);
  settings.apply(pin(20, 5, false));
  settings.apply({ type: "delete", ...base(21), of: 6 });
  assertEquals(settings.pins, [4, 3]);
  settings.forget(3);
  assertEquals(settings.pins, [4]);
  for (let n = 0; n < 60; n++) settings.apply(pin(30 + n, 100 + n));
  assertEquals([settings.pins.length, settings.pins[0]], [50, 159]);
});

Deno.test("Settings: takes another topic and removes it", () => {
  const settings = new Settings();
  settings.apply({ type: "room", ...base(1), topic: "Tea" });
  settings.apply({ type: "room", ...base(2) });
  assertEquals(settings.topic, "Tea");
  settings.apply({ type: "room", ...base(3), topic: "" });
  assertEquals(settings.topic, undefined);
});

Deno.test("Settings: takes another title, and whether the room is archived, and keeps what is not named", () => {
  const settings = new Settings();
  settings.welcome(welcome(1, { title: "Tea", topic: "leaves", access: "private" }));
  settings.apply({ type: "room", ...base(2), archived: true });
  assertEquals([settings.title, settings.topic, settings.archived], ["Tea", "leaves", true]);
  settings.apply({ type: "room", ...base(3), title: "Coffee" });
  settings.apply({ type: "room", ...base(4), archived: false });
  assertEquals([settings.title, settings.topic, settings.archived], ["Coffee", "leaves", false]);
});
