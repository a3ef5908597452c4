/** What changes do to messages, compared with what the journal says that they do. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { applyChange as applyInJournal, keyOf, toChange } from "../../journal/changes.ts";
import type { Action, Change, Message as Kept } from "../../journal/journal.ts";
import { applyChange, markMine, newerOf, textVersionOf, versionOf } from "../../sdk/changes.ts";
import type { Edit, Message, MessageChange, React } from "../../sdk/protocol.ts";
import { type Random, seeded } from "../../testing/random.ts";

const said: Message = { type: "message", seq: 1, at: 1, from: "a", name: "Ann", text: "hi" };
const edit = (seq: number, text: string): Edit => ({
  type: "edit",
  seq,
  at: seq * 10,
  from: "a",
  of: 1,
  text,
});
const react = (seq: number, from: string, on: boolean, count: number): React => ({
  type: "react",
  seq,
  at: seq * 10,
  from,
  name: from,
  of: 1,
  emoji: "👍",
  on,
  count,
});

/** The changes of one message's history, and the message after each of them. */
function history(random: Random, count: number): { changes: Change[]; states: Kept[] } {
  let message: Kept = { ...said, kind: "message", avatar: undefined, id: undefined };
  const states = [message];
  const changes: Change[] = [];
  for (let seq = 2; changes.length < count; seq++) {
    const from = `member ${random.int(30)}`;
    const emoji = random.pick(["👍", "🎉", "__proto__"]);
    const isOn = changes.findLast(({ from: other, action }) =>
      other === from && action.type === "react" && action.emoji === emoji
    )?.action as { on: boolean } | undefined;
    const action: Action = random.chance(1, 8)
      ? { type: "edit", of: 1, text: `text ${seq}` }
      : random.chance(1, 10)
      ? { type: "pin", of: 1, on: random.chance(1, 2) }
      : { type: "react", of: 1, emoji, on: !isOn?.on };
    const draft = { room: "r", at: seq, from, name: from, id: undefined, action };
    const change = toChange(draft, seq, 0, message);
    changes.push(change);
    states.push(message = applyInJournal(message, change));
  }
  return { changes, states };
}

/** As a server sends a message. */
const shown = ({ kind: _kind, ...message }: Kept): Message =>
  JSON.parse(JSON.stringify({ ...message, type: "message", textVersion: undefined }));
const sent = ({ seq, at, from, name, action, count }: Change): MessageChange =>
  ({ seq, at, from, name, count, ...action }) as MessageChange;

const withoutVersion = ({ textVersion: _, ...message }: Message) => message;

Deno.test("applyChange: leads to what the journal keeps, wherever a client starts and resumes", () => {
  const random = seeded(1);
  for (let round = 0; round < 60; round++) {
    const { changes, states } = history(random, 150);
    const newest = new Map(changes.map((change) => [keyOf(change.action, change.from), change]));
    // What a client that was away still gets.
    const left = changes.filter((change) =>
      newest.get(keyOf(change.action, change.from)) === change
    );
    for (const start of [0, 30, 75, random.int(150), 149]) {
      const all = changes.slice(start).map(sent);
      const rest = left.filter(({ seq }) => seq > start + 1).map(sent);
      for (const changes of [all, rest]) {
        const message = changes.reduce(
          (one, change) => applyChange(one, change),
          shown(states[start]),
        );
        assertEquals(withoutVersion(message), shown(states[150]));
      }
    }
  }
});

Deno.test("applyChange: does nothing that the message has already", () => {
  const fetched: Message = { ...said, v: 5, text: "new", edited: 50 };
  for (const seq of [2, 5]) assertStrictEquals(applyChange(fetched, edit(seq, "old")), fetched);
  assertEquals(applyChange(fetched, edit(6, "newer")).text, "newer");
});

Deno.test("applyChange: leaves a tombstone of a deleted message", () => {
  const full = { ...said, id: "x", reply: 3, to: ["b"], avatar: "c", reactions: {} };
  const { type, seq, at, from, name, id } = full;
  const deleted = applyChange(full, { type: "delete", seq: 9, at: 90, from: "b", of: 1 });
  assertEquals(deleted, { type, seq, at, from, name, id, text: "", v: 9, deleted: true });
});

Deno.test("applyChange: knows this person's reactions beyond those who are listed", () => {
  const from = Array.from({ length: 20 }, (_, n) => `m${n}`);
  const full: Message = { ...said, v: 30, reactions: { "👍": { count: 20, from } } };
  const mine = applyChange(full, react(31, "me", true, 21), "me");
  assertEquals(mine.reactions, { "👍": { count: 21, from, mine: true } });
  const others = applyChange(mine, react(32, "m0", false, 20), "me");
  assertEquals(others.reactions?.["👍"].mine, true);
  const fetched = { ...full, v: 33, reactions: { "👍": { count: 21, from } } };
  assertEquals(markMine(fetched, "me", others).reactions?.["👍"].mine, true);
  assertEquals(
    applyChange(others, react(33, "me", false, 19), "me").reactions?.["👍"].mine,
    undefined,
  );
  assertEquals(markMine(full, "m3").reactions?.["👍"].mine, true);
});

Deno.test("newerOf: takes the copy with the larger version", () => {
  const held = applyChange(said, edit(4, "new"));
  assertStrictEquals(newerOf(held, said), held);
  assertStrictEquals(newerOf(held, { ...said, v: 4 }), held);
  const newer = { ...said, v: 5, text: "newer", edited: 50 };
  assertStrictEquals(newerOf(held, newer), newer);
  assertEquals(versionOf(said), 1);
});

Deno.test("textVersionOf: is the newest edit's number, as far as it is known", () => {
  assertEquals(textVersionOf(said), 1);
  assertEquals(textVersionOf({ ...said, v: 7 }), 1);
  assertEquals(textVersionOf({ ...said, v: 7, edited: 50 }), undefined);
  const held = applyChange(applyChange(said, edit(4, "new")), react(5, "b", true, 1));
  assertEquals(textVersionOf(held), 4);
  // Fetched with another reaction, and then with another text.
  const copy = { ...said, v: 8, text: "new", edited: 40 };
  assertEquals(textVersionOf(newerOf(held, copy)), 4);
  assertEquals(textVersionOf(newerOf(held, { ...copy, text: "other", edited: 70 })), undefined);
  assert(textVersionOf(newerOf(copy, { ...copy, v: 9 })) === undefined);
});
