/**
 * Joining: what a link is for, and using it.
 *
 * An invitation makes a member, or gives a member what it offers; the other links sign somebody in. All
 * of it is one change of the directory: the use of the link, the member, their name and rooms, and a new
 * session. A visitor who accepts an invitation keeps their id. The session that the browser had ends
 * then, so nobody who knew its secret is that member.
 */

import { LIMITS } from "../config/limits.ts";
import { cleanName } from "../wire/sanitize.ts";
import type { Audit } from "./audit.ts";
import type { Decision, Directory, Put } from "./directory.ts";
import type { HiddenRooms } from "./hidden_rooms.ts";
import { idKey, newId } from "./ids.ts";
import type { Links } from "./links.ts";
import { type Members, newMember } from "./members.ts";
import type { LinkRecord, MemberRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import type { FoundSession, SessionStore } from "./session_store.ts";

/** A use of a link. */
export interface Use {
  readonly token: string;
  /** How a new member wants to be called, as they wrote it. */
  readonly name: string | undefined;
  /** The session that the browser has, as it would count in an open chat. */
  readonly session: FoundSession | undefined;
  /** The program that uses the link, as it calls itself. */
  readonly agent: string;
}

/** Somebody who has joined. */
export interface Joined {
  readonly id: string;
  /** The new session, as the value of its cookie, and its hash. */
  readonly value: string;
  readonly hash: string;
  /** The rooms of the invitation, whose logs do not show yet that somebody has come. */
  readonly rooms: readonly string[];
}

/** The parts of the directory that joining concerns. */
export interface JoiningParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly links: Links;
  readonly store: SessionStore;
  readonly access: { readonly hidden: HiddenRooms };
  readonly audit: Audit;
}

/** Uses links. */
export class Joining {
  readonly #directory: Directory;
  readonly #members: Members;
  readonly #links: Links;
  readonly #store: SessionStore;
  readonly #hidden: HiddenRooms;
  readonly #audit: Audit;

  constructor({ directory, members, links, store, access, audit }: JoiningParts) {
    this.#directory = directory;
    this.#members = members;
    this.#links = links;
    this.#store = store;
    this.#hidden = access.hidden;
    this.#audit = audit;
  }

  /**
   * Uses a link once.
   *
   * @throws {Refused} `gone` if it cannot be used any more, `bad` without a name where one is needed,
   *   `conflict` if the name is taken or the link has nothing to offer, `not_allowed` to somebody banned
   */
  async use(use: Use): Promise<Joined> {
    const { kind, by } = this.#links.find(use.token);
    const joined = await this.#directory.change("", () => this.#decide(use));
    const action = kind === "invite" ? "join" : `${kind} link used`;
    await this.#audit.note({ by: joined.id, action, to: by || undefined });
    return joined;
  }

  #decide(use: Use): Decision<Joined> {
    const link = this.#links.find(use.token);
    const id = link.member ?? use.session?.member ?? newId();
    const before = this.#members.get(id);
    if (before?.banned) throw new Refused("not_allowed", "you are banned");
    const member = before ?? (link.kind === "invite" ? newMember(nameOf(use.name)) : undefined);
    const { value, hash, puts } = this.#store.start(id, use.agent, member?.since);
    const all = [...this.#links.use(use.token), ...puts, ...this.#replaced(use.session)];
    if (link.kind === "invite") all.push(...this.#accept(id, before, member!, link));
    return { puts: distinct(all), result: { id, value, hash, rooms: link.rooms ?? [] } };
  }

  /** Ends the recorded session that the browser had. */
  #replaced(session: FoundSession | undefined): Put[] {
    return session?.record ? [["session", session.hash, undefined]] : [];
  }

  #accept(
    id: string,
    before: MemberRecord | undefined,
    member: MemberRecord,
    link: LinkRecord,
  ): Put[] {
    const role = link.role === "admin" ? link.role : member.role;
    const places = this.#places(id, member.name, link);
    if (before && role === before.role && places.length === 0) {
      throw new Refused("conflict", "you are a member already: this link has nothing more for you");
    }
    return [
      ...this.#members.put(id, before, { ...member, role }),
      ...this.#store.endFirst(id),
      ...places,
    ];
  }

  /** Places in the rooms of an invitation that are still there, and not full. */
  #places(member: string, name: string, { rooms = [] }: LinkRecord): Put[] {
    const since = Date.now();
    return rooms.flatMap((room): Put[] => {
      const record = this.#directory.get("room", room);
      const isPrivate = record?.access === "private" && !record.archived;
      const isFull = this.#hidden.size(room) >= LIMITS.roomMembers;
      if (!isPrivate || isFull || this.#hidden.place(room, member)) return [];
      return [
        ["room", room, { ...record, version: record.version + 1 }],
        ["place", `${room}/${idKey(member)}`, { member, since, name }],
      ];
    });
  }
}

function nameOf(name: string | undefined): string {
  const clean = name === undefined ? undefined : cleanName(name);
  if (clean === undefined) throw new Refused("bad", "choose a name of 1 to 64 visible characters");
  return clean;
}

/** Of several puts of one record the first. */
function distinct(puts: readonly Put[]): Put[] {
  const byKey = new Map<string, Put>();
  for (const put of puts) {
    const key = `${put[0]}/${put[1]}`;
    if (!byKey.has(key)) byKey.set(key, put);
  }
  return [...byKey.values()];
}
