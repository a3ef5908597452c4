/** Files in words, and the space that pictures take. */

import type { Message, NamedFile } from "../../sdk/mod.ts";
import { oneLine } from "./shape.ts";

/** How a file is shown: in its place, or as a card. */
export type Kind = "image" | "audio" | "video" | "card";

/** The largest picture in the log, in CSS pixels. */
const WIDEST = 416;
const TALLEST = 320;
const LONGEST_ENDING = 5;

/** How a file is shown, which its type decides; a picture needs a size as well. */
export function kindOf({ type = "", width, height }: NamedFile): Kind {
  const [kind] = type.split("/");
  if (kind === "image") return width && height ? "image" : "card";
  return kind === "audio" || kind === "video" ? kind : "card";
}

/** The space that a picture takes in the log, which keeps its shape. */
export function spaceOf({ width = 1, height = 1 }: NamedFile): { width: number; height: number } {
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/** The ending of a name as people say it: `PDF`; empty if it has none. */
export function endingOf({ name = "" }: NamedFile): string {
  const ending = /\.([^.]+)$/.exec(name)?.[1] ?? "";
  return ending.length <= LONGEST_ENDING ? ending.toUpperCase() : "";
}

/** A message in one line: its text, else what its files show or are called. */
export function summaryOf({ text, files = [] }: Pick<Message, "text" | "files">): string {
  return oneLine(text) || files.map(({ alt, name }) => alt || name).join(", ");
}
