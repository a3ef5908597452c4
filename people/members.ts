/**
 * Members: their names, roles and bans.
 *
 * Names are unique after folding. There is always an admin once there was one: the last cannot be
 * removed, banned or demoted. Banning a member, and signing them out everywhere, is one record:
 * credentials that were made before its `since` do not count, whether they have been cleaned up yet or
 * not. In an open chat a visitor who gets a role or a ban becomes a member without a name.
 */

import { LIMITS } from "../config/limits.ts";
import { foldName } from "../hub/room_name.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf, idKey } from "./ids.ts";
import type { MemberRecord } from "./records.ts";
import { Refused } from "./refused.ts";

/** What can be changed about a member. */
export type MemberChange = Partial<Pick<MemberRecord, "name" | "role">> & {
  readonly banned?: boolean;
};

/** The members of a directory. */
export class Members {
  readonly #directory: Directory;
  /** Once somebody has asked, until a member changes. */
  #ids: readonly string[] | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
    directory.listen((kind) => {
      if (kind === "member") this.#ids = undefined;
    });
  }

  /** The member with this id. */
  get(id: string): MemberRecord | undefined {
    return this.#directory.get("member", idKey(id));
  }

  /** All members, by their ids, in the order in which they came. */
  all(): ReadonlyMap<string, MemberRecord> {
    return this.#directory.all("member");
  }

  /** The ids of all members, in the order of code points. */
  ids(): readonly string[] {
    return this.#ids ??= [...this.all().keys()].sort();
  }

  /** The id of the member with this name, in any case and width. */
  idOf(name: string): string | undefined {
    return this.#directory.get("name", nameKey(name));
  }

  /** Whether somebody is an admin. */
  isAdmin(id: string): boolean {
    const member = this.get(id);
    return member?.role === "admin" && !member.banned;
  }

  /**
   * Whether what somebody made still counts: the operator, whose id is `""`, and members who are not
   * banned vouch for what they made since they were last signed out everywhere.
   */
  vouches(id: string, created: number): boolean {
    const member = this.get(id);
    return member ? !member.banned && created >= member.since : id === "";
  }

  /** The number of admins who are not banned. */
  get admins(): number {
    return this.#directory.get("admins", "count") ?? 0;
  }

  /**
   * The records that change a member from one state to another; either may be absent.
   *
   * @throws {Refused} if the name is taken, or no admin would be left
   */
  put(id: string, before: MemberRecord | undefined, after: MemberRecord | undefined): Put[] {
    const puts: Put[] = [["member", idKey(id), after]];
    const left = this.admins - count(before) + count(after);
    if (left === 0 && count(before) > 0) throw new Refused("conflict", "this is the last admin");
    if (left !== this.admins) puts.push(["admins", "count", left]);
    if (!before && this.all().size >= LIMITS.members) {
      throw new Refused("full", `there are ${LIMITS.members} members already`);
    }
    return [...puts, ...this.#names(id, before?.name, after?.name)];
  }

  /** Gives a name back and takes another. */
  #names(id: string, before: string | undefined, after: string | undefined): Put[] {
    const [old, fresh] = [before, after].map((name) => name && nameKey(name));
    const puts: Put[] = [];
    if (old && old !== fresh && this.#directory.get("name", old) === id) {
      puts.push(["name", old, undefined]);
    }
    const owner = fresh ? this.#directory.get("name", fresh) : undefined;
    if (owner !== undefined && owner !== id) throw new Refused("conflict", "this name is taken");
    if (fresh && owner === undefined) puts.push(["name", fresh, id]);
    return puts;
  }

  /**
   * Changes a member.
   *
   * @param by the id of the person who does it, `""` for the operator
   * @param isVisitor it may be somebody without a record, who gets one
   * @param ended the records that end, with a ban, what its time alone does not
   * @throws {Refused} if there is no such member, the name is taken, or no admin would be left
   */
  change(
    by: string,
    id: string,
    { banned, ...change }: MemberChange,
    isVisitor = false,
    ended: () => readonly Put[] = () => [],
  ): Promise<MemberRecord> {
    return this.#directory.change(by, () => {
      const before = this.get(id);
      if (!before && !isVisitor) throw new Refused("unknown", "there is no such member");
      const { banned: was, ...rest } = before ?? newMember("");
      const is = banned ?? was === true;
      // A ban ends every credential; lifting it does not bring them back.
      const since = is && !was ? Date.now() : rest.since;
      const after: MemberRecord = { ...rest, ...change, since, ...(is && { banned: is }) };
      const puts = [...this.put(id, before, after), ...is && !was ? ended() : []];
      return { puts, result: after };
    });
  }
}

/** A name in the directory's key. A folded name can be long. */
function nameKey(name: string): string {
  const folded = foldName(name);
  return folded.length <= 2 * LIMITS.userName ? folded : `:${hashOf(folded)}`;
}

function count(member: MemberRecord | undefined): number {
  return member?.role === "admin" && !member.banned ? 1 : 0;
}

/** A new member. */
export function newMember(name: string): MemberRecord {
  const now = Date.now();
  return { name, role: "member", created: now, since: now };
}
