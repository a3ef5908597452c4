/**
 * Reads the entries of a log in their order, from either side of a number.
 *
 * What is read is elements with their numbers; `log_lua.ts` says what these are. Numbers that are
 * missing among them, and those of which no more than the time is known, become one `Skip` together, so
 * a page may need more elements than it has entries.
 */

import { LIMITS } from "../../config/limits.ts";
import type { LogEntry } from "../journal.ts";
import type { RedisLink } from "./link.ts";
import { fromElement, isMissing, timeOf } from "./log_encoding.ts";
import { RANGE } from "./log_reads.ts";
import { runInLog } from "./old_log.ts";

/** An element and its number. */
type Numbered = readonly [seq: number, element: string];

interface Range {
  /** Oldest first. */
  readonly elements: Numbered[];
  /** Those that are older than the list, oldest first. */
  readonly older: Numbered[];
  /** Nothing is left up to this number. */
  readonly floor: number;
}

/** The oldest entries after a number. */
export async function readAfter(
  link: RedisLink,
  room: string,
  seq: number,
  limit: number,
): Promise<LogEntry[]> {
  const found: Numbered[] = [];
  let from: number | undefined;
  for (let asked = limit, place = seq;;) {
    const { elements, older, floor } = await range(link, room, ["after", place, asked]);
    from ??= floor;
    for (const one of older) found.push(one);
    if (older.length === asked) break;
    for (const one of elements) found.push(one);
    if (elements.length < asked || isEnough(found, limit, found.at(-1)!)) break;
    place = found.at(-1)![0];
    asked = Math.max(limit, LIMITS.page);
  }
  return toEntries(found, from).slice(0, limit);
}

/** The newest entries before a number, oldest first. */
export async function readBefore(
  link: RedisLink,
  room: string,
  seq: number,
  limit: number,
): Promise<LogEntry[]> {
  let found: Numbered[] = [];
  for (let asked = limit, place = Math.min(seq, Number.MAX_SAFE_INTEGER);;) {
    const { elements, older, floor } = await range(link, room, ["before", place, asked]);
    if (found.length === 0 && elements.length === 0 && place - 1 > floor) {
      found = await endOf(link, room, place - 1, older.at(-1));
    }
    found = [...older, ...elements, ...found];
    const isAtStart = elements.length < asked && older.length < asked;
    if (isAtStart) return toEntries(found, floor).slice(-limit);
    if (elements.length < asked || isEnough(found, limit, found[0])) break;
    place = found[0][0];
    asked = Math.max(limit, LIMITS.page);
  }
  return toEntries(found, found[0][0] - 1).slice(-limit);
}

/** What is missing after `last` up to a number that is before the list. */
async function endOf(
  link: RedisLink,
  room: string,
  seq: number,
  last: Numbered | undefined,
): Promise<Numbered[]> {
  if (last?.[0] === seq) return [];
  const [next] = await readAfter(link, room, seq, 1);
  return next ? [[seq, `s0 ${next.at}`]] : [];
}

async function range(
  link: RedisLink,
  room: string,
  words: readonly [direction: string, seq: number, limit: number],
): Promise<Range> {
  const answer = await runInLog(link, RANGE, room, words.map(String));
  const [first, elements, floor, members] = answer as [number, string[], number, string[]];
  const older = members.map((member): Numbered => {
    const end = member.indexOf("\n");
    return [Number(member.slice(0, end)), member.slice(end + 1)];
  });
  return {
    elements: elements.map((element, n): Numbered => [first + n, element]),
    older: words[0] === "after" ? older : older.reverse(),
    floor,
  };
}

/** Whether these make a page, and no run of missing ones goes on at its `end`. */
function isEnough(found: readonly Numbered[], limit: number, [, end]: Numbered): boolean {
  return !isMissing(end) && found.filter(([, element]) => !isMissing(element)).length >= limit;
}

/** The entries after a number. */
function toEntries(found: readonly Numbered[], from: number): LogEntry[] {
  const entries: LogEntry[] = [];
  let next = from + 1;
  let missing: { readonly seq: number; readonly at: number } | undefined;
  const addSkip = (seq: number, at: number) => {
    if (seq >= next) entries.push({ kind: "skip", from: next, seq, at, id: undefined });
  };
  for (const [seq, element] of found) {
    if (isMissing(element)) {
      missing = { seq, at: timeOf(element) };
      continue;
    }
    const entry = fromElement(seq, element);
    addSkip(seq - 1, missing?.seq === seq - 1 ? missing.at : entry.at);
    entries.push(entry);
    next = seq + 1;
    missing = undefined;
  }
  if (missing) addSkip(missing.seq, missing.at);
  return entries;
}
