/** Pages of a journal, shared by those who catch up. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { LogEntry } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { PageCache } from "../../client/page_cache.ts";
import { json } from "../../wire/json.ts";
import { linesAt } from "../../wire/lines.ts";
import { change, draft, message, range, roomOf, textOf } from "../../testing/fakes.ts";
import { collectGarbage } from "../../testing/heap.ts";
import { until } from "../../testing/wait.ts";

const lines = linesAt({ room: "r", base: "" });

const PAGE = LIMITS.page;

/** A journal that counts its reads, and fails while it is away. */
class CountingJournal extends MemoryJournal {
  reads = 0;
  away = false;
  #epoch = "one";

  override get epoch(): string {
    return this.#epoch;
  }

  override set epoch(epoch: string) {
    this.#epoch = epoch;
  }

  fill(count: number): void {
    this.append(Array.from({ length: count }, (_, n) => draft(`${this.epoch} ${n}`)));
  }

  override after(room: string, seq: number, limit: number): LogEntry[] {
    this.reads++;
    if (this.away) throw new Error("away");
    return super.after(room, seq, limit);
  }
}

function filled(count: number, { keep = 0, pageMs = 60_000 } = {}) {
  const journal = new CountingJournal(keep);
  journal.fill(count);
  const pages = new PageCache(journal, pageMs);
  return { journal, pages, [Symbol.dispose]: () => pages.close() };
}

function assertSeqs(page: readonly LogEntry[], first: number, last: number): void {
  assertEquals(page.map(({ seq }) => seq), range(first, last));
}

Deno.test("PageCache.after: reads a page once for all who want some of it", async () => {
  using filledJournal = filled(3 * PAGE);
  const { journal, pages } = filledJournal;
  const places = [0, 1, 7, PAGE - 1];
  const found = await Promise.all(places.map((seq) => pages.after(roomOf("r"), seq, 3 * PAGE)));
  found.forEach((page, n) => assertSeqs(page, places[n] + 1, PAGE));
  assertEquals(journal.reads, 1);
  assertSeqs(await pages.after(roomOf("r"), PAGE, 3 * PAGE), PAGE + 1, 2 * PAGE);
  assertEquals(await pages.after(roomOf("other"), PAGE, 3 * PAGE), []);
  assertEquals(journal.reads, 3);
});

Deno.test("PageCache.after: shares no page that may still grow", async () => {
  using filledJournal = filled(PAGE + 9);
  const { journal, pages } = filledJournal;
  assertSeqs(await pages.after(roomOf("r"), PAGE, PAGE + 5), PAGE + 1, PAGE + 5);
  journal.fill(PAGE);
  assertSeqs(await pages.after(roomOf("r"), PAGE, 2 * PAGE + 9), PAGE + 1, 2 * PAGE);
});

Deno.test("PageCache.after: begins with the oldest message that is kept", async () => {
  using filledJournal = filled(2 * PAGE, { keep: PAGE });
  const { journal, pages } = filledJournal;
  journal.fill(5);
  const page = await pages.after(roomOf("r"), 3, 2 * PAGE + 5);
  assertEquals(page[0].seq, PAGE + 6);
  assertEquals(await pages.after(roomOf("r"), 3, PAGE), []);
});

Deno.test("PageCache.after: gives nothing of an epoch that has ended", async () => {
  using filledJournal = filled(PAGE);
  const { journal, pages } = filledJournal;
  assertEquals(textOf((await pages.after(roomOf("r"), 0, PAGE))[0]), "one 0");
  journal.epoch = "two";
  journal.fill(PAGE);
  assertEquals(textOf((await pages.after(roomOf("r"), PAGE, 2 * PAGE))[0]), "two 0");
  // The first page is read again, since its key has another epoch now.
  await pages.after(roomOf("r"), 0, 2 * PAGE);
  assertEquals(journal.reads, 3);
});

Deno.test("PageCache.after: reads again what could not be read", async () => {
  using filledJournal = filled(PAGE);
  const { journal, pages } = filledJournal;
  journal.away = true;
  await assertRejects(() => pages.after(roomOf("r"), 0, PAGE), Error, "away");
  journal.away = false;
  assertSeqs(await pages.after(roomOf("r"), 0, PAGE), 1, PAGE);
});

Deno.test("PageCache.after: holds a limited number of pages, and forgets the oldest", async () => {
  const count = LIMITS.pagesShared + 1;
  using filledJournal = filled(count * PAGE);
  const { journal, pages } = filledJournal;
  const read = async (n: number) => {
    const before = journal.reads;
    await pages.after(roomOf("r"), n * PAGE, count * PAGE);
    return journal.reads - before;
  };
  for (let n = 0; n < count; n++) assertEquals(await read(n), 1);
  assertEquals([await read(count - 1), await read(0)], [0, 1]);
});

Deno.test("PageCache.after: reads a page again after a while, and lets go of the old one", async () => {
  using filledJournal = filled(PAGE, { pageMs: 1 });
  const { journal, pages } = filledJournal;
  const held = new WeakRef(await pages.after(roomOf("r"), 0, PAGE));
  // Nobody asks for it meanwhile: it must go by itself.
  await until(() => {
    collectGarbage();
    return held.deref() === undefined;
  }, "the page to be forgotten");
  assertSeqs(await pages.after(roomOf("r"), 0, PAGE), 1, PAGE);
  assertEquals(journal.reads, 2);
});

Deno.test("PageCache.encode: encodes a page once for a wire", async () => {
  using filledJournal = filled(PAGE);
  const { pages } = filledJournal;
  const [page, same] = await Promise.all([0, 0].map((seq) => pages.after(roomOf("r"), seq, PAGE)));
  const piece = pages.encode(json, page, 0);
  assert(pages.encode(json, same, 0) === piece, "encoded twice");
  assertEquals(pages.encode(lines, page, 0).frames, lines.encode(page.slice(0, piece.count), true));
  assertEquals(pages.encode(json, page, 5).frames, json.encode(page.slice(5)));
});

Deno.test("PageCache.encode: cuts what is too long for one frame, and goes on from there", () => {
  using filledJournal = filled(0);
  const page = range(1, 5).map((seq) => message(seq, "x".repeat(LIMITS.frameLength / 2)));
  const counts = [0, 2, 4].map((from) => filledJournal.pages.encode(lines, page, from).count);
  assertEquals(counts, [2, 2, 1]);
});

Deno.test("PageCache.after: shares nothing that was read before a change", async () => {
  using filledJournal = filled(PAGE);
  const { journal, pages } = filledJournal;
  const [secret] = await pages.after(roomOf("r", 0), 0, PAGE);
  assertEquals(textOf(secret), "one 0");
  journal.append([change({ type: "delete", of: 1 })]);
  const page = await pages.after(roomOf("r", 1), 0, PAGE);
  assertEquals([textOf(page[0]), page.length], ["", PAGE]);
  assert(!pages.encode(json, page, 0).frames.join().includes('"one 0"'), "a frame has it");
});

Deno.test("PageCache.after: clips superseded entries at both ends of what is wanted", async () => {
  const skip: LogEntry = { kind: "skip", from: 3, seq: PAGE - 3, at: 1 };
  class Skipping extends MemoryJournal {
    override after(): LogEntry[] {
      return [message(1), message(2), skip, message(PAGE - 2)];
    }
  }
  const journal = new Skipping();
  const pages = new PageCache(journal);
  // Cut at its end, it has the time of what is there, which an entry further on may be later than.
  assertEquals(await pages.after(roomOf("r"), 7, 9, 0.5), [{ ...skip, from: 8, seq: 9, at: 0.5 }]);
  // This one is shared.
  const page = await pages.after(roomOf("r"), 7, PAGE);
  assertEquals(page, [{ ...skip, from: 8 }, message(PAGE - 2)]);
  assertEquals(await pages.after(roomOf("r"), PAGE - 3, PAGE), [message(PAGE - 2)]);
  pages.close();
});
