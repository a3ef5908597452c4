/**
 * The line that is being typed: keys in, a line out.
 *
 * It knows no terminal: it takes what raw mode delivers, in pieces of any size. `left` and `right` are
 * the text before and after the cursor.
 */

import { LIMITS } from "../../config/limits.ts";
import { graphemes } from "./text.ts";

/** What a key has done: finished a line, ended the input, or edited the line. */
export type KeyResult = { kind: "line"; text: string } | { kind: "end" } | { kind: "edit" };

// deno-lint-ignore no-control-regex -- keys are control characters
const KEY = /^(?:\x1b[[O][\d;]*[~A-Za-z]|\x1b[^[O]|[^\x1b])/u;
// deno-lint-ignore no-control-regex -- as above
const UNFINISHED = /^\x1b(?:[[O][\d;]*)?$/;

/** One line that is being edited, and those typed before it. */
export class Editor {
  left = "";
  right = "";
  #rest = "";
  readonly #past: string[] = [];
  /** The index of the past line that is shown; `#past.length` for none. */
  #shown = 0;

  /** Takes keys as the terminal sends them. */
  *feed(keys: string): Generator<KeyResult> {
    this.#rest += keys;
    while (this.#rest && !UNFINISHED.test(this.#rest)) {
      const [key] = KEY.exec(this.#rest) ?? [this.#rest[0]];
      this.#rest = this.#rest.slice(key.length);
      yield this.#press(key);
    }
  }

  #press(key: string): KeyResult {
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

  #enter(): KeyResult {
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
    const last = graphemes(this.left).at(-1) ?? "";
    this.left = this.left.slice(0, this.left.length - last.length);
    this.right = last + this.right;
  };

  #forward = (): void => {
    const first = graphemes(this.right)[0] ?? "";
    this.right = this.right.slice(first.length);
    this.left += first;
  };

  #home = (): void => {
    this.right = this.left + this.right;
    this.left = "";
  };

  #toEnd = (): void => this.#show(this.left + this.right);

  #backspace = (): void => {
    this.left = graphemes(this.left).slice(0, -1).join("");
  };

  #delete = (): void => {
    this.right = graphemes(this.right).slice(1).join("");
  };

  readonly #edits: Record<string, (() => void) | undefined> = {
    "\x7f": this.#backspace,
    "\b": this.#backspace,
    "\x1b[3~": this.#delete,
    "\x04": this.#delete,
    "\x1b[D": this.#back,
    "\x02": this.#back,
    "\x1b[C": this.#forward,
    "\x06": this.#forward,
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
