/** A client's place in a room's log. */

import { allKept } from "../../testing/journals.ts";
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { Cursor } from "../../client/cursor.ts";
import { Room } from "../../hub/room.ts";
import { type Slice, Tail } from "../../hub/tail.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { memoryServices } from "../../testing/clients.ts";
import { draft, FakeSubscription, NO_SETTINGS, words } from "../../testing/fakes.ts";

/** A room with so many messages. */
function roomOf(count: number, { keep = 0, tail = 4 } = {}) {
  const journal = new MemoryJournal(keep);
  const services = memoryServices(["--keep", String(keep)], journal);
  const room = new Room("r", new Tail(tail), new FakeSubscription(), NO_SETTINGS, 0);
  const say = (count: number) => {
    for (let n = 0; n < count; n++) {
      for (const message of allKept(journal.append([draft(`m${room.seq + 1}`)]))) {
        room.push(message);
      }
      room.fanOut();
    }
  };
  say(count);
  const cursor = (seq: number, resumes = true) =>
    new Cursor(room, words, services, { seq, resumes });
  return { room, say, cursor, [Symbol.asyncDispose]: () => services.close() };
}

/** Sends what comes next, as a client does; answers with its frames. */
async function send(cursor: Cursor): Promise<readonly string[]> {
  const slice = await cursor.next();
  if (!slice) return [];
  cursor.advance(slice);
  return slice.frames;
}

/** Sends until there is nothing more. */
async function sendAll(cursor: Cursor): Promise<string[]> {
  const frames: string[] = [];
  while (cursor.hasNext) frames.push(...await send(cursor));
  return frames;
}

Deno.test("Cursor.next: has nothing at the end, and then what is published", async () => {
  await using opened = roomOf(3);
  const cursor = opened.cursor(3);
  assertEquals([cursor.hasNext, cursor.isBehind, cursor.seq], [false, false, 3]);
  opened.say(2);
  assert(cursor.hasNext);
  assertEquals(await sendAll(cursor), ["m4", "m5"]);
  assertEquals([cursor.hasNext, cursor.seq], [false, 5]);
});

Deno.test("Cursor.next: has nothing of what is pushed but not published", async () => {
  await using opened = roomOf(1);
  const cursor = opened.cursor(1);
  opened.room.push({ kind: "typing", at: 0, from: "f", name: "f" });
  assertFalse(cursor.hasNext);
  opened.room.tail.publish();
  assertEquals(await sendAll(cursor), ["(typing)"]);
});

Deno.test("Cursor.next: catches up from an earlier place, then follows the tail", async () => {
  await using opened = roomOf(50);
  const cursor = opened.cursor(10);
  assert(cursor.isBehind);
  opened.say(3);
  const frames = await sendAll(cursor);
  assertEquals([frames[0], frames.at(-1), frames.length], ["m11", "m53", 43]);
  assertEquals([cursor.isBehind, cursor.seq], [false, 53]);
});

Deno.test("Cursor.next: catches up again when it falls behind the tail, and reports who is present", async () => {
  await using opened = roomOf(1);
  const cursor = opened.cursor(1, false);
  opened.say(20);
  assertEquals(await send(cursor), []);
  assert(cursor.isBehind);
  const frames = await sendAll(cursor);
  assertEquals([frames[0], frames.at(-2), frames.at(-1)], ["m2", "m21", "(members )"]);
});

Deno.test("Cursor.next: reports a gap when it falls behind what is kept, though it never resumed", async () => {
  await using opened = roomOf(1, { keep: 5 });
  const cursor = opened.cursor(1, false);
  opened.say(20);
  const frames = await sendAll(cursor);
  assertEquals(frames.slice(0, 2), ["(gap 2-16)", "m17"]);
});

Deno.test("Cursor.advance: refuses to move backwards", async () => {
  await using opened = roomOf(3);
  const cursor = opened.cursor(3);
  opened.say(1);
  const slice = (await cursor.next())! as Slice;
  cursor.advance(slice);
  assertThrows(() => cursor.advance(slice), RangeError);
  assertThrows(() => cursor.advance({ ...slice, seq: 0, end: 1 }), RangeError);
  assertEquals(cursor.seq, 4);
});
