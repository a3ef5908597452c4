/**
 * OpenID Connect accounts, and the members whom they sign in.
 *
 * An account is its issuer and its subject, and nothing else that the issuer says: an email links nothing,
 * and no claim gives a role. An account belongs to one member. Being signed out everywhere does not unlink
 * it, since its issuer proves each time whose it is; a ban does, for good, and the owner cannot join with it
 * while it lasts.
 */

import { LIMITS } from "../config/limits.ts";
import type { Audit } from "./audit.ts";
import type { Directory, Put } from "./directory.ts";
import type { Flow, Flows } from "./flows.ts";
import { hashOf, newId } from "./ids.ts";
import type { IssuedAccount } from "./issuer.ts";
import { MemberIndex } from "./member_index.ts";
import { type Members, newMember } from "./members.ts";
import type { AccountRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import type { SessionStore } from "./session_store.ts";
import { banned, replacing, type SignedIn, signIn, type SigningIn } from "./signing_in.ts";
import { uniqueName } from "./unique_name.ts";

/** The parts of the directory that accounts concern. */
export interface AccountsParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly store: SessionStore;
  readonly flows: Flows;
  readonly audit: Audit;
}

/** An account as its owner sees it. */
export interface ListedAccount {
  readonly id: string;
  readonly created: number;
}

/** Links accounts, and signs their owners in. */
export class Accounts {
  readonly #parts: AccountsParts;
  readonly #index: MemberIndex;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#index = new MemberIndex(parts.directory, "oidc");
  }

  /** The accounts of a member. */
  of(member: string): ListedAccount[] {
    return this.#index.hashesOf(member).flatMap((id) => {
      const record = this.#get(id)!;
      return this.counts(record) ? { id, created: record.created } : [];
    });
  }

  /** Whether an account signs its member in. */
  counts({ member: id, created, ended }: AccountRecord): boolean {
    const member = this.#parts.members.get(id);
    return member !== undefined && !member.banned && !ended && created >= member.created;
  }

  /** Whether its record is of no use any more. One of a banned member keeps its owner out. */
  isDead(record: AccountRecord): boolean {
    return !this.counts(record) && !this.#isBanned(record);
  }

  #isBanned({ member }: AccountRecord): boolean {
    return this.#parts.members.get(member)?.banned === true;
  }

  #get(id: string): AccountRecord | undefined {
    return this.#parts.directory.get("oidc", id);
  }

  /**
   * Signs in the member of an account, and ends the flow.
   *
   * @param mayJoin whether the owner of an account that is nobody's becomes a member
   * @throws {Refused} if it is nobody's, its member is banned, or the flow has ended
   */
  async signIn(
    account: IssuedAccount,
    flow: Flow,
    browser: SigningIn,
    mayJoin: boolean,
  ): Promise<SignedIn> {
    const { directory, flows, audit } = this.#parts;
    const id = idOf(account);
    const { isNew, ...signedIn } = await directory.change("", () => {
      const record = this.#get(id);
      if (record && this.#isBanned(record)) throw banned();
      const isNew = !record || !this.counts(record);
      if (isNew && !mayJoin) throw unknownAccount();
      const { puts, result } = isNew
        ? this.#join(id, account, browser)
        : signIn(this.#parts, record.member, browser);
      return { puts: [...puts, flows.spend(flow)], result: { ...result, isNew } };
    });
    if (isNew) await audit.note({ by: signedIn.id, action: "join" });
    return signedIn;
  }

  /** A new member. A visitor from before the chat had members keeps their id. */
  #join(account: string, { name }: IssuedAccount, { agent, session }: SigningIn) {
    const { members, store } = this.#parts;
    const visitor = session && !members.get(session.member) ? session.member : undefined;
    const id = visitor ?? newId();
    const member = newMember(uniqueName(name, id, members));
    const { value, hash, puts } = store.start(id, agent, member.since);
    const joined: Put[] = [
      ...members.put(id, undefined, member),
      ["oidc", account, { member: id, created: member.created }],
      ...store.endFirst(id),
    ];
    return { puts: [...joined, ...replacing(session, puts)], result: { id, value, hash } };
  }

  /**
   * Links an account to a member, and ends the flow.
   *
   * @throws {Refused} if it is somebody else's, the member has too many, or the flow has ended
   */
  async link(member: string, account: IssuedAccount, flow: Flow): Promise<void> {
    const { directory, members, flows, audit } = this.#parts;
    const id = idOf(account);
    await directory.change(member, () => {
      const record = this.#get(id);
      if (!members.get(member)) throw new Refused("not_allowed", "you are no longer a member");
      if (record && this.#isBanned(record)) throw banned();
      const isTaken = record && this.counts(record);
      if (isTaken && record.member !== member) {
        throw new Refused("conflict", "this account signs in another member");
      }
      if (!isTaken && this.of(member).length >= LIMITS.accounts) {
        throw new Refused("full", `there are ${LIMITS.accounts} accounts: remove one first`);
      }
      const put: Put = ["oidc", id, { member, created: Date.now() }];
      return { puts: [put, flows.spend(flow)], result: undefined };
    });
    await audit.note({ by: member, action: "link account" });
  }

  /**
   * Unlinks an account of a member.
   *
   * @throws {Refused} if the member has none of this id
   */
  async unlink(member: string, id: string): Promise<void> {
    await this.#parts.directory.change(member, () => {
      if (!this.of(member).some((account) => account.id === id)) {
        throw new Refused("unknown", "there is no such account");
      }
      return { puts: [["oidc", id, undefined]], result: undefined };
    });
    await this.#parts.audit.note({ by: member, action: "unlink account" });
  }

  /** The records that unlink all accounts of a member who is removed. */
  removeAll(member: string): Put[] {
    return this.#index.hashesOf(member).map((id) => ["oidc", id, undefined]);
  }

  /** The records that end all accounts of a member who is banned. */
  endAll(member: string): Put[] {
    return this.#index.hashesOf(member)
      .map((id) => ["oidc", id, { ...this.#get(id)!, ended: true }]);
  }
}

/** The id of an account's record. Neither part contains a NUL that could move the border. */
function idOf({ issuer, subject }: IssuedAccount): string {
  return hashOf(`${issuer}\0${subject}`);
}

function unknownAccount(): Refused {
  return new Refused(
    "not_allowed",
    "this account belongs to no member: accept an invitation, and link it in the settings",
  );
}
