/**
 * Removing and banning members, and cleaning up what they leave behind.
 *
 * Removing is one change: the member, their name, accounts, passkeys, sessions and links. What it does not contain, and what
 * a ban leaves, does not count any more; it is deleted afterwards, in groups. What has expired is deleted
 * with it. Places in rooms are taken by `rooms.ts`, since rooms show it.
 */

import { LIMITS } from "../config/limits.ts";
import type { Accounts } from "./accounts.ts";
import type { Audit } from "./audit.ts";
import type { Directory, Put } from "./directory.ts";
import type { Links } from "./links.ts";
import type { MemberChange, Members } from "./members.ts";
import type { Passkeys } from "./passkeys.ts";
import type { MemberRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import type { SessionStore } from "./session_store.ts";

/** The parts of the directory that it changes. */
export interface RemovalParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly links: Links;
  readonly store: SessionStore;
  readonly passkeys: Passkeys;
  readonly accounts: Accounts;
  readonly audit: Audit;
}

/** Removes members and changes what they may do. */
export class Removal {
  readonly #parts: RemovalParts;

  constructor(parts: RemovalParts) {
    this.#parts = parts;
  }

  /**
   * Removes a member.
   *
   * @param by the id of the person who does it, `""` for the operator
   * @throws {Refused} if there is no such member, or no admin would be left
   */
  async remove(by: string, id: string): Promise<void> {
    const { directory, members, links, store, passkeys, accounts } = this.#parts;
    await directory.change(by, () => {
      const before = members.get(id);
      if (!before) throw new Refused("unknown", "there is no such member");
      const puts = [
        ...members.put(id, before, undefined),
        ...accounts.removeAll(id),
        ...passkeys.removeAll(id),
        ...store.endAll(id),
        ...links.withdrawAll(id),
      ];
      return { puts: puts.slice(0, LIMITS.group), result: undefined };
    });
    await this.#parts.audit.note({ by, action: "remove", to: id });
    await this.cleanUp();
  }

  /**
   * Changes what a member may do; see {@linkcode Members.change}.
   *
   * @throws {Refused} as that does
   */
  async change(
    by: string,
    id: string,
    change: MemberChange,
    isVisitor: boolean,
  ): Promise<MemberRecord> {
    const { members, accounts, audit } = this.#parts;
    const before = members.get(id);
    const ended = () => accounts.endAll(id);
    const after = await members.change(by, id, change, isVisitor, ended);
    if (after.role !== before?.role) await audit.note({ by, action: after.role, to: id });
    if (after.banned !== before?.banned) {
      await audit.note({ by, action: after.banned ? "ban" : "unban", to: id });
    }
    if (after.banned) await this.cleanUp();
    return after;
  }

  /**
   * Signs somebody out everywhere: their sessions, passkeys, the links that they made and their bots do
   * not count any more.
   *
   * @throws {Refused} if there is nobody to sign out
   */
  async signOut(by: string, id: string): Promise<void> {
    const { directory, members, links, store, audit } = this.#parts;
    await directory.change(by, () => {
      const before = members.get(id);
      const after = before && { ...before, since: Date.now() };
      const puts = [
        ...(after ? members.put(id, before, after) : []),
        ...store.endAll(id),
        ...links.withdrawAll(id),
      ];
      if (puts.length === 0) throw new Refused("unknown", "nobody of this id is signed in");
      return { puts: puts.slice(0, LIMITS.group), result: undefined };
    });
    await audit.note({ by, action: "sign out", to: id });
    await this.cleanUp();
  }

  /** Deletes what does not count any more. What fails is left for the next time. */
  async cleanUp(): Promise<void> {
    const { directory } = this.#parts;
    try {
      for (let more = true; more;) {
        more = await directory.change("", () => {
          const dead = [...this.#dead().take(LIMITS.group)];
          return { puts: dead, result: dead.length === LIMITS.group };
        });
      }
    } catch {
      // It counts for nothing while it is there.
    }
  }

  *#dead(): Generator<Put, void> {
    const { directory, members, links, store, accounts } = this.#parts;
    for (const [hash, record] of directory.all("session")) {
      // Those of visitors count again in an open chat, and let them keep their id when they join.
      if (!store.counts(record, "open")) yield ["session", hash, undefined];
    }
    for (const [hash, record] of directory.all("link")) {
      if (!links.counts(record)) yield ["link", hash, undefined];
    }
    for (const [hash, { by, created }] of directory.all("bot")) {
      if (!members.vouches(by, created)) yield ["bot", hash, undefined];
    }
    for (const [id, { member, created }] of directory.all("passkey")) {
      if (!members.vouches(member, created)) yield ["passkey", id, undefined];
    }
    for (const [account, record] of directory.all("oidc")) {
      if (accounts.isDead(record)) yield ["oidc", account, undefined];
    }
  }
}
