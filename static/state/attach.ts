/** Attaching what the reader gives: files, or a text that is too long to be said. */

import type { SayCommand } from "../../sdk/mod.ts";
import { tidy } from "../text/shape.ts";
import { words } from "../words/words.ts";
import { add, canAttach, putBack } from "./attached.ts";
import { hint } from "./status.ts";
import { about, edit, focusField, put, text } from "./writing.ts";

/** Whether something can be attached to what is being written. */
export const mayAttach = (): boolean => canAttach && about.value?.kind !== "edit";

/** Attaches files to the next message. */
export function attach(files: Iterable<File>): void {
  if (!mayAttach()) return;
  hint.value = add(files) ? "" : words.tooManyFiles;
  focusField();
}

/** Puts an unsent message back into the field. */
export function writeAgain(message: SayCommand | undefined): void {
  if (!message) return;
  edit(message.text);
  putBack(message.files);
}

/** Makes a file of the text in the field. */
export function attachText(): void {
  attach([new File([tidy(text.value)], words.textFile, { type: "text/plain" })]);
  put("");
}
