/** Commands without a socket: handed to the hub, and waited for until they are kept or refused. */

import type { Sender } from "../hub/room.ts";
import type { LogEntry } from "../journal/journal.ts";
import { logLine } from "../wire/objects.ts";
import type { Refusal } from "../wire/wire.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { askerOf, isTokenAdmin, roomOf } from "./join_request.ts";
import { Problem, unavailable } from "./problem.ts";

/** What is answered where a command is refused. */
const STATUS: Readonly<Partial<Record<Refusal, number>>> = {
  not_allowed: 403,
  unknown_room: 404,
  gone: 410,
  changed: 409,
  bad_command: 409,
  overloaded: 503,
};

/**
 * Submits a command in the room that the path names.
 *
 * @param offer hands the command to the hub; false if too much waits already
 * @param name what the body calls the sender, if it does
 * @throws {Problem} with 429 beyond the rate, or what the refusal means
 */
export async function submit(
  context: Context,
  offer: (sender: Sender) => boolean,
  name?: string,
): Promise<LogEntry> {
  const { services: { hub } } = context;
  const room = roomOf(context);
  const person = askerOf(context, name);
  checkRate(context);
  const resolved = await hub.resolve(room);
  const entry = await new Promise<LogEntry>((resolve, reject) => {
    const sender: Sender = {
      room: resolved,
      person,
      isAdmin: isTokenAdmin(context),
      kept: resolve,
      refuse: (code, detail) => reject(refusal(code, detail)),
    };
    if (!offer(sender)) sender.refuse("overloaded", "too much waits, try again later");
  });
  hub.counters.wire("http").received++;
  return entry;
}

/**
 * Counts a command against the rate of its sender and of their address.
 *
 * @throws {Problem} with 429 beyond the rate, 503 once the server is stopping
 */
export function checkRate(context: Context): void {
  checkOpen(context);
  const { address, identity, services: { limits } } = context;
  if (limits.messages(identity.id, address).take()) return;
  throw new Problem(429, "too many messages from you or your address", { "retry-after": "1" });
}

/** Whether nobody has said or changed anything in the room that the path names. */
export async function isNewRoom(context: Context): Promise<boolean> {
  const { hub, journal } = context.services;
  const room = await hub.resolve(roomOf(context));
  return (hub.newest(room) ?? (await journal.before(room, Infinity, 1)).length) === 0;
}

/**
 * For a command that creates the room, if there is none.
 *
 * @throws {Problem} with 429 if this address has created too many
 */
export async function checkNewRoom(context: Context): Promise<void> {
  checkOpen(context);
  const { address, services: { limits } } = context;
  if (!await isNewRoom(context) || limits.newRoom(address)) return;
  throw new Problem(429, "too many new rooms from your address", { "retry-after": "1" });
}

/** Throws a {@linkcode Problem} with 503 once the server is stopping. */
function checkOpen({ services: { admission } }: Context): void {
  if (!admission.open) throw unavailable("the server is stopping, try again when it is back");
}

function refusal(code: Refusal, detail: string): Problem {
  const status = STATUS[code] ?? 400;
  return new Problem(status, detail, status === 503 ? { "retry-after": "1" } : {}, code);
}

/** The kept entry: 201, or 200 if it was there already. */
export function entryAnswer(entry: LogEntry): Response {
  return jsonAnswer(logLine(entry), entry.duplicate ? 200 : 201);
}
