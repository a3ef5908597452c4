/** What waits in an outbox, as it will be. */

import { assertEquals } from "@std/assert";
import type { Command } from "../../sdk/commands.ts";
import type { Draft } from "../../sdk/outbox_store.ts";
import { pendingOf } from "../../sdk/pending.ts";

const draft = (command: Command): Draft => ({ id: "x", at: 1, author: "Ann", command });

Deno.test("pendingOf: joins what will be done to each message, the latest last", () => {
  const { messages, topic } = pendingOf([
    draft({ type: "say", text: "hi" }),
    draft({ type: "edit", of: 3, text: "one" }),
    draft({ type: "react", of: 3, emoji: "👍", on: true }),
    draft({ type: "react", of: 3, emoji: "🎉", on: true }),
    draft({ type: "react", of: 3, emoji: "👍", on: false }),
    draft({ type: "edit", of: 3, text: "two" }),
    draft({ type: "pin", of: 4, on: true }),
    draft({ type: "delete", of: 4 }),
    draft({ type: "room", topic: "Tea" }),
  ].values());
  assertEquals(messages.get(3), { text: "two", reactions: { "👍": false, "🎉": true } });
  assertEquals(messages.get(4), { pinned: true, deleted: true });
  assertEquals([messages.size, topic], [2, "Tea"]);
});

Deno.test("pendingOf: leaves out what was refused", () => {
  const failed = { code: "gone", detail: "it is deleted" };
  const { messages } = pendingOf([{ ...draft({ type: "edit", of: 3, text: "one" }), failed }]);
  assertEquals(messages.size, 0);
});
