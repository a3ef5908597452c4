/**
 * The rules for texts, people's names and rooms' names.
 *
 * Everything that people type passes here once, before it becomes a message, a member or a room. After
 * that a string is well-formed Unicode, and neither a name nor a line can look like something that it
 * is not.
 */

import { LIMITS } from "../config/limits.ts";

/** Anything other than printable ASCII. A text without it needs no closer look. */
const NOT_PLAIN = /[^ -~]/;
const CONTROLS = /(?![\n\t])\p{Cc}/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
/** Everything that some terminal, browser or language treats as the end of a line. */
const LINE_BREAKS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;
/** Something visible: no white space, no filler, not the blank Braille pattern. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** The same in a name, where marks or punctuation alone are not enough. */
const VISIBLE_IN_NAME = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{S}]/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** What a joiner may follow: emoji, and scripts whose letters it joins or separates. */
const JOINED = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{FE0F}|\u{20E3})$/u;
const NEEDS_JOINERS =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mong}][\p{M}]*$/u;
const ROOM = new RegExp(
  `^[\\p{L}\\p{Nd}][\\p{L}\\p{Nd}\\p{M}\\-_.]{0,${LIMITS.roomName - 1}}$`,
  "u",
);
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * The text without lone surrogates and without control characters other than newline and tab; every
 * kind of carriage return is a newline.
 */
export function cleanText(text: string): string {
  if (isPlain(text)) return text;
  return text.replace(LONE_SURROGATES, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}

/** Whether a text is printable ASCII alone: clean, and on one line. */
export function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** The text on one line: whatever may break a line becomes a space. */
export function oneLine(text: string): string {
  return isPlain(text) ? text : text.replace(LINE_BREAKS, " ");
}

/** Whether anything in a text is visible. */
export function isVisible(text: string): boolean {
  const first = text.charCodeAt(0);
  // Most texts begin with a printable character of ASCII.
  return first > 0x20 && first < 0x7f || VISIBLE.test(text);
}

/**
 * The trimmed name without invisible characters; undefined if the rest is not 1 to 64 code points
 * with at least one letter, digit, symbol or emoji.
 */
export function cleanName(name: string): string | undefined {
  if (name.length > LIMITS.nameLength || !name.isWellFormed()) return;
  const clean = withoutInvisible(name).trim();
  if (!VISIBLE_IN_NAME.test(clean) || isReserved(clean)) return;
  return [...clean].length <= LIMITS.userName ? clean : undefined;
}

/** The text without invisible characters other than the joiners that emoji and some scripts need. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, (character, at: number) => {
    return isNeeded(character, text.slice(0, at), text.slice(at + character.length))
      ? character
      : "";
  });
}

/** Whether an invisible character is a joiner that an emoji or a script needs here. */
function isNeeded(character: string, before: string, after: string): boolean {
  switch (character) {
    case "\u{FE0F}":
      return /[\p{Emoji}]$/u.test(before);
    case "\u{200D}":
      return JOINED.test(before) && /^\p{Extended_Pictographic}/u.test(after) ||
        NEEDS_JOINERS.test(before);
    case "\u{200C}":
      return NEEDS_JOINERS.test(before) && /^\p{L}/u.test(after);
  }
  // The flags of regions are a black flag followed by tags.
  return /[\u{E0020}-\u{E007F}]/u.test(character) &&
    /\u{1F3F4}[\u{E0020}-\u{E007F}]*$/u.test(before);
}

/** The one name that the server itself uses, on the GoChatting wire. */
function isReserved(name: string): boolean {
  return name.normalize("NFKC").toLowerCase() === "server";
}

/** Whether the name is a room's: 1 to 64 letters, digits, marks, `-`, `_` or `.`, in NFC. */
export function isRoomName(name: string): boolean {
  return ROOM.test(name) && name.normalize("NFC") === name && !IGNORABLE.test(name);
}

/** Whether the text has at most this many bytes in UTF-8; counts them only if it might not. */
export function fitsBytes(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes ||
    (text.length <= bytes && encoder.encode(text).length <= bytes);
}

const encoder = new TextEncoder();
