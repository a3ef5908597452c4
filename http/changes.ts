/**
 * Changes without a socket: editing, deleting, reacting, pinning, and what a room is set to.
 *
 * An `id` may be in the body or in the query; the answer is the entry that was kept.
 */

import { LIMITS } from "../config/limits.ts";
import type { Action, Message } from "../journal/journal.ts";
import { isHidden } from "../people/access.ts";
import { isEmoji, isSeq } from "../wire/commands.ts";
import { parseRoomOrder } from "../wire/room_order.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { changeHidden } from "./hidden_rooms.ts";
import { roomOf } from "./join_request.ts";
import { idOf, textOf } from "./posts.ts";
import { nothingHere, Problem } from "./problem.ts";
import { checkNewRoom, entryAnswer, submit } from "./submit.ts";

/** `PATCH …/messages/{seq}`: another text; `v` is the version that its author saw. */
export async function editMessage(context: Context): Promise<Response> {
  const { maxMessage } = context.services.config;
  const most = LIMITS.frameFactor * maxMessage + LIMITS.bodyBytes;
  const { text, id, v } = await readObject(context.request, most);
  if (v !== undefined && !isSeq(v)) throw new Problem(400, "v must be the seq of an entry");
  const action = { type: "edit", of: seqOf(context), text: textOf(text, maxMessage) } as const;
  return await change(context, action, idOf(id), v);
}

/** `DELETE …/messages/{seq}` */
export function deleteMessage(context: Context): Promise<Response> {
  return change(context, { type: "delete", of: seqOf(context) });
}

/** `PUT …/messages/{seq}/reactions/{emoji}` */
export function addReaction(context: Context): Promise<Response> {
  return change(context, { type: "react", of: seqOf(context), emoji: emojiOf(context), on: true });
}

/** `DELETE …/messages/{seq}/reactions/{emoji}` */
export function removeReaction(context: Context): Promise<Response> {
  return change(context, { type: "react", of: seqOf(context), emoji: emojiOf(context), on: false });
}

/** `PUT …/messages/{seq}/pin` */
export function pin(context: Context): Promise<Response> {
  return change(context, { type: "pin", of: seqOf(context), on: true });
}

/** `DELETE …/messages/{seq}/pin` */
export function unpin(context: Context): Promise<Response> {
  return change(context, { type: "pin", of: seqOf(context), on: false });
}

/** `PATCH /rooms/{room}`: what the `room` command takes. */
export async function patchRoom(context: Context): Promise<Response> {
  const { id, ...fields } = await readObject(context.request, LIMITS.orderBytes);
  const order = parseRoomOrder(fields);
  if (typeof order === "string") throw new Problem(400, order);
  const known = idOf(id);
  if (isHidden(context.params.room)) return entryAnswer(await changeHidden(context, order, known));
  const { topic, ...others } = order;
  if (topic === undefined || Object.keys(others).length > 0) {
    throw new Problem(400, "only the topic of an open room can be changed");
  }
  await checkNewRoom(context);
  return await change(context, { type: "room", topic }, known);
}

async function change(
  context: Context,
  action: Action,
  id: string | undefined = idOf(context.url.searchParams.get("id") ?? undefined),
  version?: number,
): Promise<Response> {
  const { hub } = context.services;
  try {
    return entryAnswer(
      await submit(context, (sender) => hub.change(sender, action, id, version)),
    );
  } catch (error) {
    const isGone = error instanceof Problem && error.status === 410;
    if (isGone && "of" in action) await findMessage(context, action.of);
    throw error;
  }
}

/**
 * A message of the room that the path names, which may be a tombstone.
 *
 * @throws {Problem} with 404 if it is not kept, or was never said
 */
export async function findMessage(context: Context, seq: number): Promise<Message> {
  const { hub, journal } = context.services;
  const room = await hub.resolve(roomOf(context));
  const { messages: [message] } = await journal.page(room, { after: seq - 1, limit: 1 });
  if (message?.seq !== seq) throw nothingHere();
  return message;
}

/** The message that the path names. */
export function seqOf({ params: { seq } }: Context): number {
  const number = Number(seq);
  if (isSeq(number)) return number;
  throw nothingHere();
}

/** The emoji that the path names. */
export function emojiOf({ params: { emoji } }: Context): string {
  if (isEmoji(emoji)) return emoji;
  throw new Problem(400, `an emoji is one character of ${LIMITS.emojiBytes} bytes at most`);
}
