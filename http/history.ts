/** What was said: messages in their current state, and who reacted to one. */

import { LIMITS } from "../config/limits.ts";
import type { MessagePage } from "../journal/journal.ts";
import { messageLine } from "../wire/objects.ts";
import { emojiOf, findMessage, seqOf } from "./changes.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { roomOf } from "./join_request.ts";
import { Problem } from "./problem.ts";
import { wholeNumber } from "./query.ts";

/**
 * `GET …/messages`: the newest messages before `?before=`, the oldest after `?after=`, or those around
 * `?around=`; the newest of all without any of them.
 */
export async function history(context: Context): Promise<Response> {
  const { url: { searchParams }, services: { hub, journal } } = context;
  const { historyPage: most, historyDefault } = LIMITS;
  const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? historyDefault;
  const places = ["before", "after", "around"] as const;
  const given = places.filter((name) => searchParams.has(name));
  if (given.length > 1) throw new Problem(400, `only one of ${places.join(", ")} can be given`);
  const place = given[0] ? { [given[0]]: wholeNumber(searchParams, given[0]) } : {};
  const room = await hub.resolve(roomOf(context));
  return pageAnswer(await journal.page(room, { ...place, limit }), journal.epoch);
}

function pageAnswer({ messages, head, at, more }: MessagePage, epoch: string): Response {
  return jsonAnswer(
    `{"messages":[${messages.map(messageLine).join(",")}],"head":${head},"at":${at}` +
      `,"epoch":${JSON.stringify(epoch)},"more":${more}}`,
  );
}

/** `GET …/messages/{seq}` */
export async function getMessage(context: Context): Promise<Response> {
  return jsonAnswer(messageLine(await findMessage(context, seqOf(context))));
}

/** `GET …/messages/{seq}/reactions/{emoji}`: who reacted, after one of them. */
export async function getReaction(context: Context): Promise<Response> {
  const { url: { searchParams }, identity, services: { hub, journal } } = context;
  const room = await hub.resolve(roomOf(context));
  const after = searchParams.get("after") ?? undefined;
  const seq = seqOf(context);
  const emoji = emojiOf(context);
  const { count, from } = await journal.reaction(room, seq, emoji, after);
  const mine = from.includes(identity.id) ||
    count > from.length &&
      await journal.hasReacted(room, seq, emoji, identity.id);
  return Response.json({ count, from, mine });
}
