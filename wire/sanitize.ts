/**
 * What may stand in a text, in a name and in a room's name.
 *
 * Everything that people type passes here once, before it becomes a message, a member or a room;
 * behind this file a string is well-formed Unicode within its limit.
 */

import { LIMITS } from "../config/limits.ts";

/** Whatever is not printable ASCII: without any, a text needs no closer look. */
const NOT_PLAIN = /[^ -~]/;
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const BAD_IN_NAME = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const ROOM = new RegExp(
  `^[\\p{L}\\p{Nd}][\\p{L}\\p{Nd}\\p{M}\\-_.]{0,${LIMITS.roomName - 1}}$`,
  "u",
);

/** The text without lone surrogates and without control characters other than newline and tab. */
export function cleanText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text.replace(LONE_SURROGATES, "").replace(CONTROLS, "");
}

/** The text on one line: newlines become spaces. */
export function oneLine(text: string): string {
  return text.includes("\n") ? text.replaceAll("\n", " ") : text;
}

/** The trimmed name, or undefined where it is not 1 to 64 code points of an acceptable kind. */
export function cleanName(name: string): string | undefined {
  name = name.trim();
  if (name === "" || name.length > 2 * LIMITS.userName) return;
  if (!name.isWellFormed() || BAD_IN_NAME.test(name)) return;
  return [...name].length <= LIMITS.userName ? name : undefined;
}

/** Whether the name is a room's: 1 to 64 letters, digits, marks, `-`, `_` or `.`, in NFC. */
export function isRoomName(name: string): boolean {
  return ROOM.test(name) && name.normalize("NFC") === name;
}

/** Whether the text takes at most so many bytes in UTF-8; counts them only where it is close. */
export function fitsBytes(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes ||
    (text.length <= bytes && encoder.encode(text).length <= bytes);
}

const encoder = new TextEncoder();
