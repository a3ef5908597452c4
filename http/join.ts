/**
 * `POST /join`: what a link is for, and using it.
 *
 * The token comes in the body, and in the part of the link behind `#`, so it is in no log and no
 * `Referer`. Nobody has to be signed in. Only our own page may use a link with a browser, so that no
 * other page signs somebody in as somebody else.
 */

import { LIMITS } from "../config/limits.ts";
import type { LinkRecord } from "../people/records.ts";
import { shownName } from "../wire/wire.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { checkRate, checkSessions, personalAnswer } from "./personal.ts";
import { Problem } from "./problem.ts";
import { signedInAnswer } from "./signing_in.ts";

interface Order {
  readonly token: string;
  readonly name: string | undefined;
  readonly look: boolean;
}

/** `POST /join` */
export async function join(context: Context): Promise<Response> {
  const { request, url, services: { authenticator, origins, people, rooms } } = context;
  checkSessions(people.access.mode);
  if (origins.askerOf(request, url) === "foreign") {
    throw new Problem(403, "only the chat's own page uses links");
  }
  checkRate(context);
  people.checkFresh();
  const session = authenticator.sessionOf(request, url);
  const { token, name, look } = await readOrder(request);
  if (look) return personalAnswer(describe(context, people.links.find(token), session?.member));
  const agent = request.headers.get("user-agent") ?? "";
  const joined = await people.joining.use({ token, name, session, agent });
  const { id } = joined;
  const own = people.members.get(id)?.name;
  for (const room of joined.rooms) await rooms.show(room, { id, name: own ?? "" });
  return signedInAnswer(context, joined);
}

async function readOrder(request: Request): Promise<Order> {
  const { token, name, look = false } = await readObject(request);
  if (typeof token !== "string" || token.length > LIMITS.linkToken) {
    throw new Problem(400, `token must be a string of ${LIMITS.linkToken} characters at most`);
  }
  if (name !== undefined && typeof name !== "string") {
    throw new Problem(400, "name must be a string");
  }
  if (typeof look !== "boolean") throw new Problem(400, "look must be true or false");
  return { token, name, look };
}

/** What a link is for, and which identity this browser would have no more. */
function describe(context: Context, link: LinkRecord, current: string | undefined): unknown {
  const { people, hub } = context.services;
  const { kind, by, member, role, expires, rooms } = link;
  const person = (id: string) => {
    const name = people.members.get(id)?.name ?? hub.find(id)?.name ?? "";
    return { id, name: shownName({ id, name }) };
  };
  const isOther = current !== undefined && member !== undefined && member !== current;
  return {
    for: kind,
    chat: context.services.config.name,
    by: by === "" ? undefined : person(by),
    member: member === undefined ? undefined : person(member),
    role: kind === "invite" ? role ?? "member" : undefined,
    rooms: rooms?.map((room) => ({ name: room, title: people.access.describe(room).title })),
    expires,
    needsName: kind === "invite" && !(current !== undefined && people.members.get(current)),
    replaces: isOther ? person(current) : undefined,
  };
}
