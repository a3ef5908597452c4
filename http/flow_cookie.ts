/** The cookies in which a browser keeps the flows that it has begun. */

import { LIMITS } from "../config/limits.ts";
import { cookiesOf } from "../people/credentials.ts";
import type { Flow, FlowKind } from "../people/flows.ts";
import type { Context } from "./context.ts";

/** One for what passkeys do, one for accounts: a new flow takes the place of an older one. */
type FlowCookie = "passkey" | "account";

const nameOf = ({ services: { people } }: Context, cookie: FlowCookie) =>
  `${people.sessions.cookie}-${cookie}`;

/** The header that gives a browser a flow. */
export function flowHeader(context: Context, cookie: FlowCookie, { value }: Flow): string {
  const ms = cookie === "passkey" ? LIMITS.passkeyMs : LIMITS.accountMs;
  return context.services.people.sessions.headerOf(nameOf(context, cookie), value, ms / 1000);
}

/** The header that takes a flow from a browser. */
export function flowClearing(context: Context, cookie: FlowCookie): string {
  return context.services.people.sessions.headerOf(nameOf(context, cookie), "", 0);
}

/** A flow of this kind that the browser has begun; see {@linkcode Flows.find}. */
export function flowOf(
  context: Context,
  cookie: FlowCookie,
  kind: FlowKind,
  session?: string,
): Flow | undefined {
  const { flows } = context.services.people;
  // Another host of the same domain may have added cookies of this name.
  for (const value of cookiesOf(context.request.headers, nameOf(context, cookie))) {
    const flow = flows.find(value, kind, session);
    if (flow) return flow;
  }
}
