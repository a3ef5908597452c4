/** Commands without a socket: handed to the hub, and waited for until they are kept or refused. */

import type { Sender } from "../hub/room.ts";
import type { LogEntry } from "../journal/journal.ts";
import { logLine } from "../wire/objects.ts";
import type { Refusal } from "../wire/wire.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { personOf, roomOf } from "./join_request.ts";
import { Problem, unavailable } from "./problem.ts";

/** What is answered where a command is refused. */
const STATUS: Readonly<Partial<Record<Refusal, number>>> = {
  not_allowed: 403,
  gone: 410,
  changed: 409,
  bad_command: 409,
  overloaded: 503,
};

/**
 * Submits a command in the room that the path names.
 *
 * @param name what the sender is called, if they say so
 * @param offer hands the command to the hub; false if too much waits already
 * @throws {Problem} with 429 beyond the rate, or what the refusal means
 */
export async function submit(
  context: Context,
  name: string,
  offer: (sender: Sender) => boolean,
): Promise<LogEntry> {
  const { address, identity, services: { files, hub, limits } } = context;
  const room = roomOf(context);
  checkOpen(context);
  const person = personOf(name, "", identity);
  if (!limits.messages(identity.id, address).take()) {
    throw new Problem(429, "too many messages from you or your address", { "retry-after": "1" });
  }
  const resolved = await hub.resolve(room);
  const entry = await new Promise<LogEntry>((resolve, reject) => {
    const sender: Sender = {
      room: resolved,
      person,
      isAdmin: identity.role === "admin",
      kept: resolve,
      refuse: (code, detail) => reject(refusal(code, detail)),
    };
    if (!offer(sender)) sender.refuse("overloaded", "too much waits, try again later");
  });
  hub.counters.wire("http").received++;
  if (entry.kind === "change") files?.changed(resolved, entry);
  return entry;
}

/**
 * For a command that creates the room, if there is none.
 *
 * @throws {Problem} with 429 if this address has created too many
 */
export async function checkNewRoom(context: Context): Promise<void> {
  checkOpen(context);
  const { address, services: { hub, journal, limits } } = context;
  const room = await hub.resolve(roomOf(context));
  const isNew = (hub.newest(room) ?? (await journal.before(room, Infinity, 1)).length) === 0;
  if (!isNew || limits.newRoom(address)) return;
  throw new Problem(429, "too many new rooms from your address", { "retry-after": "1" });
}

/** Throws a {@linkcode Problem} with 503 once the server is stopping. */
function checkOpen({ services: { admission } }: Context): void {
  if (!admission.open) throw unavailable("the server is stopping, try again when it is back");
}

function refusal(code: Refusal, detail: string): Problem {
  const status = STATUS[code] ?? 400;
  return new Problem(status, detail, status === 503 ? { "retry-after": "1" } : {});
}

/** The kept entry: 201, or 200 if it was there already. */
export function entryAnswer(entry: LogEntry): Response {
  return jsonAnswer(logLine(entry), entry.duplicate ? 200 : 201);
}
