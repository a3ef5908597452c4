/** The welcome of a room, and where the cursor of the one who is welcomed starts. */

import type { Person } from "../hub/person.ts";
import type { Room } from "../hub/room.ts";
import type { Welcome } from "../wire/wire.ts";
import type { Start } from "./cursor.ts";
import type { EnterRequest, Services } from "./services.ts";

/** The newest entry that a client has, if that is of this epoch. */
export function sinceOf({ since, epoch }: EnterRequest, services: Services): number | undefined {
  return epoch === undefined || epoch === services.journal.epoch ? since : undefined;
}

/**
 * Welcomes a person to a room.
 *
 * @param diverged the client's newest entry belongs to another history
 */
export function welcomeTo(
  room: Room,
  you: Person,
  request: EnterRequest,
  { journal, rules }: Services,
  diverged: boolean,
): { welcome: Welcome; start: Start } {
  const { since, epoch, at, replay, role, id } = request;
  const { tail, presence, settings } = room;
  const isOther = epoch !== undefined && epoch !== journal.epoch;
  const reset = since !== undefined && (isOther || diverged || since > tail.seq);
  const resumes = since !== undefined && !reset;
  const after = resumes ? since : Math.max(tail.seq - replay, 0);
  const welcome: Welcome = {
    room: room.name,
    you,
    role,
    epoch: journal.epoch,
    seq: tail.seq,
    at: tail.at,
    after,
    afterAt: tail.find(after)?.at ?? (resumes ? at : undefined),
    members: presence.people(),
    count: presence.count,
    ...rules.describe(room.name),
    topic: settings.topic,
    pins: settings.pins,
    reset,
    id,
  };
  return { welcome, start: { seq: after, resumes } };
}
