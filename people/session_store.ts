/**
 * The sessions of one database: whose each is, and whether it still counts.
 *
 * In a chat with invitations every session is recorded, by the hash of its secret. In an open one the
 * first session of a visitor is not: their id is computed from it. Only further sessions are recorded,
 * and that the first one has ended. A session that nobody has used for as long as a browser keeps it
 * does not count.
 */

import { LIMITS } from "../config/limits.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf, idKey, newId } from "./ids.ts";
import { MemberIndex } from "./member_index.ts";
import type { AccessMode, SessionRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Sessions } from "./sessions.ts";

/** The name, and the hash, of the session from which a visitor's id is computed. */
const FIRST_SESSION = "first";

/** A session that counts. */
export interface FoundSession {
  /** The person's id. */
  readonly member: string;
  readonly hash: string;
  /** Absent of a first session. */
  readonly record: SessionRecord | undefined;
}

/** A session as its owner sees it; of a first one little is known. */
export interface ListedSession {
  readonly id: string;
  readonly created?: number;
  readonly seen?: number;
  readonly agent?: string;
  readonly current: boolean;
}

/** Finds, starts and ends sessions. */
export class SessionStore {
  readonly #directory: Directory;
  readonly #sessions: Sessions;
  readonly #index: MemberIndex;
  /** When the use of a session was last recorded, or tried to. */
  readonly #noted = new Map<string, number>();

  constructor(directory: Directory, sessions: Sessions) {
    this.#directory = directory;
    this.#sessions = sessions;
    this.#index = new MemberIndex(directory, "session");
  }

  /** The session of a cookie's value; undefined if it was not issued here, or counts no longer. */
  find(value: string, mode: AccessMode): FoundSession | undefined {
    const visitor = this.#sessions.memberOf(value);
    if (visitor !== undefined) {
      const found = { member: visitor, hash: FIRST_SESSION, record: undefined };
      return this.isCurrent(found, mode) ? found : undefined;
    }
    if (!this.#sessions.isRecorded(value)) return;
    const hash = hashOf(value);
    const record = this.#directory.get("session", hash);
    if (record && this.counts(record, mode)) return { member: record.member, hash, record };
  }

  /** Whether a session that was found still counts. */
  isCurrent({ member, hash }: Pick<FoundSession, "member" | "hash">, mode: AccessMode): boolean {
    if (hash === FIRST_SESSION) return mode === "open" && !this.hasEnded(member);
    const record = this.#directory.get("session", hash);
    return record?.member === member && this.counts(record, mode);
  }

  /** Whether a recorded session counts. */
  counts({ member: id, created, seen }: SessionRecord, mode: AccessMode): boolean {
    if (seen + LIMITS.sessionSeconds * 1000 < Date.now()) return false;
    const member = this.#directory.get("member", idKey(id));
    return member ? created >= member.since && !member.banned : mode === "open";
  }

  /** Whether the session or key that this id is computed from has ended. */
  hasEnded(member: string): boolean {
    return this.#directory.get("ended", idKey(member)) !== undefined;
  }

  /**
   * A new session of a person: the cookie's value, and the records that keep it.
   *
   * @param since only what was made since then counts; the clock of another server may have said so
   */
  start(member: string, agent: string, since = 0): { value: string; hash: string; puts: Put[] } {
    const value = this.#sessions.issueRecorded();
    const hash = hashOf(value);
    const now = Math.max(Date.now(), since);
    const record: SessionRecord = {
      id: newId(),
      member,
      created: now,
      seen: now,
      agent: agent.slice(0, LIMITS.agent),
      proven: now,
    };
    return { value, hash, puts: [["session", hash, record], ...this.#toDrop(member)] };
  }

  /** The sessions that make room for another one: the least recently used. */
  #toDrop(member: string): Put[] {
    const own = this.recorded(member).sort(byUse);
    const dropped = own.slice(0, Math.max(own.length + 1 - LIMITS.sessions, 0));
    const all = this.#directory.all("session");
    if (dropped.length === 0 && all.size >= LIMITS.sessionsInAll) {
      const isVisitors = (id: string) => this.#directory.get("member", idKey(id)) === undefined;
      const visitors = [...all].filter(([, record]) => isVisitors(record.member));
      dropped.push(...visitors.sort(byUse).slice(0, 1));
    }
    return dropped.map(([hash]) => ["session", hash, undefined]);
  }

  /** The recorded sessions of a person, with the hashes of their secrets. */
  recorded(member: string): Recorded[] {
    return this.#index.hashesOf(member).map((
      hash,
    ) => [hash, this.#directory.get("session", hash)!]);
  }

  /** When a person last used a recorded session, to the hour. */
  lastSeen(member: string): number | undefined {
    const seen = this.recorded(member).map(([, record]) => record.seen);
    return seen.length === 0 ? undefined : Math.max(...seen);
  }

  /** The name of a session for its owner. */
  idOf(hash: string): string {
    return this.#directory.get("session", hash)?.id ?? FIRST_SESSION;
  }

  /** The sessions of a person, of which one has this hash. */
  list(member: string, current: string, mode: AccessMode): ListedSession[] {
    const listed: ListedSession[] = this.recorded(member)
      .filter(([, record]) => this.counts(record, mode))
      .map(([hash, { id, created, seen, agent }]) => {
        return { id, created, seen, agent, current: hash === current };
      });
    if (mode !== "open" || this.hasEnded(member)) return listed;
    return [{ id: FIRST_SESSION, current: current === FIRST_SESSION }, ...listed];
  }

  /**
   * The records that end a session.
   *
   * @throws {Refused} if the person has none of this name
   */
  end(member: string, id: string): Put[] {
    if (id === FIRST_SESSION && !this.hasEnded(member)) return this.endFirst(member);
    const hash = this.recorded(member).find(([, record]) => record.id === id)?.[0];
    if (hash === undefined) throw new Refused("unknown", "there is no such session");
    return [["session", hash, undefined]];
  }

  /** The records that end the session or key that an id is computed from. */
  endFirst(member: string): Put[] {
    return this.hasEnded(member) ? [] : [["ended", idKey(member), Date.now()]];
  }

  /** The records that end all sessions of a person. */
  endAll(member: string): Put[] {
    const recorded = this.recorded(member).map(([hash]): Put => ["session", hash, undefined]);
    return [...recorded, ...this.endFirst(member)];
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

type Recorded = [hash: string, record: SessionRecord];

/** The least recently used one first. */
function byUse([, a]: Recorded, [, b]: Recorded): number {
  return a.seen - b.seen;
}
