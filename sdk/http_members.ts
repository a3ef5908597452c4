/**
 * The calls over HTTP about the members of a chat: their list, and what admins do.
 *
 * They are refused with an {@linkcode HttpError}: 403 for what this person may not do, 404 for a member
 * or an invitation that is not there, 409 for what the last admin's role forbids.
 */

import { flag, list, object, optional, text, time, whole } from "./check.ts";
import { checkLink, type Link } from "./http_me.ts";
import { ask, jsonBody, perform, query, type Server, under } from "./http.ts";

/** More than any server sends. */
const MOST = 1_000;

/** A member of a chat. */
export interface Member {
  readonly id: string;
  readonly name: string;
  /** `admin` or `member`. */
  readonly role: string;
  readonly banned?: boolean;
  /** When they were last there, in milliseconds since 1970. */
  readonly seen?: number;
}

/** An invitation that can still be used. */
export interface Invite {
  readonly id: string;
  /** The id of the admin who made it; empty: the operator. */
  readonly by?: string;
  readonly created?: number;
  readonly expires: number;
  /** How many times it can still be used. */
  readonly uses: number;
  readonly role?: string;
  /** The addresses of private rooms. */
  readonly rooms?: readonly string[];
}

const checkMember = object<Member>({
  id: text,
  name: text,
  role: text,
  banned: optional(flag),
  seen: optional(time),
});

const INVITE = {
  id: text,
  by: optional(text),
  created: optional(time),
  expires: time,
  uses: whole,
  role: optional(text),
  rooms: optional(list(text, MOST)),
};

const checkInvite = object<Invite>(INVITE);
const checkNewInvite = object<Invite & Link>({ ...INVITE, link: text });

const checkMembers = object({ members: list(checkMember, MOST), more: optional(flag) });
const checkInvites = object({ invites: list(checkInvite, MOST) });

/** The members, by their ids: a page of them, after the member `after`. */
export async function listMembers(
  { url, after, limit, ...server }: Server & { after?: string; limit?: number },
): Promise<{ members: Member[]; more: boolean }> {
  const address = under(url, "members");
  address.search = query({ after, limit });
  const { members, more = false } = await ask(checkMembers, address, server);
  return { members, more };
}

function addressOf(url: string | URL, id: string, more = ""): URL {
  return under(url, `members/${encodeURIComponent(id)}${more}`);
}

/** Changes a member's role, or whether they are banned; for admins, as all that follows. */
export async function changeMember(
  { url, id, role, banned, ...server }: Server & {
    id: string;
    role?: "admin" | "member";
    banned?: boolean;
  },
): Promise<Member> {
  const body = jsonBody("PATCH", { role, banned });
  return await ask(checkMember, addressOf(url, id), server, body);
}

/** Removes a member from the chat. */
export async function removeMember({ url, id, ...server }: Server & { id: string }): Promise<void> {
  await perform(addressOf(url, id), server, { method: "DELETE" });
}

/** A link that signs a member in, once. */
export async function createSignInLink(
  { url, id, ...server }: Server & { id: string },
): Promise<Link> {
  return await ask(checkLink, addressOf(url, id, "/link"), server, { method: "POST" });
}

/** Lets somebody write nowhere for a number of seconds; 0 ends that. */
export async function muteMember(
  { url, id, seconds, ...server }: Server & { id: string; seconds: number },
): Promise<void> {
  const init = seconds > 0 ? jsonBody("PUT", { seconds }) : { method: "DELETE" };
  await perform(addressOf(url, id, "/mute"), server, init);
}

/** The invitations that can still be used. */
export async function listInvites({ url, ...server }: Server): Promise<Invite[]> {
  return (await ask(checkInvites, under(url, "invites"), server)).invites;
}

/**
 * Makes an invitation, whose link is shown this once.
 *
 * @example
 * ```ts
 * const { link } = await createInvite({ url: "https://chat.example", token, uses: 5, days: 7 });
 * ```
 */
export async function createInvite(
  { url, uses, days, rooms, ...server }: Server & {
    uses?: number;
    days?: number;
    rooms?: readonly string[];
  },
): Promise<Invite & Link> {
  const body = jsonBody("POST", { uses, days, rooms });
  return await ask(checkNewInvite, under(url, "invites"), server, body);
}

/** Withdraws an invitation. */
export async function withdrawInvite(
  { url, id, ...server }: Server & { id: string },
): Promise<void> {
  await perform(under(url, `invites/${encodeURIComponent(id)}`), server, { method: "DELETE" });
}
