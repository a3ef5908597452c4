/**
 * The line that somebody types: keys in, a line out.
 *
 * Knows no terminal: it takes what raw mode gives, in pieces of any size, and its `left` and
 * `right` are what stands before and behind the cursor.
 */

import { LIMITS } from "../../config/limits.ts";
import { letters } from "./text.ts";

/** What a key came to: a line, the end, or nothing but another look. */
export type Stroke = { kind: "line"; text: string } | { kind: "end" } | { kind: "edit" };

// deno-lint-ignore no-control-regex -- keys are control characters
const KEY = /^(?:\x1b[[O][\d;]*[~A-Za-z]|\x1b[^[O]|[^\x1b])/u;
// deno-lint-ignore no-control-regex -- as above
const UNFINISHED = /^\x1b(?:[[O][\d;]*)?$/;

/** One line under work, and those before it. */
export class Editor {
  left = "";
  right = "";
  #rest = "";
  readonly #past: string[] = [];
  /** Which of the past is shown; as many as there are: none. */
  #shown = 0;

  /** Takes keys as the terminal sends them. */
  *feed(keys: string): Generator<Stroke> {
    this.#rest += keys;
    while (this.#rest && !UNFINISHED.test(this.#rest)) {
      const [key] = KEY.exec(this.#rest) ?? [this.#rest[0]];
      this.#rest = this.#rest.slice(key.length);
      yield this.#strike(key);
    }
  }

  #strike(key: string): Stroke {
    if (key === "\r" || key === "\n") return this.#enter();
    if (key === "\x03" || (key === "\x04" && !this.left && !this.right)) return { kind: "end" };
    const edit = this.#edits[key];
    if (edit) edit();
    else if (!/^\p{Cc}/u.test(key)) this.#type(key);
    return { kind: "edit" };
  }

  #type(key: string): void {
    if (this.left.length + this.right.length < LIMITS.talkLine) this.left += key;
  }

  #enter(): Stroke {
    const text = this.left + this.right;
    this.#show("");
    if (text.trim() && text !== this.#past.at(-1)) this.#past.push(text);
    if (this.#past.length > LIMITS.talkPast) this.#past.shift();
    this.#shown = this.#past.length;
    return { kind: "line", text };
  }

  #show(text: string): void {
    this.left = text;
    this.right = "";
  }

  #recall(step: number): void {
    this.#shown = Math.min(Math.max(this.#shown + step, 0), this.#past.length);
    this.#show(this.#past[this.#shown] ?? "");
  }

  #back = (): void => {
    const last = letters(this.left).at(-1) ?? "";
    this.left = this.left.slice(0, this.left.length - last.length);
    this.right = last + this.right;
  };

  #forth = (): void => {
    const first = letters(this.right)[0] ?? "";
    this.right = this.right.slice(first.length);
    this.left += first;
  };

  #home = (): void => {
    this.right = this.left + this.right;
    this.left = "";
  };

  #toEnd = (): void => this.#show(this.left + this.right);

  #rubOut = (): void => {
    this.left = letters(this.left).slice(0, -1).join("");
  };

  #delete = (): void => {
    this.right = letters(this.right).slice(1).join("");
  };

  readonly #edits: Record<string, (() => void) | undefined> = {
    "\x7f": this.#rubOut,
    "\b": this.#rubOut,
    "\x1b[3~": this.#delete,
    "\x04": this.#delete,
    "\x1b[D": this.#back,
    "\x02": this.#back,
    "\x1b[C": this.#forth,
    "\x06": this.#forth,
    "\x1b[H": this.#home,
    "\x1b[1~": this.#home,
    "\x01": this.#home,
    "\x1b[F": this.#toEnd,
    "\x1b[4~": this.#toEnd,
    "\x05": this.#toEnd,
    "\x1b[A": () => this.#recall(-1),
    "\x1b[B": () => this.#recall(1),
    "\x15": () => this.left = "",
    "\x0b": () => this.right = "",
    "\x17": () => this.left = this.left.replace(/\S*\s*$/, ""),
  };
}
