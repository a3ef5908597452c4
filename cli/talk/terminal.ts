/**
 * The screen: messages scroll above, the line that is being typed stays below and whole.
 *
 * The line takes one row, however long it is: the part around the cursor is shown. The terminal is in
 * raw mode, so that what comes in need not wait for Enter; `close` gives it back as it was.
 */

import type { Editor } from "./editor.ts";
import { columnsOf, fit } from "./text.ts";

const encoder = new TextEncoder();
const FEWEST_COLUMNS = 10;

/** Writes all of it to stdout. Throws {@linkcode Deno.errors.BrokenPipe} if nobody reads it. */
export function write(text: string): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** A terminal in raw mode. */
export class Terminal {
  readonly #editor: Editor;
  #status = "";
  #isOpen = true;

  /** Takes the terminal over. */
  constructor(editor: Editor) {
    this.#editor = editor;
    Deno.stdin.setRaw(true);
    this.#onResize(true);
    this.draw();
  }

  /** What is shown before the typed line. */
  set status(status: string) {
    if (status === this.#status) return;
    this.#status = status;
    this.draw();
  }

  /** Prints a line above the one that is being typed. */
  print(line: string): void {
    write(`\r\x1b[J${line}\r\n`);
    this.draw();
  }

  /** Draws the typed line again. */
  draw = (): void => {
    if (!this.#isOpen) return;
    const prompt = `${this.#status}> `;
    const columns = Math.max(FEWEST_COLUMNS, this.#columns() - columnsOf(prompt) - 1);
    const [left, right] = fit(this.#editor.left, this.#editor.right, columns);
    const back = columnsOf(right);
    write(`\r\x1b[J${prompt}${left}${right}${back ? `\x1b[${back}D` : ""}`);
  };

  #columns(): number {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80;
    }
  }

  #onResize(listens: boolean): void {
    // Windows has no such signal.
    if (Deno.build.os === "windows") return;
    if (listens) Deno.addSignalListener("SIGWINCH", this.draw);
    else Deno.removeSignalListener("SIGWINCH", this.draw);
  }

  /** Gives it back. Does nothing if that has been done. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onResize(false);
    Deno.stdin.setRaw(false);
    write("\r\x1b[J");
  }
}
