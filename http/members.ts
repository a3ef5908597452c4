/**
 * `/members`: the members of a chat.
 *
 * Where people come by invitation all members see the list; in an open chat only admins do, since it has
 * those with a role or a ban. What changes a member is for admins.
 */

import { LIMITS } from "../config/limits.ts";
import type { MemberChange } from "../people/members.ts";
import type { MemberRecord } from "../people/records.ts";
import { shownName } from "../wire/wire.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { checkAdmin, checkSessions, personalAnswer, shownLink } from "./personal.ts";
import { Problem } from "./problem.ts";
import { wholeNumber } from "./query.ts";

/** The ids that visitors of an open chat have. */
const VISITOR = /^[a-z2-7]{16}$/;

/** `GET /members`: a page of them, by their ids. */
export function listMembers(context: Context): Response {
  const { url: { searchParams }, services: { people } } = context;
  const { mode } = people.access;
  if (mode === "invite") checkSessions(mode);
  else checkAdmin(context);
  const after = searchParams.get("after") ?? "";
  const most = LIMITS.membersListed;
  const limit = wholeNumber(searchParams, "limit", { least: 1, most }) ?? most;
  const ids = people.members.ids();
  const from = after === "" ? 0 : ids.findIndex((id) => id > after);
  const page = from < 0 ? [] : ids.slice(from, from + limit);
  const members = page.map((id) => shownMember(context, id, people.members.get(id)!));
  return personalAnswer({ members, more: from >= 0 && from + limit < ids.length });
}

function shownMember({ services: { people } }: Context, id: string, member: MemberRecord) {
  const { name, role, banned } = member;
  return { id, name: shownName({ id, name }), role, banned, seen: people.store.lastSeen(id) };
}

/** `PATCH /members/{id}`: their role, and whether they are banned. */
export async function patchMember(context: Context): Promise<Response> {
  checkAdmin(context);
  const { identity, params: { member: id }, request, services: { people } } = context;
  const { role, banned } = await readObject(request);
  if (role !== undefined && role !== "admin" && role !== "member") {
    throw new Problem(400, "role must be admin or member");
  }
  if (banned !== undefined && typeof banned !== "boolean") {
    throw new Problem(400, "banned must be true or false");
  }
  const isVisitor = people.access.mode === "open" && VISITOR.test(id);
  const change: MemberChange = { ...(role && { role }), ...(banned !== undefined && { banned }) };
  const member = await people.removal.change(identity.id, id, change, isVisitor);
  return personalAnswer(shownMember(context, id, member));
}

/** `DELETE /members/{id}`: removes them from the chat. */
export async function removeMember(context: Context): Promise<Response> {
  checkAdmin(context);
  const { identity, params, services: { people, rooms } } = context;
  await people.removal.remove(identity.id, params.member);
  await rooms.leaveAll(identity.id, params.member);
  return personalAnswer(undefined);
}

/** `POST /members/{id}/link`: a link that signs a member in who cannot do so in any other way. */
export async function linkMember(context: Context): Promise<Response> {
  checkAdmin(context);
  const { identity, params: { member: id }, services: { people } } = context;
  const member = people.members.get(id);
  if (!member) throw new Problem(404, "there is no such member");
  if (member.banned) throw new Problem(409, "this member is banned");
  const expires = Date.now() + LIMITS.adminLinkMs;
  const order = { kind: "sign-in", by: identity.id, member: id, expires } as const;
  const link = await people.links.create(order);
  await people.audit.note({ by: identity.id, action: "sign-in link", to: id });
  return personalAnswer(shownLink(context, link), 201);
}
