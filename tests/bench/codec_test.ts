/** The frames of the benchmark's clients: written once, read without decoding. */

import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { frame, Inbox, MARK, Phrase } from "../../bench/codec.ts";
import { frameOf } from "../../testing/support.ts";

const encoder = new TextEncoder();

/** What a server sends: frames without a mask, one after the other. */
function served(...payloads: string[]): Uint8Array {
  const frames = payloads.map((payload) => [...frameOf(0x81, payload, false)]);
  return Uint8Array.from(frames.flat());
}

Deno.test("Phrase: writes frames that differ in nothing but their time", () => {
  const phrase = new Phrase(20, '{"text":"', '"}');
  const bytes = new Uint8Array(2 * phrase.length);
  phrase.put(bytes, 0, 1234.9);
  phrase.put(bytes, phrase.length, 9_876_543_210);
  const text = (at: number) => new TextDecoder().decode(bytes.subarray(at + 6, at + phrase.length));
  assertEquals(text(0), '{"text":"~0000001234 talk tal"}'.slice(0, 29) + '"}');
  assertMatch(text(phrase.length), /^\{"text":"~9876543210 talk/);
  assertEquals([...bytes.subarray(0, 2)], [0x81, 0x80 | phrase.length - 6]);
});

Deno.test("Inbox: counts the messages in frames that are cut anywhere", () => {
  const long = Array(100).fill("~0000000042 talk talk").join("\n");
  const bytes = served("~0000000007 talk talk", long, "nothing", "~0000000008 talk talk");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const inbox = new Inbox(21);
    inbox.take(bytes.subarray(0, cut));
    inbox.take(bytes.subarray(cut));
    assertEquals([inbox.messages, inbox.frames], [102, 4], `cut at ${cut}`);
  }
});

Deno.test("Inbox: counts messages that come byte by byte, in frames of every width", () => {
  const inbox = new Inbox(11);
  const lines = (count: number) => Array(count).fill("~0000000042").join("\n");
  for (const byte of served(lines(1), lines(50), lines(7000))) inbox.take(Uint8Array.of(byte));
  assertEquals([inbox.messages, inbox.frames], [7051, 3]);
});

Deno.test("Inbox: gives the time when the first message in a chunk was sent", () => {
  const inbox = new Inbox(11);
  inbox.take(served("~0000000007", "~0000000008"));
  assertEquals(inbox.stamp, 7);
  inbox.take(served("no message"));
  assertEquals(inbox.stamp, -1);
});

Deno.test("Inbox: owes a pong for a ping, and notices a close", () => {
  const inbox = new Inbox(11);
  inbox.take(Uint8Array.of(0x89, 2, MARK, MARK));
  assertEquals(inbox.pong, frame(10, Uint8Array.of(MARK, MARK)));
  assertEquals(inbox.messages, 0);
  assertFalse(inbox.closed);
  inbox.take(frameOf(0x88, encoder.encode("\x03\xe8"), false));
  assert(inbox.closed);
});
