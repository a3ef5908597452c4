/**
 * Copying a journal to another place: rooms, messages, numbers, ids, epoch and secret, so that clients
 * that reconnect there miss nothing and get nothing twice.
 *
 * It continues, room by room, after what the new place has, so it can be stopped at any moment and run
 * again, also to copy what was said in the old place meanwhile. It begins only in an empty place, and
 * continues only if the newest message of the new place is the same in the old one.
 */

import { LIMITS } from "../config/limits.ts";
import {
  type ImportTarget,
  type Journal,
  JournalError,
  type Message,
  type RoomSummary,
} from "./journal.ts";

/** How far it is. */
export interface Progress {
  /** Messages that the new place has. */
  readonly done: number;
  /** Messages that it will have. */
  readonly total: number;
}

interface Stretch {
  readonly room: string;
  /** The newest message that the new place has. */
  at: number;
  /** The newest one that the old place has. */
  readonly end: number;
}

/**
 * Copies everything from `from` that `to` does not have yet.
 *
 * @param tell is called after each batch, and once before
 * @throws {JournalError} if `to` has messages that are not from there
 */
export async function migrate(
  from: Journal,
  to: ImportTarget,
  tell: (progress: Progress) => void,
): Promise<Progress> {
  const had = new Map<string, number>();
  for await (const { name, seq } of roomsOf(to)) if (seq > 0) had.set(name, seq);
  if (to.epoch !== from.epoch) {
    if (had.size > 0) throw new JournalError("--to: it holds messages of its own, choose another");
    await to.adoptIdentity(from.epoch, from.secret);
  }
  let done = 0;
  let total = 0;
  const stretches: Stretch[] = [];
  for await (const { name: room, seq: end } of roomsOf(from)) {
    const [oldest] = await from.after(room, 0, 1);
    if (!oldest) continue;
    const at = had.get(room) ?? 0;
    if (at > 0) await compare(room, at, from, to);
    total += end - oldest.seq + 1;
    done += Math.max(0, Math.min(at, end) - oldest.seq + 1);
    stretches.push({ room, at, end });
  }
  tell({ done, total });
  for (const stretch of stretches) {
    for (let page; (page = await next(stretch, from)).length > 0;) {
      await to.importMessages(stretch.room, page);
      done += page.length;
      tell({ done, total });
    }
  }
  return { done, total };
}

/** All rooms, by name. */
async function* roomsOf(journal: Journal): AsyncGenerator<RoomSummary> {
  for (let after = "";;) {
    const page = await journal.rooms({ after, limit: LIMITS.inheritance });
    yield* page;
    if (page.length < LIMITS.inheritance) return;
    after = page.at(-1)!.name;
  }
}

/** The next messages to copy. What is said while it runs is left to the next run. */
async function next(stretch: Stretch, from: Journal): Promise<Message[]> {
  const page = await from.after(stretch.room, stretch.at, LIMITS.inheritance);
  const due = page.filter(({ seq }) => seq <= stretch.end);
  stretch.at = due.at(-1)?.seq ?? stretch.at;
  return due;
}

/** Throws if the newest message of the new place is another one in the old place. */
async function compare(room: string, seq: number, from: Journal, to: Journal): Promise<void> {
  const [here] = await to.after(room, seq - 1, 1);
  const [there] = await from.after(room, seq - 1, 1);
  // The old place may not have it yet, or no longer: then there is nothing to compare.
  if (there?.seq !== seq || !here) return;
  const same = (["at", "from", "name", "avatar", "text", "id"] as const)
    .every((part) => here[part] === there[part]);
  if (same) return;
  throw new JournalError(
    `--to: message ${seq} of the room ${room} is another there: both were written to since`,
  );
}
