/** What a person may do, as conditions of their changes. */

import { assertEquals } from "@std/assert";
import { conditionOf } from "../../hub/permissions.ts";
import { draftOf } from "../../hub/draft.ts";
import { attachment, FakeMember, person } from "../../testing/fakes.ts";

const ann = { person: person("ann"), isAdmin: false };
const byAnn = { by: "ann", version: undefined };
const byAnyone = { by: undefined, version: undefined };

Deno.test("conditionOf: lets people edit and delete only what they said", () => {
  assertEquals(conditionOf({ type: "edit", of: 1, text: "x" }, ann, false), byAnn);
  assertEquals(conditionOf({ type: "delete", of: 1 }, ann, false), byAnn);
});

Deno.test("conditionOf: lets moderators delete what anybody said, and edit only their own", () => {
  assertEquals(conditionOf({ type: "delete", of: 1 }, ann, true), byAnyone);
  assertEquals(conditionOf({ type: "edit", of: 1, text: "x" }, ann, true), byAnn);
});

Deno.test("conditionOf: lets everybody react, pin and set the topic", () => {
  for (const on of [true, false]) {
    assertEquals(conditionOf({ type: "react", of: 1, emoji: "👍", on }, ann, false), byAnyone);
    assertEquals(conditionOf({ type: "pin", of: 1, on }, ann, false), byAnyone);
  }
  assertEquals(conditionOf({ type: "room", topic: "tea" }, ann, false), byAnyone);
});

Deno.test("conditionOf: takes over the version that an editor saw", () => {
  const { version } = conditionOf({ type: "edit", of: 1, text: "x" }, ann, false, 7);
  assertEquals(version, 7);
});

Deno.test("draftOf: gives a change its sender, its id and its condition", () => {
  const sender = new FakeMember("R", "ann", { name: "Ann" });
  const action = { type: "edit", of: 1, text: "x" } as const;
  const draft = draftOf(
    { kind: "change", sender, action, id: "i", version: 3 },
    "r",
    9,
    false,
  );
  const condition = { by: "ann", version: 3 };
  assertEquals(draft, { room: "r", at: 9, from: "ann", name: "Ann", id: "i", action, condition });
});

Deno.test("draftOf: gives a message its sender, its id, its reply, its mentions and its files", () => {
  const sender = new FakeMember("r", "ann", { name: "Ann" });
  const mentions = { reply: 3, files: [attachment("a")] };
  const to = ["bob"];
  const draft = draftOf(
    { kind: "say", sender, text: "x", id: "i", mentions },
    "r",
    9,
    false,
    to,
  );
  const by = { at: 9, from: "ann", name: "Ann", avatar: undefined };
  assertEquals(draft, { room: "r", ...by, text: "x", id: "i", ...mentions, to });
});
