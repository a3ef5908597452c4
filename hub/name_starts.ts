/**
 * The first characters of folded names, by which most texts after an `@` are known at once to be no name:
 * looking for all names that could be meant costs as much as everything else that the hub does.
 *
 * A name that is gone may leave its character behind.
 */

/** The first code that is not ASCII. */
const BEYOND = 0x80;

/** The beginnings of a set of names. */
export class NameStarts {
  /** 1 for each ASCII character that a name begins with. */
  readonly #ascii = new Uint8Array(BEYOND);

  constructor(folds: Iterable<string> = []) {
    for (const fold of folds) this.add(fold);
  }

  add(fold: string): void {
    const first = fold.charAt(0);
    if (first === "" || first >= "\x80") return;
    for (const either of [first, first.toUpperCase()]) this.#ascii[either.charCodeAt(0)] = 1;
  }

  /** Whether a name may begin at this place of a text; always where folding may change more than case. */
  mayBegin(text: string, at: number): boolean {
    if (at >= text.length) return false;
    const first = text.charCodeAt(at);
    // The second may be a mark that changes the first.
    return first >= BEYOND || this.#ascii[first] === 1 || text.charCodeAt(at + 1) >= BEYOND;
  }
}
