/**
 * How large entries are in frames: estimates that cost nothing, since what they decide need not be exact.
 */

import { LIMITS } from "../config/limits.ts";
import type { Attachment } from "../journal/journal.ts";
import type { Entry } from "./entry.ts";

/** The rough length of an entry in a frame, in UTF-16 code units. */
export function estimateSize(entry: Entry): number {
  if (entry.kind === "message") {
    return 64 + entry.text.length + (entry.files ? sizeOfFiles(entry.files) : 0);
  }
  return entry.kind === "change" && entry.action.type === "edit"
    ? 64 + entry.action.text.length
    : 64;
}

function sizeOfFiles(files: readonly Attachment[]): number {
  return files.reduce((sum, { name, alt = "" }) => sum + 150 + name.length + alt.length, 0);
}

/** How many of the entries in `[from, to)` fit in one frame; at least one. */
export function countThatFits(
  entries: readonly Entry[],
  from = 0,
  to: number = entries.length,
): number {
  let room: number = LIMITS.frameLength;
  let index = from;
  for (; index < to && room > 0; index++) room -= estimateSize(entries[index]);
  return index - from;
}
