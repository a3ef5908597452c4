/** The recorded sessions, or the accounts, of each person, kept in line with the directory. */

import type { Directory } from "./directory.ts";

/** Finds the records of a kind by their person. */
export class MemberIndex {
  readonly #directory: Directory;
  readonly #kind: "session" | "oidc";
  readonly #hashes = new Map<string, Set<string>>();
  /** The person of each record that is listed. */
  readonly #members = new Map<string, string>();

  constructor(directory: Directory, kind: "session" | "oidc") {
    this.#directory = directory;
    this.#kind = kind;
    for (const hash of directory.all(kind).keys()) this.#update(hash);
    directory.listen((changed, id) => {
      if (changed === kind) this.#update(id);
    });
  }

  /** The ids of a person's records, which are hashes. */
  hashesOf(member: string): string[] {
    return [...this.#hashes.get(member) ?? []];
  }

  #update(hash: string): void {
    const member = this.#directory.get(this.#kind, hash)?.member;
    const before = this.#members.get(hash);
    if (member === before) return;
    if (before !== undefined) this.#remove(before, hash);
    if (member === undefined) return;
    this.#members.set(hash, member);
    const hashes = this.#hashes.get(member) ?? new Set();
    this.#hashes.set(member, hashes.add(hash));
  }

  #remove(member: string, hash: string): void {
    this.#members.delete(hash);
    const hashes = this.#hashes.get(member)!;
    hashes.delete(hash);
    if (hashes.size === 0) this.#hashes.delete(member);
  }
}
