/**
 * Forgetting somebody: deleting everything that they have said, as ordinary deletions.
 *
 * Every room is read from its beginning, a page at a time, so it takes as long as there is history. It
 * can be done again at any time: what is deleted already stays so.
 */

import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../../config/limits.ts";
import type { ChangeDraft, Journal } from "../../journal/journal.ts";
import type { RecordDrafts } from "../room_log.ts";

/** Deletes the messages of a person in all rooms; returns how many there were. */
export async function forget(
  journal: Journal,
  record: RecordDrafts,
  member: string,
): Promise<number> {
  let deleted = 0;
  for await (const room of roomsOf(journal)) {
    for (let after = 0, more = true; more;) {
      const page = await journal.page(room, { after, limit: LIMITS.historyPage });
      const own = page.messages.filter(({ from, deleted }) => from === member && !deleted);
      await Promise.all(own.map(({ seq }) => record([deletionOf(room, seq, member)])));
      deleted += own.length;
      more = page.more;
      after = page.messages.at(-1)?.seq ?? 0;
      // The others' messages must not wait for this.
      await setImmediate();
    }
  }
  return deleted;
}

/** A deletion by the operator. */
export function deletionOf(room: string, of: number, from: string): ChangeDraft {
  return { room, at: Date.now(), from, name: "", id: undefined, action: { type: "delete", of } };
}

/** All rooms, by name: open ones, then hidden ones. */
export async function* roomsOf(journal: Journal): AsyncGenerator<string> {
  for (const unlisted of [undefined, true] as const) {
    for (let after = "", more = true; more;) {
      const rooms = await journal.rooms({ after, unlisted, limit: LIMITS.roomsListed });
      for (const { name } of rooms) if (!name.startsWith("@")) yield name;
      more = rooms.length === LIMITS.roomsListed;
      after = rooms.at(-1)?.name ?? "";
    }
  }
}
