/**
 * The calls over HTTP that change a message or a room, for programs without a socket.
 *
 * Each answers with the entry as it is kept, which is an older one if nothing had to be changed. They
 * are refused with an {@linkcode HttpError}: 403 for what this person may not do, 404 and 410 for a
 * message that is not there or deleted, 409 if it has changed.
 */

import { checkEntry, checkReaction } from "./decode.ts";
import { ask, jsonBody, roomUrl, type Server } from "./http.ts";
import type { Entry, Reaction } from "./protocol.ts";

/** A message of a room of a server. */
export interface MessageAddress extends Server {
  readonly room: string;
  readonly seq: number;
}

function addressOf({ url, room, seq }: MessageAddress, ...more: string[]): URL {
  const address = roomUrl(url, room);
  address.pathname += ["/messages", seq, ...more.map(encodeURIComponent)].join("/");
  return address;
}

/**
 * Gives a message another text; the same `id` again is kept once.
 *
 * @param message `v` is the version of the text that is replaced: refused if it is another now
 *
 * @example
 * ```ts
 * const { seq } = await postMessage({ url, room: "tea", text: "Deploying …", token });
 * await editMessage({ url, room: "tea", seq, text: "Deployed.", token });
 * ```
 */
export async function editMessage(
  { text, v, id, ...message }: MessageAddress & { text: string; v?: number; id?: string },
): Promise<Entry> {
  return await ask(checkEntry, addressOf(message), message, jsonBody("PATCH", { text, v, id }));
}

/** Deletes a message. */
export async function deleteMessage(message: MessageAddress): Promise<Entry> {
  return await ask(checkEntry, addressOf(message), message, { method: "DELETE" });
}

/** Adds this person's reaction to a message, or withdraws it. */
export async function setReaction(
  { emoji, on, ...message }: MessageAddress & { emoji: string; on: boolean },
): Promise<Entry> {
  const address = addressOf(message, "reactions", emoji);
  return await ask(checkEntry, address, message, { method: on ? "PUT" : "DELETE" });
}

/** Those who reacted with an emoji, in their order: a page of them, after the person `after`. */
export async function getReaction(
  { emoji, after, ...message }: MessageAddress & { emoji: string; after?: string },
): Promise<Reaction> {
  const address = addressOf(message, "reactions", emoji);
  if (after !== undefined) address.searchParams.set("after", after);
  return await ask(checkReaction, address, message);
}

/** Pins a message, or unpins it. */
export async function setPin(
  { on, ...message }: MessageAddress & { on: boolean },
): Promise<Entry> {
  return await ask(checkEntry, addressOf(message, "pin"), message, {
    method: on ? "PUT" : "DELETE",
  });
}

/** Sets a room's topic; an empty one removes it. */
export async function setTopic(
  { url, room, topic, ...server }: Server & { room: string; topic: string },
): Promise<Entry> {
  return await ask(checkEntry, roomUrl(url, room), server, jsonBody("PATCH", { topic }));
}
