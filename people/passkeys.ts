/**
 * Passkeys: the public keys of a member's devices.
 *
 * They are kept in a few numbered places of each member, and found by the member that the device names and
 * by what it calls the key. What was made before a member was signed out everywhere or banned does not
 * count. A device that counts its uses must count upwards: a lower number is refused and audited, since
 * somebody may have copied the key.
 *
 * Whether a signature is right is decided in `passkey_check.ts`.
 */

import { LIMITS } from "../config/limits.ts";
import type { Audit } from "./audit.ts";
import type { Directory, Put } from "./directory.ts";
import type { Flow, Flows } from "./flows.ts";
import { idKey, newId } from "./ids.ts";
import type { Members } from "./members.ts";
import type { PasskeyRecord } from "./records.ts";
import { Refused } from "./refused.ts";
import type { SessionStore } from "./session_store.ts";
import { type SignedIn, signIn, type SigningIn } from "./signing_in.ts";

/** A passkey as its device presents it. */
export type NewPasskey = Pick<PasskeyRecord, "credential" | "key" | "counter">;

/** The parts of the directory that passkeys concern. */
export interface PasskeysParts {
  readonly directory: Directory;
  readonly members: Members;
  readonly store: SessionStore;
  readonly flows: Flows;
  readonly audit: Audit;
}

type Place = readonly [place: string, record: PasskeyRecord | undefined];

/** Adds, uses and deletes passkeys. */
export class Passkeys {
  readonly #parts: PasskeysParts;

  constructor(parts: PasskeysParts) {
    this.#parts = parts;
  }

  /** The passkeys of a member that count. */
  of(member: string): PasskeyRecord[] {
    return this.#places(member).flatMap(([, record]) => record ?? []);
  }

  /** The passkey of a member that a device calls so. */
  find(member: string, credential: string): PasskeyRecord | undefined {
    return this.of(member).find((record) => record.credential === credential);
  }

  /** All places of a member; one whose passkey does not count is empty. */
  #places(member: string): Place[] {
    const { directory, members } = this.#parts;
    return Array.from({ length: LIMITS.passkeys }, (_, n) => {
      const place = `${idKey(member)}/${n}`;
      const record = directory.get("passkey", place);
      const counts = record && members.vouches(member, record.created);
      return [place, counts ? record : undefined];
    });
  }

  /**
   * Adds a passkey, and ends the flow in which it was made.
   *
   * @throws {Refused} if the flow has ended, or the member has it already, or too many
   */
  async add(member: string, made: NewPasskey, agent: string, flow: Flow): Promise<PasskeyRecord> {
    const { directory, members, flows, audit } = this.#parts;
    const passkey = await directory.change(member, () => {
      const since = members.get(member)?.since;
      if (since === undefined) throw new Refused("not_allowed", "only members have passkeys");
      if (this.find(member, made.credential)) {
        throw new Refused("conflict", "this passkey is here already");
      }
      const free = this.#places(member).find(([, record]) => record === undefined);
      if (!free) {
        throw new Refused("full", `there are ${LIMITS.passkeys} passkeys: delete one first`);
      }
      const created = Math.max(Date.now(), since);
      const record = {
        id: newId(),
        member,
        ...made,
        created,
        used: created,
        agent: agent.slice(0, LIMITS.agent),
      };
      return { puts: [["passkey", free[0], record], flows.spend(flow)], result: record };
    });
    await audit.note({ by: member, action: "add passkey", to: passkey.id });
    return passkey;
  }

  /**
   * Signs a member in whose device has signed, and ends that flow.
   *
   * @param found the passkey, as it was when the signature was checked
   * @param counter how often the device says it was used
   * @throws {Refused} if it does not count any more, the counter has gone back, or the flow has ended
   */
  async signIn(
    found: PasskeyRecord,
    counter: number,
    flow: Flow,
    browser: SigningIn,
  ): Promise<SignedIn> {
    const { directory, flows, audit } = this.#parts;
    const { id: to, member, key } = found;
    const signedIn = await directory.change<SignedIn | undefined>(member, () => {
      const place = this.#places(member).find(([, one]) => one?.id === to && one.key === key);
      if (!place) throw unknownPasskey();
      const [at, record] = place;
      const counts = counter > 0 || record!.counter > 0;
      if (counts && counter <= record!.counter) return { puts: [], result: undefined };
      const { puts, result } = signIn(this.#parts, member, browser);
      const used: PasskeyRecord = { ...record!, counter, used: Date.now() };
      return { puts: [...puts, ["passkey", at, used], flows.spend(flow)], result };
    });
    if (signedIn) return signedIn;
    await audit.note({ by: member, action: "refuse copied passkey", to });
    throw new Refused("not_allowed", "this passkey may have been copied: its counter went back");
  }

  /**
   * Deletes a passkey.
   *
   * @throws {Refused} if the member has none of this id
   */
  async remove(member: string, id: string): Promise<void> {
    await this.#parts.directory.change(member, () => {
      const place = this.#places(member).find(([, record]) => record?.id === id);
      if (!place) throw new Refused("unknown", "there is no such passkey");
      return { puts: [["passkey", place[0], undefined]], result: undefined };
    });
    await this.#parts.audit.note({ by: member, action: "delete passkey", to: id });
  }

  /** The records that delete all passkeys of a member. */
  removeAll(member: string): Put[] {
    const { directory } = this.#parts;
    return this.#places(member).filter(([place]) => directory.get("passkey", place))
      .map(([place]) => ["passkey", place, undefined]);
  }
}

/** Refuses a passkey without saying whether there is one of this name. */
export function unknownPasskey(): Refused {
  return new Refused("not_allowed", "this passkey does not sign anybody in here");
}
