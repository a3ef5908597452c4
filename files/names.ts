/** The names of files, as people see them. They never become paths on this machine. */

import { LIMITS } from "../config/limits.ts";
import { withoutInvisible } from "../wire/sanitize.ts";

/** The longest name that is looked at, in UTF-16 code units. */
const MOST = 1_024;
/** The longest ending that is kept of a name that is too long, with its dot. */
const ENDING = 16;
/** Characters that some system does not accept in a name. */
const FORBIDDEN = /[<>:"|?*]/g;

/**
 * A name without its path, and without control characters, direction overrides and other invisible
 * characters. The ending is kept if it is too long; `file` if nothing is left.
 *
 * @example cleanFileName("..\\docs/Größe\u202e.txt") // "Größe.txt"
 */
export function cleanFileName(name: string): string {
  const last = name.slice(-MOST).toWellFormed().split(/[/\\]/).at(-1)!;
  const clean = withoutInvisible(last).normalize("NFC").replace(FORBIDDEN, "_")
    .replace(/\s+/g, " ").replace(/^[. ]+|[. ]+$/g, "");
  return shorten(clean) || "file";
}

function shorten(name: string): string {
  const characters = [...name];
  if (characters.length <= LIMITS.fileName) return name;
  const dot = characters.lastIndexOf(".");
  const ending = dot >= characters.length - ENDING ? characters.slice(dot) : [];
  return [...characters.slice(0, LIMITS.fileName - ending.length), ...ending].join("");
}
