/**
 * The screen: what is said scrolls above, the line that is being typed stays below and whole.
 *
 * The line takes one row, however long it is: the part around the cursor is shown. In raw mode, so
 * that what comes in need not wait for Enter; `Terminal.close` gives the terminal back as it was.
 */

import type { Editor } from "./editor.ts";
import { columnsOf, fit } from "./text.ts";

const encoder = new TextEncoder();

/** Writes all of it. */
export function write(text: string): void {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** A terminal in raw mode. */
export class Terminal {
  /** Who is typing and what waits, before the line. */
  status = "";
  readonly #editor: Editor;

  /** Takes the terminal over. */
  constructor(editor: Editor) {
    this.#editor = editor;
    Deno.stdin.setRaw(true);
    this.draw();
  }

  /** Prints a line above the one that is being typed. */
  print(line: string): void {
    write(`\r\x1b[K${line}\r\n`);
    this.draw();
  }

  /** Draws the typed line anew. */
  draw(): void {
    const prompt = `${this.status}> `;
    const columns = Math.max(10, this.#columns() - columnsOf(prompt) - 1);
    const [left, right] = fit(this.#editor.left, this.#editor.right, columns);
    const back = columnsOf(right);
    write(`\r\x1b[K${prompt}${left}${right}${back ? `\x1b[${back}D` : ""}`);
  }

  #columns(): number {
    try {
      return Deno.consoleSize().columns || 80;
    } catch {
      return 80;
    }
  }

  /** Gives it back. */
  close(): void {
    write("\r\x1b[K");
    Deno.stdin.setRaw(false);
  }
}
