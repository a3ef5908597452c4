/** Places for things that take long, such as uploads: a number in all, and one for each of their keys. */

/** Gives a place back. Only the first call counts. */
export type Release = () => void;

/** Counts what is going on. */
export class Places {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #byKey = new Map<string, number>();
  #count = 0;

  /**
   * @param most at once, in all
   * @param mostEach at once, of one key
   */
  constructor(most: number, mostEach: number) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  /** How many are taken. */
  get count(): number {
    return this.#count;
  }

  /** Takes a place under these keys, or says where there is none: in all, or of one of them. */
  take(...keys: string[]): Release | "all" | "each" {
    if (this.#count >= this.#most) return "all";
    if (keys.some((key) => (this.#byKey.get(key) ?? 0) >= this.#mostEach)) return "each";
    this.#add(keys, 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.#add(keys, -1);
      isTaken = false;
    };
  }

  #add(keys: readonly string[], change: number): void {
    this.#count += change;
    for (const key of keys) {
      const count = (this.#byKey.get(key) ?? 0) + change;
      if (count > 0) this.#byKey.set(key, count);
      else this.#byKey.delete(key);
    }
  }
}
