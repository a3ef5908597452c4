/**
 * The unused parts of a page of a SQLite file, as https://sqlite.org/fileformat2.html describes them.
 *
 * `secure_delete` overwrites what is deleted, but not the copies that SQLite leaves behind when it
 * distributes rows among pages: they are between a page's list of rows and its rows. SQLite never
 * reads these bytes, and whatever is in them is as good as zeros. Fragments of up to 3 bytes between
 * rows stay.
 */

/** How the pages of a file are laid out. */
export interface Layout {
  readonly pageSize: number;
  /** The bytes of a page that SQLite uses; extensions may reserve the others. */
  readonly usable: number;
}

/** Where the first page has the header of the file before its own. */
const FILE_HEADER = 100;

/** The kinds of pages that have rows, and the length of their headers. */
const HEADERS: Readonly<Record<number, number>> = { 2: 12, 5: 12, 10: 8, 13: 8 };

/**
 * In a larger file the first byte of a page without rows, which is part of a page's number, could be
 * mistaken for a kind.
 */
export const MOST_PAGES = 0x2000000;

/** The layout of the file that begins with these bytes; undefined if they are not of one. */
export function layoutOf(start: Uint8Array): Layout | undefined {
  if (start.length < FILE_HEADER) return;
  const size = uint16(start, 16);
  const pageSize = size === 1 ? 65_536 : size;
  if (pageSize < 512) return;
  return { pageSize, usable: pageSize - start[20] };
}

/** The unused parts of a page that have something in them, from the first byte to the one after the last. */
export function remnantsIn(
  page: Uint8Array,
  number: number,
  { usable }: Layout,
): [from: number, to: number][] {
  const start = number === 1 ? FILE_HEADER : 0;
  const header = HEADERS[page[start]];
  if (header === undefined) return [];
  const rows = uint16(page, start + 5) || 65_536;
  const listEnd = start + header + 2 * uint16(page, start + 3);
  // Another kind of page looks like this by chance.
  if (listEnd > rows || rows > usable) return [];
  const parts: [number, number][] = [[listEnd, rows]];
  for (let at = uint16(page, start + 1), least = rows; at !== 0;) {
    const end = at + uint16(page, at + 2);
    if (at < least || end > usable) return [];
    parts.push([at + 4, end]);
    least = end;
    at = uint16(page, at);
  }
  return parts.filter(([from, to]) => !isZero(page, from, to));
}

function isZero(page: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (page.byteOffset + at) % 4 !== 0) if (page[at++] !== 0) return false;
  if (to - at >= 4) {
    // Four bytes at once are four times as fast.
    const words = new Uint32Array(page.buffer, page.byteOffset + at, Math.floor((to - at) / 4));
    for (let n = 0; n < words.length; n++) if (words[n] !== 0) return false;
    at += 4 * words.length;
  }
  for (; at < to; at++) if (page[at] !== 0) return false;
  return true;
}

function uint16(page: Uint8Array, at: number): number {
  return page[at] << 8 | page[at + 1];
}
