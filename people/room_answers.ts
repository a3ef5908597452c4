/** Changes of hidden rooms for a sender, who learns what became of one as of any other command. */

import type { Sender } from "../hub/room.ts";
import { UnreachableError } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import type { Refusal, RoomOrder } from "../wire/wire.ts";
import { Refused, type RefusedCode } from "./refused.ts";
import type { Rooms } from "./rooms.ts";

const REFUSALS: Readonly<Record<RefusedCode, Refusal>> = {
  not_allowed: "not_allowed",
  unknown: "unknown_room",
  conflict: "bad_command",
  gone: "gone",
  bad: "bad_command",
  full: "bad_command",
  away: "overloaded",
};

/** Changes the sender's room. Never rejects; what was changed now comes through the room's log. */
export async function changeFor(
  { rooms, log }: { readonly rooms: Rooms; readonly log: Log },
  sender: Sender,
  order: RoomOrder,
  id?: string,
): Promise<void> {
  try {
    const entry = await rooms.change(sender, sender.room, order, id);
    if (entry.duplicate) sender.kept(entry, true, true);
  } catch (error) {
    if (error instanceof Refused) return sender.refuse(REFUSALS[error.code], error.message, id);
    if (!(error instanceof UnreachableError)) {
      log.error("command failed", { command: "room", error });
    }
    sender.refuse("overloaded", "it could not be kept, try again later", id);
  }
}
