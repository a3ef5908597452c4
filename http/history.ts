/** `GET /rooms/{room}/messages`: older messages, a page at a time. */

import { LIMITS } from "../config/limits.ts";
import { messageLine } from "../wire/objects.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { roomOf } from "./join_request.ts";
import { wholeNumber } from "./query.ts";

/** The newest messages before `?before=`, oldest first. */
export async function history(context: Context): Promise<Response> {
  const { url: { searchParams }, services } = context;
  const room = await services.hub.resolve(roomOf(context));
  const { historyPage: most, historyDefault } = LIMITS;
  const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? historyDefault;
  const before = wholeNumber(searchParams, "before") ?? Infinity;
  const found = await services.journal.before(room, before, limit + 1);
  const more = found.length > limit;
  const messages = (more ? found.slice(1) : found).map(messageLine);
  return jsonAnswer(`{"messages":[${messages.join(",")}],"more":${more}}`);
}
