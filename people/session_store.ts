/**
 * The sessions of one database: whose each is, and whether it still counts.
 *
 * In a chat with invitations every session is recorded, by the hash of its secret. In an open one the
 * first session of a visitor is not: its person is computed. Only further sessions are recorded, and
 * that a session has ended.
 */

import { LIMITS } from "../config/limits.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf, idKey, newId } from "./ids.ts";
import type { AccessMode, SessionRecord } from "./records.ts";
import type { Sessions } from "./sessions.ts";

/** A session that counts. */
export interface FoundSession {
  /** The person's id. */
  readonly member: string;
  readonly hash: string;
  readonly record: SessionRecord | undefined;
}

/** A session as its owner sees it. */
export type ListedSession = Pick<SessionRecord, "id" | "created" | "seen" | "agent"> & {
  readonly hash: string;
};

/** Finds, starts and ends sessions. */
export class SessionStore {
  readonly #directory: Directory;
  readonly #sessions: Sessions;
  /** When the use of a session was last recorded, or tried to. */
  readonly #noted = new Map<string, number>();

  constructor(directory: Directory, sessions: Sessions) {
    this.#directory = directory;
    this.#sessions = sessions;
  }

  /** The session of a cookie's value; undefined if it was not issued here, or counts no longer. */
  find(value: string, mode: AccessMode): FoundSession | undefined {
    const visitor = this.#sessions.memberOf(value);
    return visitor === undefined ? undefined : this.#judge(hashOf(value), visitor, mode);
  }

  /** Whether a session that was found still counts. */
  isCurrent({ member, hash }: Pick<FoundSession, "member" | "hash">, mode: AccessMode): boolean {
    return this.#judge(hash, member, mode)?.member === member;
  }

  #judge(hash: string, visitor: string, mode: AccessMode): FoundSession | undefined {
    const record = this.#directory.get("session", hash);
    const member = this.#directory.get("member", idKey(record?.member ?? visitor));
    if (record) {
      const counts = member ? record.created >= member.since : mode === "open";
      return counts && !member?.banned ? { member: record.member, hash, record } : undefined;
    }
    if (mode === "invite" || this.isEnded(hash) || this.isEnded(idKey(visitor))) return;
    return { member: visitor, hash, record };
  }

  /** Whether a computed session has ended, by its hash or by the key of its person. */
  isEnded(key: string): boolean {
    return this.#directory.get("ended", key) !== undefined;
  }

  /** A new session of a person: the cookie's value, and the records that keep it. */
  start(member: string, agent: string, proven = 0): { value: string; puts: Put[] } {
    const value = this.#sessions.issue();
    const now = Date.now();
    const record: SessionRecord = {
      id: newId(),
      member,
      created: now,
      seen: now,
      agent: agent.slice(0, LIMITS.agent),
      proven,
    };
    const puts: Put[] = [["session", hashOf(value), record]];
    const others = this.recorded(member).sort(([, a], [, b]) => a.seen - b.seen);
    for (const [hash] of others.slice(0, Math.max(others.length + 1 - LIMITS.sessions, 0))) {
      puts.push(["session", hash, undefined]);
    }
    return { value, puts };
  }

  /** The recorded sessions of a person, with the hashes of their secrets. */
  recorded(member: string): [hash: string, record: SessionRecord][] {
    return [...this.#directory.all("session")].filter(([, record]) => record.member === member);
  }

  /** The sessions of a person. The current one is among them, recorded or not. */
  list({ member, hash, record }: FoundSession, agent: string): ListedSession[] {
    const since = this.#directory.get("member", idKey(member))?.since ?? 0;
    const listed = this.recorded(member).filter(([, { created }]) => created >= since)
      .map(([hash, { id, created, seen, agent }]) => ({ id, created, seen, agent, hash }));
    if (record) return listed;
    const computed = { id: hash.slice(0, LIMITS.memberId), created: 0, seen: Date.now() };
    return [{ ...computed, agent: agent.slice(0, LIMITS.agent), hash }, ...listed];
  }

  /** The records that end a session. */
  end(hash: string): Put[] {
    return this.#directory.get("session", hash)
      ? [["session", hash, undefined]]
      : [["ended", hash, Date.now()]];
  }

  /** Records that a session is used, once an hour at most. Does not wait, and may fail. */
  touch({ hash, record }: FoundSession): void {
    const now = Date.now();
    if (!record || now - Math.max(record.seen, this.#noted.get(hash) ?? 0) < LIMITS.seenMs) return;
    this.#noted.set(hash, now);
    if (this.#noted.size > LIMITS.bucketsRemembered) {
      this.#noted.delete(this.#noted.keys().next().value!);
    }
    this.#directory.change(record.member, () => {
      const current = this.#directory.get("session", hash);
      const puts: Put[] = current ? [["session", hash, { ...current, seen: now }]] : [];
      return { puts, result: undefined };
    }).catch(() => {});
  }
}
