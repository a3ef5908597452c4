/**
 * Whether two names are the same.
 *
 * Rooms (and people, where their names must be unique) are compared after NFKC case folding, so that
 * neither case nor width makes a difference. What is compared is never shown: a room keeps the name
 * under which it was first written.
 *
 * A log whose name begins with `~` or `@`, as no name of a room does, is not listed among the rooms, and
 * its name means itself alone.
 */

const ASCII = /^[\0-\x7f]*$/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The name as it is compared. Folding it again changes nothing, and no locale has a say: `I` is `i`
 * in Turkey too, where the dotless `ı` stays a letter of its own.
 *
 * @example
 * ```ts
 * foldName("ＬＯＢＢＹ"); // "lobby"
 * foldName("Straße") === foldName("STRASSE"); // true
 * foldName("ΟΔΟΣ") === foldName("οδος"); // true
 * ```
 */
export function foldName(name: string): string {
  if (ASCII.test(name)) return name.toLowerCase();
  const visible = name.normalize("NFKC").replace(INVISIBLE, "");
  let folded = "";
  for (const character of visible.normalize("NFD")) folded += foldCharacter(character);
  return folded.normalize("NFKC");
}

/** Alone, since the lower case of Σ depends on its position; through the upper case, for ß and ς. */
function foldCharacter(character: string): string {
  if (character === "ı") return character;
  return [...character.toLowerCase().toUpperCase()].map((one) => one.toLowerCase()).join("");
}

/** Whether a log is shown in lists of rooms, rather than being a hidden room or the server's own. */
export function isListed(name: string): boolean {
  return !/^[~@]/.test(name);
}

/** Orders texts by their code points, as SQLite orders them. */
export function compareCodePoints(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const difference = weight(a.charCodeAt(at)) - weight(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points that come after all others. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
