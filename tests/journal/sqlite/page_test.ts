/** The unused parts of SQLite's pages: where they are, and where a page only looks like one with rows. */

import { assertEquals } from "@std/assert";
import { layoutOf, remnantsIn } from "../../../journal/sqlite/page.ts";
import { range } from "../../../testing/fakes.ts";

const LAYOUT = { pageSize: 512, usable: 500 };

/** A leaf with two rows, the second from byte 480 on, and a freed part of 20 bytes between them. */
function leaf({ offset = 0, rows = 440 } = {}): Uint8Array {
  const page = new Uint8Array(512).fill(0);
  page.set([10, 460 >> 8, 460 & 255, 0, 2, rows >> 8, rows & 255, 0], offset);
  page.set([0, 0, 0, 20], 460);
  return page;
}

Deno.test("remnantsIn: finds each byte between the list of rows and the rows, and in freed parts", () => {
  assertEquals(remnantsIn(leaf(), 2, LAYOUT), []);
  for (const at of range(0, 511)) {
    const page = leaf();
    if (page[at] !== 0 || at < 12 || at >= 460 && at < 464) continue;
    page[at] = 1;
    const expected = at < 440 ? [[12, 440]] : at >= 464 && at < 480 ? [[464, 480]] : [];
    assertEquals(remnantsIn(page, 2, LAYOUT), expected, `byte ${at}`);
  }
});

Deno.test("remnantsIn: begins after the header of the file on the first page", () => {
  const page = leaf({ offset: 100 });
  page[20] = page[200] = 1;
  assertEquals(remnantsIn(page, 1, LAYOUT), [[112, 440]]);
});

Deno.test("remnantsIn: leaves pages alone that are not what they seem", () => {
  const pages = [leaf({ rows: 501 }), leaf({ rows: 9 }), leaf(), leaf(), leaf()];
  for (const page of pages) page.fill(1, 20, 400);
  pages[2][0] = 7;
  // A freed part that is not in the rows, and one that ends beyond them.
  pages[3].set([0, 30], 1);
  pages[4].set([0, 99], 462);
  for (const page of pages) assertEquals(remnantsIn(page, 2, LAYOUT), []);
});

Deno.test("layoutOf: reads the size of a page and what is reserved in it", () => {
  const start = new Uint8Array(512);
  start.set([0x10, 0], 16);
  start[20] = 32;
  assertEquals(layoutOf(start), { pageSize: 4096, usable: 4064 });
  start.set([0, 1], 16);
  assertEquals(layoutOf(start)?.pageSize, 65_536);
  assertEquals(layoutOf(start.subarray(0, 50)), undefined);
});
