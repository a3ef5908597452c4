/** From a place in a room's log to the tail: memory, pages, gaps, and a journal that fails. */

import { allKept, keep } from "../../testing/journals.ts";
import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { CatchUp } from "../../client/catch_up.ts";
import { Room } from "../../hub/room.ts";
import { Tail } from "../../hub/tail.ts";
import type { Action, LogEntry } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { memoryServices } from "../../testing/clients.ts";
import {
  change,
  draft,
  FakeSubscription,
  NO_SETTINGS,
  person,
  range,
  words,
} from "../../testing/fakes.ts";

/** Counts its reads, and fails when it is set to. */
class CountingJournal extends MemoryJournal {
  reads = 0;
  failing = false;

  override after(room: string, seq: number, limit: number): LogEntry[] {
    this.reads++;
    if (this.failing) throw new Error("away");
    return super.after(room, seq, limit);
  }
}

/** A room of which the journal keeps so many messages, and memory the newest few. */
function roomOf(count: number, { keep = 0, tail = 4 } = {}) {
  const journal = new CountingJournal(keep);
  const services = memoryServices(["--keep", String(keep)], journal);
  const room = new Room("r", new Tail(tail), new FakeSubscription(), NO_SETTINGS, 0);
  const say = (count: number) => {
    const first = room.seq + 1;
    const drafts = range(first, first + count - 1).map((seq) => draft(`m${seq}`));
    for (const message of allKept(journal.append(drafts))) {
      room.push(message);
      room.fanOut();
    }
  };
  say(count);
  const catchUp = (seq: number, { fellBehind = false, reportsGaps = true } = {}) =>
    new CatchUp(room, words, services, seq, { fellBehind, reportsGaps });
  return { room, journal, services, say, catchUp, [Symbol.asyncDispose]: () => services.close() };
}

/** Everything that it gives up to the end: frames, and how often it had to be asked. */
async function allOf(catchUp: CatchUp) {
  const frames: string[] = [];
  for (let calls = 1;; calls++) {
    const slice = await catchUp.next();
    if (!slice) continue;
    frames.push(...slice.frames);
    if (slice.end !== undefined) return { frames, calls, end: slice.end };
  }
}

const texts = (first: number, last: number) => range(first, last).map((seq) => `m${seq}`);

Deno.test("CatchUp.next: takes from memory what memory has, and ends where the tail ended", async () => {
  await using opened = roomOf(3);
  const catchUp = opened.catchUp(1);
  opened.say(1);
  assertEquals(await allOf(catchUp), { frames: ["m2", "m3"], calls: 2, end: 3 });
  assertEquals(opened.journal.reads, 0);
});

Deno.test("CatchUp.next: reads a page of the journal at a time, each message once", async () => {
  const count = 3 * LIMITS.page + 7;
  await using opened = roomOf(count);
  const { frames, end } = await allOf(opened.catchUp(5));
  assertEquals([frames, end], [texts(6, count), count]);
  // The last few are in memory.
  assertEquals(opened.journal.reads, 3);
});

Deno.test("CatchUp.next: reports messages that are no longer kept as one gap", async () => {
  await using opened = roomOf(30, { keep: 10 });
  assertEquals((await allOf(opened.catchUp(5))).frames, ["(gap 6-20)", ...texts(21, 30)]);
});

Deno.test("CatchUp.next: reports no gap to a client that had nothing before it", async () => {
  await using opened = roomOf(30, { keep: 10 });
  const { frames } = await allOf(opened.catchUp(5, { reportsGaps: false }));
  assertEquals(frames, texts(21, 30));
});

Deno.test("CatchUp.next: reports a gap up to the target where nothing before it is kept any more", async () => {
  for (const reportsGaps of [true, false]) {
    await using opened = roomOf(30, { keep: 20 });
    const catchUp = opened.catchUp(25, { reportsGaps });
    opened.say(100);
    const { frames, end } = await allOf(catchUp);
    assertEquals(frames, reportsGaps ? ["(gap 26-30)"] : []);
    assertEquals(end, 30);
  }
});

Deno.test("CatchUp.next: reports a gap that opens while it is on its way, for any client", async () => {
  const count = 2 * LIMITS.page;
  await using opened = roomOf(count, { keep: count });
  const catchUp = opened.catchUp(0, { reportsGaps: false });
  let last = 0;
  while (last < LIMITS.page) last = (await catchUp.next())!.seq;
  opened.say(LIMITS.page + 10);
  const { frames } = await allOf(catchUp);
  assertEquals(frames[0], `(gap ${LIMITS.page + 1}-${LIMITS.page + 10})`);
  assertEquals(frames.slice(1), texts(LIMITS.page + 11, count));
});

Deno.test("CatchUp.next: asks a journal that failed again, and leaves nothing out", async () => {
  await using opened = roomOf(30);
  opened.journal.failing = true;
  const catchUp = opened.catchUp(0);
  assertEquals(await catchUp.next(), undefined);
  assert(opened.services.log.events.some((event) => event.includes("away")), "it is not logged");
  opened.journal.failing = false;
  assertEquals((await allOf(catchUp)).frames, texts(1, 30));
});

Deno.test("CatchUp.next: ends with everybody who is present, for a client that fell behind", async () => {
  await using opened = roomOf(30);
  opened.room.presence.join(person("ann"));
  const { frames } = await allOf(opened.catchUp(28, { fellBehind: true }));
  assertEquals(frames, ["m29", "m30", "(members ann)"]);
});

/** Changes the room as these do, in the journal and in memory. */
function apply({ room, journal }: ReturnType<typeof roomOf>, ...actions: Action[]): void {
  for (const entry of journal.append(actions.map((action) => change(action)))) {
    assert(!(entry instanceof Error), `not kept: ${entry}`);
    room.push(entry);
  }
  room.fanOut();
}

Deno.test("CatchUp.next: reports what was superseded as skips, without a gap", async () => {
  await using opened = roomOf(30);
  const edit = (text: string) => ({ type: "edit", of: 2, text }) as const;
  apply(opened, edit("one"), edit("two"), edit("three"));
  const { frames } = await allOf(opened.catchUp(0));
  const entries = ["(skip)", "(skip)", "(change)"];
  assertEquals(frames, ["m1", "three", ...texts(3, 30), ...entries]);
  assertEquals((await allOf(opened.catchUp(31))).frames.at(-1), "(change)");
});

Deno.test("CatchUp.next: sends nothing that was deleted since its page was read", async () => {
  const count = LIMITS.page - 1;
  await using opened = roomOf(0);
  const long = "x".repeat(LIMITS.frameLength / 100);
  const texts = range(1, count).map((seq) => draft(seq === count ? "secret" : long));
  for (const entry of await keep(opened.journal, texts)) opened.room.push(entry);
  opened.room.fanOut();
  const catchUp = opened.catchUp(0);
  const first = (await catchUp.next())!;
  assert(first.seq > 0 && first.seq < count, "the page is sent in one piece");
  apply(opened, { type: "delete", of: count });
  const { frames } = await allOf(catchUp);
  assertEquals(first.frames.length + frames.length, count);
  assertEquals([frames.includes("secret"), frames.at(-1)], [false, ""]);
});
