import { assertEquals, assertLess } from "@std/assert";
import { packMessages, unpack } from "../../../journal/sqlite/rows.ts";
import { range } from "../../../testing/fakes.ts";
import type { Message } from "../../../journal/journal.ts";

function message(seq: number, more: Partial<Message> = {}): Message {
  const { from = "ann", name = "Ann", at = 1_000, text = `text ${seq}`, avatar } = more;
  return { kind: "message", seq, at, from, name, avatar, text, id: undefined };
}

const packed = (messages: readonly Message[]) => ({
  first: messages[0].seq,
  messages: packMessages(messages),
});

const CASES: Record<string, Message[]> = {
  "one message": [message(7)],
  "one sender": range(1, 5).map((seq) => message(seq)),
  "senders in turn": range(1, 9).map((seq) => message(seq, { from: `id${seq % 3}` })),
  "times that differ": range(1, 9).map((seq) => message(seq, { at: 1_000 + (seq >> 1) })),
  "a sender who is renamed, and again": range(1, 9).map((seq) =>
    message(seq, { name: seq % 4 ? "Ann" : "Bob" })
  ),
  "pictures and none": range(1, 6).map((seq) =>
    message(seq, { avatar: seq % 2 ? "picture" : undefined, from: "same" })
  ),
  "texts that look like other items": ["0", "[1]", "", '"', "\n"].map((text, at) =>
    message(at + 1, { text, name: "" })
  ),
};

for (const [name, messages] of Object.entries(CASES)) {
  Deno.test(`packMessages: loses nothing of ${name}`, () => {
    assertEquals(unpack(packed(messages)), messages);
  });
}

Deno.test("packMessages: lists a sender and a time once", () => {
  const messages = range(1, 100).map((seq) => message(seq, { from: `sender ${seq % 2}` }));
  const json = packMessages(messages);
  for (const once of ["sender 0", "sender 1", "1000"]) {
    assertEquals(json.split(once).length, 2, once);
  }
  assertLess(json.length, 100 * "text 100".length + 100 * 5 + 100);
});

Deno.test("packMessages: ends with the time of the last message, which SQL reads there", () => {
  const messages = [message(1, { at: 5 }), message(2, { at: 6 })];
  assertEquals(JSON.parse(packMessages(messages)).at(-1)[0], 6);
});

Deno.test("unpack: reads rows in which each message has everything", () => {
  const messages = [message(3, { avatar: "picture" }), message(4, { from: "bob", at: 1_001 })];
  const old = messages.map(({ at, from, name, avatar = null, text }) => [
    at,
    from,
    name,
    avatar,
    text,
  ]);
  assertEquals(unpack({ first: 3, messages: JSON.stringify(old) }), messages);
});
