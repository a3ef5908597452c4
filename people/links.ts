/**
 * Links: invitations, other devices, and sign-in links by an admin.
 *
 * A link is `/join#TOKEN`; the directory knows the token's hash. It counts until it has been used as
 * often as it may be, expires, is withdrawn, or the member who made it is removed or banned, or, of an
 * invitation, is no admin any more. Using one is a change of its record, so of two who use it last at the
 * same time, with whichever servers, one comes too late.
 */

import { LIMITS } from "../config/limits.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf, newId, newToken } from "./ids.ts";
import type { Members } from "./members.ts";
import type { LinkRecord } from "./records.ts";
import { Refused } from "./refused.ts";

/** A new link: its record, and the token that is shown this once. */
export interface NewLink {
  readonly token: string;
  readonly record: LinkRecord;
}

/** What a link is for. */
export type LinkOrder = Pick<LinkRecord, "kind" | "by" | "expires"> & Partial<LinkRecord>;

/** The links of a directory. */
export class Links {
  readonly #directory: Directory;
  readonly #members: Members;

  constructor(directory: Directory, members: Members) {
    this.#directory = directory;
    this.#members = members;
  }

  /**
   * Makes a link.
   *
   * @throws {Refused} if its maker has too many unused ones
   */
  create(order: LinkOrder): Promise<NewLink> {
    return this.#directory.change(order.by, () => {
      const own = this.#all().filter(([, { by }]) => by === order.by);
      const [living, dead] = partition(own, ([, record]) => this.counts(record));
      if (living.length >= LIMITS.links) {
        throw new Refused("full", `there are ${LIMITS.links} unused links: withdraw one first`);
      }
      const token = newToken();
      // The clock of another server may be ahead.
      const created = Math.max(
        Date.now(),
        ...[order.by, order.member ?? ""].map((id) => this.#members.get(id)?.since ?? 0),
      );
      const record: LinkRecord = { uses: 1, ...order, id: newId(), created };
      const puts: Put[] = dead.slice(0, LIMITS.links).map(([hash]) => ["link", hash, undefined]);
      puts.push(["link", hashOf(token), record]);
      return { puts, result: { token, record } };
    });
  }

  /**
   * The link with this token.
   *
   * @throws {Refused} if it does not count, or no longer
   */
  find(token: string): LinkRecord {
    const record = this.#directory.get("link", hashOf(token));
    if (record && this.counts(record)) return record;
    throw new Refused("gone", "this link has been used, has expired, or was withdrawn");
  }

  /** The records that note one use of a link. */
  use(token: string): Put[] {
    const record = this.find(token);
    const uses = record.uses - 1;
    return [["link", hashOf(token), uses > 0 ? { ...record, uses } : undefined]];
  }

  /** The invitations that can still be used. */
  invitations(): LinkRecord[] {
    return this.#all().map(([, record]) => record)
      .filter((record) => record.kind === "invite" && this.counts(record));
  }

  /**
   * Withdraws an invitation.
   *
   * @throws {Refused} if there is none of this id
   */
  withdraw(by: string, id: string): Promise<void> {
    return this.#directory.change(by, () => {
      const found = this.#all().find(([, one]) => one.kind === "invite" && one.id === id);
      if (!found) throw new Refused("unknown", "there is no such invitation");
      return { puts: [["link", found[0], undefined]], result: undefined };
    });
  }

  /** The records that withdraw what somebody has made, and what signs them in. */
  withdrawAll(id: string): Put[] {
    return this.#all().filter(([, { by, member }]) => by === id || member === id)
      .slice(0, 2 * LIMITS.links).map(([hash]) => ["link", hash, undefined]);
  }

  #all(): [hash: string, record: LinkRecord][] {
    return [...this.#directory.all("link")];
  }

  /** Whether a link can still be used. */
  counts({ by, member, created, expires, kind }: LinkRecord): boolean {
    if (expires <= Date.now() || !this.#isTrusted(by, created)) return false;
    if (kind === "device") return true;
    if (by !== "" && !this.#members.isAdmin(by)) return false;
    return kind === "invite" || this.#members.get(member!) !== undefined &&
        this.#isTrusted(member!, created);
  }

  /** Visitors of an open chat have no record. */
  #isTrusted(id: string, created: number): boolean {
    if (this.#members.vouches(id, created)) return true;
    return !this.#members.get(id) && this.#directory.get("access", "mode") !== "invite";
  }
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
