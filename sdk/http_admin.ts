/**
 * The calls over HTTP with which admins look after a chat: bots, open rooms that are closed to newcomers,
 * and the audit log.
 *
 * They are refused with an {@linkcode HttpError}: 403 to everybody else, 404 for a bot that is not there.
 */

import { flag, list, object, optional, text, time, whole } from "./check.ts";
import { absentOr } from "./decode.ts";
import { ask, jsonBody, perform, query, roomUrl, type Server, under } from "./http.ts";

/** More than any server sends. */
const MOST = 1_000;

/** A program that uses the chat. */
export interface Bot {
  readonly id: string;
  readonly name: string;
  /** The id of the admin who made it; empty: the operator. */
  readonly by?: string;
  readonly created?: number;
  /** The names and addresses of the rooms that it may enter; absent: all open ones. */
  readonly rooms?: readonly string[];
  /** Whether it may read the metrics. */
  readonly metrics?: boolean;
  /** The room of its hook. */
  readonly hook?: string;
}

/** A bot that has just been made, with what is shown this once. */
export interface NewBot extends Omit<Bot, "hook"> {
  readonly token: string;
  /** The address of its hook. */
  readonly hook?: string;
}

/** Something that was done to people, rooms or messages. */
export interface AuditEntry {
  readonly seq: number;
  readonly at: number;
  /** The id of the person who did it; empty: the operator. */
  readonly by: string;
  /** One word or a few, such as `ban`. */
  readonly action: string;
  /** The id of the person, bot or thing that it was done to. */
  readonly to?: string;
  readonly room?: string;
  /** The message that it was done to. */
  readonly of?: number;
  /** When it ends, in milliseconds since 1970. */
  readonly until?: number;
}

const BOT = {
  id: text,
  name: text,
  by: optional(text),
  created: optional(time),
  rooms: absentOr(list(text, MOST)),
  metrics: optional(flag),
  hook: optional(text),
};

const checkBots = object({ bots: list(object<Bot>(BOT), MOST) });
const checkNewBot = object<NewBot>({ ...BOT, token: text });

const checkEntry = object<AuditEntry>({
  seq: whole,
  at: time,
  by: text,
  action: text,
  to: optional(text),
  room: optional(text),
  of: optional(whole),
  until: optional(time),
});
const checkAudit = object({ entries: list(checkEntry, MOST), more: optional(flag) });

/** The bots of the chat. */
export async function listBots({ url, ...server }: Server): Promise<Bot[]> {
  return (await ask(checkBots, under(url, "bots"), server)).bots;
}

/**
 * Makes a bot. Its token, and the address of its hook, are shown this once.
 *
 * @example
 * ```ts
 * const { hook } = await createBot({ url: "https://chat.example", token, name: "CI", hook: "builds" });
 * ```
 */
export async function createBot(
  { url, name, rooms, metrics, hook, ...server }: Server & {
    name: string;
    rooms?: readonly string[];
    metrics?: boolean;
    /** The room of its hook, if it is to have one. */
    hook?: string;
  },
): Promise<NewBot> {
  const body = jsonBody("POST", { name, rooms, metrics, hook });
  return await ask(checkNewBot, under(url, "bots"), server, body);
}

/** Deletes a bot. */
export async function deleteBot({ url, id, ...server }: Server & { id: string }): Promise<void> {
  await perform(under(url, `bots/${encodeURIComponent(id)}`), server, { method: "DELETE" });
}

/** Closes an open room to newcomers for a number of seconds; 0 opens it again. */
export async function closeToNewcomers(
  { url, room, seconds, ...server }: Server & { room: string; seconds: number },
): Promise<void> {
  const address = roomUrl(url, room);
  address.pathname += "/closed";
  const init = seconds > 0 ? jsonBody("PUT", { seconds }) : { method: "DELETE" };
  await perform(address, server, init);
}

/** The newest entries of the audit log, oldest first; those before the entry `before`. */
export async function readAudit(
  { url, before, limit, ...server }: Server & { before?: number; limit?: number },
): Promise<{ entries: AuditEntry[]; more: boolean }> {
  const address = under(url, "audit");
  address.search = query({ before, limit });
  const { entries, more = false } = await ask(checkAudit, address, server);
  return { entries, more };
}
