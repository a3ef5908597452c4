/** `GET /audit`: who did what to whom and when, for admins. */

import { LIMITS } from "../config/limits.ts";
import { adminOf } from "./admins.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { wholeNumber } from "./query.ts";

/** The newest entries, oldest first; those before an entry with `?before=`. */
export async function getAudit(context: Context): Promise<Response> {
  adminOf(context);
  const { url: { searchParams }, services: { people } } = context;
  const { historyPage: most, historyDefault } = LIMITS;
  const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? historyDefault;
  const page = await people.audit.read(limit, wholeNumber(searchParams, "before"));
  const answer = jsonAnswer(JSON.stringify(page));
  answer.headers.set("cache-control", "no-store");
  return answer;
}
