/**
 * Members: their names, roles and bans.
 *
 * Names are unique after folding where people come by invitation. There is always an admin once there
 * was one: the last cannot be removed, banned or demoted. Removing or banning a member, and signing them
 * out everywhere, is one record: credentials that were made before its `since` do not count, whether
 * they have been cleaned up yet or not.
 */

import { foldName } from "../hub/room_name.ts";
import type { Directory, Put } from "./directory.ts";
import { idKey } from "./ids.ts";
import type { MemberRecord, Role } from "./records.ts";
import { Refused } from "./refused.ts";

/** What can be changed about a member. */
export type MemberChange = Partial<Pick<MemberRecord, "name" | "avatar" | "role">> & {
  readonly banned?: boolean;
};

/** The members of a directory. */
export class Members {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** The member with this id. */
  get(id: string): MemberRecord | undefined {
    return this.#directory.get("member", idKey(id));
  }

  /** All members, by their ids, in the order in which they came. */
  all(): ReadonlyMap<string, MemberRecord> {
    return this.#directory.all("member");
  }

  /** The id of the member with this name, in any case and width. */
  idOf(name: string): string | undefined {
    return this.#directory.get("name", foldName(name));
  }

  /** Whether somebody is an admin. */
  isAdmin(id: string): boolean {
    const member = this.get(id);
    return member?.role === "admin" && !member.banned;
  }

  /** The number of admins who are not banned. */
  get admins(): number {
    return this.#directory.get("admins", "count") ?? 0;
  }

  /**
   * The records that make a member.
   *
   * @param isUnique another member may not have the same name
   * @throws {Refused} if the name is taken
   */
  add(id: string, member: MemberRecord, isUnique: boolean): Put[] {
    return this.put(id, undefined, member, isUnique);
  }

  /**
   * The records that change a member from one state to another; either may be absent.
   *
   * @throws {Refused} if the name is taken, or no admin would be left
   */
  put(
    id: string,
    before: MemberRecord | undefined,
    after: MemberRecord | undefined,
    isUnique: boolean,
  ): Put[] {
    const puts: Put[] = [["member", idKey(id), after]];
    const left = this.admins - count(before) + count(after);
    if (left === 0 && count(before) > 0) throw new Refused("conflict", "this is the last admin");
    if (left !== this.admins) puts.push(["admins", "count", left]);
    return isUnique ? [...puts, ...this.#names(id, before?.name, after?.name)] : puts;
  }

  /** Gives a name back and takes another. */
  #names(id: string, before: string | undefined, after: string | undefined): Put[] {
    const [old, fresh] = [before, after].map((name) => name && foldName(name));
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
   * @throws {Refused} if there is no such member, the name is taken, or no admin would be left
   */
  change(by: string, id: string, change: MemberChange, isUnique: boolean): Promise<MemberRecord> {
    return this.#directory.change(by, () => {
      const before = this.get(id);
      if (!before) throw new Refused("unknown", "there is no such member");
      const banned = change.banned ?? before.banned === true;
      const { banned: _, ...rest } = { ...before, ...change };
      // A ban ends every credential; lifting it does not bring them back.
      const isNewBan = banned && !before.banned;
      const after: MemberRecord = {
        ...rest,
        ...(banned && { banned }),
        ...(isNewBan && { since: Date.now() }),
      };
      return { puts: this.put(id, before, after, isUnique), result: after };
    });
  }

  /**
   * Removes a member. What belonged to them counts no longer, and is left to clean up.
   *
   * @throws {Refused} if there is no such member, or no admin would be left
   */
  remove(by: string, id: string): Promise<MemberRecord> {
    return this.#directory.change(by, () => {
      const before = this.get(id);
      if (!before) throw new Refused("unknown", "there is no such member");
      return { puts: this.put(id, before, undefined, true), result: before };
    });
  }
}

function count(member: MemberRecord | undefined): number {
  return member?.role === "admin" && !member.banned ? 1 : 0;
}

/** A new member. */
export function newMember(name: string, role: Role, avatar?: string): MemberRecord {
  const now = Date.now();
  return { name, role, created: now, since: now, ...(avatar && { avatar }) };
}
