/** Pages of a journal, shared by those who catch up. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Message } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { PageCache } from "../../client/page_cache.ts";
import { json } from "../../wire/json.ts";
import { lines } from "../../wire/lines.ts";
import { draft } from "../../testing/fakes.ts";

const PAGE = LIMITS.page;

/** A journal that counts what is read, and can be cut off. */
class Watched extends MemoryJournal {
  reads = 0;
  away = false;
  override epoch = "one";

  fill(count: number): void {
    this.append(Array.from({ length: count }, (_, n) => draft(`${this.epoch} ${n}`)));
  }

  override after(room: string, seq: number, limit: number): Message[] {
    this.reads++;
    if (this.away) throw new Error("away");
    return super.after(room, seq, limit);
  }
}

function filled(count: number, keep = 0) {
  const journal = new Watched(keep);
  journal.fill(count);
  return { journal, pages: new PageCache(journal) };
}

function assertSeqs(page: readonly Message[], first: number, last: number): void {
  const due = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  assertEquals(page.map(({ seq }) => seq), due);
}

Deno.test("Pages.after reads a page once for all who want some of it", async () => {
  const { journal, pages } = filled(3 * PAGE);
  const places = [0, 1, 7, PAGE - 1];
  const got = await Promise.all(places.map((seq) => pages.after("r", seq, 3 * PAGE)));
  got.forEach((page, n) => assertSeqs(page, places[n] + 1, PAGE));
  assertEquals(journal.reads, 1);
  assertSeqs(await pages.after("r", PAGE, 3 * PAGE), PAGE + 1, 2 * PAGE);
  assertEquals(await pages.after("other", PAGE, 3 * PAGE), []);
  assertEquals(journal.reads, 3);
});

Deno.test("Pages.after shares no page that may still grow", async () => {
  const { journal, pages } = filled(PAGE + 9);
  assertSeqs(await pages.after("r", PAGE, PAGE + 5), PAGE + 1, PAGE + 5);
  journal.fill(PAGE);
  assertSeqs(await pages.after("r", PAGE, 2 * PAGE + 9), PAGE + 1, 2 * PAGE);
});

Deno.test("Pages.after begins with the oldest message that is kept", async () => {
  const { journal, pages } = filled(2 * PAGE, PAGE);
  journal.fill(5);
  const page = await pages.after("r", 3, 2 * PAGE + 5);
  assertEquals(page[0].seq, PAGE + 6);
  assertEquals(await pages.after("r", 3, PAGE), []);
});

Deno.test("Pages.after shows nothing of an epoch that has ended", async () => {
  const { journal, pages } = filled(PAGE);
  assertEquals((await pages.after("r", 0, PAGE))[0].text, "one 0");
  journal.close();
  journal.epoch = "two";
  journal.fill(PAGE);
  assertEquals((await pages.after("r", 0, PAGE))[0].text, "two 0");
});

Deno.test("Pages.after reads again what could not be read", async () => {
  const { journal, pages } = filled(PAGE);
  journal.away = true;
  await assertRejects(() => pages.after("r", 0, PAGE), Error, "away");
  journal.away = false;
  assertSeqs(await pages.after("r", 0, PAGE), 1, PAGE);
});

Deno.test("Pages holds so many pages, and lets go of the oldest", async () => {
  const count = LIMITS.pagesShared + 1;
  const { journal, pages } = filled(count * PAGE);
  const read = async (n: number) => {
    const before = journal.reads;
    await pages.after("r", n * PAGE, count * PAGE);
    return journal.reads - before;
  };
  for (let n = 0; n < count; n++) assertEquals(await read(n), 1);
  assertEquals([await read(count - 1), await read(0)], [0, 1]);
});

Deno.test("Pages.encode encodes a page once for a wire", async () => {
  const { pages } = filled(PAGE);
  const [page, same] = await Promise.all([0, 0].map((seq) => pages.after("r", seq, PAGE)));
  const piece = pages.encode(json, page, 0);
  assert(pages.encode(json, same, 0) === piece, "encoded twice");
  assertEquals(pages.encode(lines, page, 0).frames, lines.encode(page.slice(0, piece.count)));
  assertEquals(pages.encode(json, page, 5).frames, json.encode(page.slice(5)));
});
