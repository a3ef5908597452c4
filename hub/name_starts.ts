/**
 * The first characters of folded names, by which most texts after an `@` are known at once to be no name:
 * looking for all names that could be meant costs as much as everything else that the hub does.
 *
 * A name that is gone may leave its character behind.
 */

/** The beginnings of a set of names. */
export class NameStarts {
  readonly #characters = new Set<string>();

  constructor(folds: Iterable<string> = []) {
    for (const fold of folds) this.add(fold);
  }

  add(fold: string): void {
    this.#characters.add(fold.charAt(0));
  }

  /** Whether a name may begin at this place of a text; always where folding may change more than case. */
  mayBegin(text: string, at: number): boolean {
    const first = text.charAt(at);
    if (first > "\x7f" || text.charAt(at + 1) > "\x7f") return true;
    return first !== "" && this.#characters.has(first.toLowerCase());
  }
}
