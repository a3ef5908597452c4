/**
 * The calls over HTTP about oneself: who one is, where one is signed in, links, and blocked people.
 *
 * They need a session, which in an open chat {@linkcode openSession} gives, or a key or token, and are
 * refused with an {@linkcode HttpError}: 401 without any of these, 403 for what this person may not do.
 */

import { type Check, flag, list, object, optional, text, time } from "./check.ts";
import { ask, jsonBody, perform, type Server, under } from "./http.ts";
import { checkPerson } from "./decode.ts";
import type { Person } from "./protocol.ts";

/** More than any server sends. */
const MOST = 10_000;

/** The person who asks. */
export interface Me extends Person {
  /** The id of the session that makes the perform, if one does. */
  readonly session?: string;
}

/** A place where this person is signed in. */
export interface SessionSummary {
  readonly id: string;
  /** When it began and was last used, in milliseconds since 1970. */
  readonly created?: number;
  readonly seen?: number;
  /** The program, as it calls itself. */
  readonly agent?: string;
  /** Whether it makes this request. */
  readonly current?: boolean;
}

/** A link that is shown this once, and until when it can be used, in milliseconds since 1970. */
export interface Link {
  readonly link: string;
  readonly expires: number;
}

/** What a link is for. */
export interface LinkPurpose {
  /** `invite` makes a member; `device` and `sign-in` sign a member in. */
  readonly for: string;
  /** The name of the chat. */
  readonly chat?: string;
  /** Its maker; absent if the operator made it. */
  readonly by?: Person;
  /** Whom it signs in. */
  readonly member?: Person;
  /** What an invitation makes of somebody. */
  readonly role?: string;
  /** The private rooms of an invitation. */
  readonly rooms?: readonly { readonly name: string; readonly title?: string }[];
  readonly expires: number;
  /** Whether a name must be given. */
  readonly needsName?: boolean;
  /** The person that this browser is now, and would no longer be. */
  readonly replaces?: Person;
}

/** Checks the person who asks. */
export const checkMe: Check<Me> = (value) => ({
  ...checkPerson(value),
  ...object<Pick<Me, "session">>({ session: optional(text) })(value),
});

const checkSessions = object({
  sessions: list(
    object<SessionSummary>({
      id: text,
      created: optional(time),
      seen: optional(time),
      agent: optional(text),
      current: optional(flag),
    }),
    MOST,
  ),
});

/** Checks a link as it is shown to its maker. */
export const checkLink: Check<Link> = object<Link>({ link: text, expires: time });

const checkPurpose = object<LinkPurpose>({
  for: text,
  chat: optional(text),
  by: optional(checkPerson),
  member: optional(checkPerson),
  role: optional(text),
  rooms: optional(
    list(object<{ name: string; title?: string }>({ name: text, title: optional(text) }), MOST),
  ),
  expires: time,
  needsName: optional(flag),
  replaces: optional(checkPerson),
});

const checkBlocks = object({ blocks: list(checkPerson, MOST) });

/** The person who asks. */
export async function getMe({ url, ...server }: Server): Promise<Me> {
  return await ask(checkMe, under(url, "me"), server);
}

/** Gives a browser a session, as a cookie; one that it has lasts longer. */
export async function openSession(
  { url, name, email, ...server }: Server & { name?: string; email?: string },
): Promise<Me> {
  return await ask(checkMe, under(url, "me"), server, jsonBody("POST", { name, email }));
}

/** Takes another name or email; a visitor's are only checked. */
export async function changeMe(
  { url, name, email, ...server }: Server & { name?: string; email?: string },
): Promise<Me> {
  return await ask(checkMe, under(url, "me"), server, jsonBody("PATCH", { name, email }));
}

/** Where this person is signed in. */
export async function listSessions({ url, ...server }: Server): Promise<SessionSummary[]> {
  return (await ask(checkSessions, under(url, "me/sessions"), server)).sessions;
}

/** Ends a session, and its connections with it. */
export async function endSession({ url, id, ...server }: Server & { id: string }): Promise<void> {
  const address = under(url, `me/sessions/${encodeURIComponent(id)}`);
  await perform(address, server, { method: "DELETE" });
}

/** Ends the session that makes the request. */
export async function signOut({ url, ...server }: Server): Promise<void> {
  await perform(under(url, "me/sign-out"), server, { method: "POST" });
}

/** A link that signs this person in on another device, once. */
export async function createDeviceLink({ url, ...server }: Server): Promise<Link> {
  return await ask(checkLink, under(url, "me/link"), server, { method: "POST" });
}

/**
 * What a link is for; uses nothing up.
 *
 * @param server `linkToken` is what the link has behind its `#`
 * @throws {HttpError} 410 if it was used, has expired, or was withdrawn
 */
export async function describeLink(
  { url, linkToken, ...server }: Server & { linkToken: string },
): Promise<LinkPurpose> {
  const body = jsonBody("POST", { token: linkToken, look: true });
  return await ask(checkPurpose, under(url, "join"), server, body);
}

/**
 * Uses a link: this browser is the member from then on.
 *
 * @throws {HttpError} 409 if somebody has the name, 410 if the link was used, has expired, or was withdrawn
 */
export async function useLink(
  { url, linkToken, name, ...server }: Server & { linkToken: string; name?: string },
): Promise<Me> {
  const body = jsonBody("POST", { token: linkToken, name });
  return await ask(checkMe, under(url, "join"), server, body);
}

/** The people whom this person blocks. */
export async function listBlocks({ url, ...server }: Server): Promise<Person[]> {
  return (await ask(checkBlocks, under(url, "me/blocks"), server)).blocks;
}

/** Blocks somebody, or no longer. */
export async function setBlock(
  { url, id, on, ...server }: Server & { id: string; on: boolean },
): Promise<void> {
  const address = under(url, "me/blocks");
  if (on) await perform(address, server, jsonBody("POST", { id }));
  else {
    address.searchParams.set("id", id);
    await perform(address, server, { method: "DELETE" });
  }
}
