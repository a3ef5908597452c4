/**
 * Signing in: a new session for a member who has proved who they are.
 *
 * The session that the browser had ends with the same change, so somebody who knew its secret is not that
 * member.
 */

import type { Put } from "./directory.ts";
import type { Members } from "./members.ts";
import { Refused } from "./refused.ts";
import type { FoundSession, SessionStore } from "./session_store.ts";

/** The browser in which somebody signs in. */
export interface SigningIn {
  /** The program that signs in, as it calls itself. */
  readonly agent: string;
  /** The session that the browser has, as it would count in an open chat. */
  readonly session: FoundSession | undefined;
}

/** A new session. */
export interface SignedIn {
  /** The member's id. */
  readonly id: string;
  /** The session, as the value of its cookie, and its hash. */
  readonly value: string;
  readonly hash: string;
}

/** The parts of the directory that signing in concerns. */
export interface SigningInParts {
  readonly members: Members;
  readonly store: SessionStore;
}

/**
 * The session of a member, and the records that keep it.
 *
 * @throws {Refused} if there is no such member, or they are banned
 */
export function signIn(
  { members, store }: SigningInParts,
  id: string,
  { agent, session }: SigningIn,
): { puts: Put[]; result: SignedIn } {
  const member = members.get(id);
  if (!member) throw new Refused("not_allowed", "you are no longer a member");
  if (member.banned) throw banned();
  const { value, hash, puts } = store.start(id, agent, member.since);
  return { puts: replacing(session, puts), result: { id, value, hash } };
}

/** The same records, and the end of the recorded session that the browser had. */
export function replacing(session: FoundSession | undefined, puts: readonly Put[]): Put[] {
  const hash = session?.record && session.hash;
  const isKept = hash !== undefined && !puts.some(([, key]) => key === hash);
  return isKept ? [...puts, ["session", hash, undefined]] : [...puts];
}

/** Somebody who may not come in. */
export function banned(): Refused {
  return new Refused("not_allowed", "you are banned");
}
