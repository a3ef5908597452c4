/** Names of people: their initials, the colour of their picture, and who shares a name. */

const segmenter = new Intl.Segmenter();

/** One or two initials: of the first and the last part of the name. */
export function initialsOf(name: string): string {
  const parts = name.split(/[\s._-]/).filter(Boolean);
  return [parts[0] ?? "?", ...parts.slice(1).slice(-1)].map(firstOf).join("").toUpperCase();
}

/** The first character as a reader sees it, even if it is made of many. */
function firstOf(text: string): string {
  for (const { segment } of segmenter.segment(text.slice(0, 50))) return segment;
  return "";
}

/** A colour's angle, 0 to 359, that follows from a person's id or name. */
export function hueOf(key: string): number {
  let sum = 7;
  for (let at = 0; at < key.length; at++) sum = (sum * 31 + key.charCodeAt(at)) % 360;
  return sum;
}

/** Letters of other scripts that look like Latin ones, as pairs. */
const LOOKALIKES = "аaеeоoрpсcуyхxіiјjѕsԁdԛqԝwһhкkмmтtвbнhοoαaρpνvτtιiκkυuχxɑaɡgıi";
const latin = new Map(
  Array.from(LOOKALIKES.matchAll(/(.)(.)/gu), ([, from, to]) => [from, to] as const),
);

/** Names that a reader cannot tell apart have the same key. */
export function shownKey(name: string): string {
  const folded = name.normalize("NFKC").toLowerCase().replace(/[\s\p{C}\p{DI}]/gu, "");
  return [...folded].map((char) => latin.get(char) ?? char).join("").replace(/[1|l]/g, "i")
    .replaceAll("0", "o");
}

/** A right-to-left name must not turn a sentence round. */
export const isolated = (name: string): string => `\u2068${name}\u2069`;
