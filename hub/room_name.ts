/**
 * When two names are the same name.
 *
 * Rooms (and people, where their names must be unique) are compared after NFKC case folding, so that
 * neither case nor width makes a difference. What is compared is never shown: a room keeps the name
 * under which it was first written.
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

/** By itself, since the lower case of Σ depends on its place; by way of the upper case, for ß and ς. */
function foldCharacter(character: string): string {
  if (character === "ı") return character;
  return [...character.toLowerCase().toUpperCase()].map((one) => one.toLowerCase()).join("");
}

const encoder = new TextEncoder();

/** Orders names as SQLite orders them: by their folded forms, then by themselves. */
export function compareNames(a: string, b: string): number {
  return compareBytes(foldName(a), foldName(b)) || compareBytes(a, b);
}

function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  const x = encoder.encode(a);
  const y = encoder.encode(b);
  const end = Math.min(x.length, y.length);
  for (let at = 0; at < end; at++) if (x[at] !== y[at]) return x[at] - y[at];
  return x.length - y.length;
}
