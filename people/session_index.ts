/** The recorded sessions of each person, kept in line with the directory. */

import type { Directory } from "./directory.ts";

/** Finds sessions by their person. */
export class SessionIndex {
  readonly #directory: Directory;
  readonly #hashes = new Map<string, Set<string>>();
  /** The person of each session that is listed. */
  readonly #members = new Map<string, string>();

  constructor(directory: Directory) {
    this.#directory = directory;
    for (const hash of directory.all("session").keys()) this.#update(hash);
    directory.listen((kind, id) => {
      if (kind === "session") this.#update(id);
    });
  }

  /** The hashes of a person's sessions. */
  hashesOf(member: string): string[] {
    return [...this.#hashes.get(member) ?? []];
  }

  #update(hash: string): void {
    const member = this.#directory.get("session", hash)?.member;
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
