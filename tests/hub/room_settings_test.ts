/** A room's topic and pins, as the log changes them. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { RoomSettings } from "../../hub/room_settings.ts";
import { kept, NO_SETTINGS, range } from "../../testing/fakes.ts";

const pin = (seq: number, of: number, on = true) => kept(seq, { type: "pin", of, on });

/** Settings after these changes. */
function settingsAfter(changes: ReturnType<typeof kept>[], state = NO_SETTINGS): RoomSettings {
  const settings = new RoomSettings(state);
  for (const change of changes) settings.apply(change);
  return settings;
}

Deno.test("RoomSettings.apply: sets the topic, and takes it away", () => {
  const topic = (seq: number, topic: string) => kept(seq, { type: "room", topic });
  assertEquals(settingsAfter([topic(1, "tea"), topic(2, "cake")]).topic, "cake");
  assertEquals(settingsAfter([topic(1, "tea"), topic(2, "")]).topic, undefined);
});

Deno.test("RoomSettings.apply: lists the newest pin first, each message once", () => {
  assertEquals(settingsAfter([pin(5, 1), pin(6, 2), pin(7, 1)]).pins, [1, 2]);
  assertEquals(settingsAfter([pin(5, 1), pin(6, 2), pin(7, 1, false)]).pins, [2]);
});

Deno.test("RoomSettings.apply: takes the pin of a deleted message away", () => {
  assertEquals(settingsAfter([pin(5, 1), pin(6, 2), kept(7, { type: "delete", of: 1 })]).pins, [2]);
});

Deno.test("RoomSettings.apply: lists a limited number of pins, the newest, and the next when one is taken away", () => {
  const changes = range(1, LIMITS.pins + 1).map((n) => pin(100 + n, n));
  const settings = settingsAfter(changes);
  const { pins } = settings;
  assertEquals([pins.length, pins[0], pins.at(-1)], [LIMITS.pins, LIMITS.pins + 1, 2]);
  settings.apply(pin(200, 9, false));
  assertEquals([settings.pins.length, settings.pins.at(-1)], [LIMITS.pins, 1]);
});

Deno.test("RoomSettings.apply: ignores a change that was there when the settings were read", () => {
  const state = { seq: 6, topic: "tea", pins: [2] };
  const older = [kept(5, { type: "room", topic: "cake" }), pin(6, 2, false)];
  const settings = settingsAfter([...older, pin(7, 3)], state);
  assertEquals([settings.topic, settings.pins], ["tea", [3, 2]]);
});

Deno.test("RoomSettings.apply: is not moved by edits and reactions", () => {
  const others = [
    kept(6, { type: "edit", of: 1, text: "x" }),
    kept(7, { type: "react", of: 1, emoji: "👍", on: true }, { count: 1 }),
  ];
  const settings = settingsAfter([pin(5, 1), ...others]);
  assertEquals([settings.topic, settings.pins], [undefined, [1]]);
});

Deno.test("RoomSettings.forget: takes the pins of messages away that are no longer kept", () => {
  const settings = settingsAfter([pin(5, 1), pin(6, 2), pin(7, 3)]);
  settings.forget(2);
  settings.forget(1);
  assertEquals(settings.pins, [3]);
});
