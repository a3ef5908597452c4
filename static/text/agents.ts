/** What a browser calls itself, in a few words. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];
const MOST_CHARACTERS = 40;

/** A device, as its browser's `User-Agent` shows it. */
export function deviceOf(agent: string): { name: string; isPhone: boolean } {
  const find = (names: typeof BROWSERS) => names.find(([sign]) => sign.test(agent))?.[1];
  const parts = [find(BROWSERS), find(SYSTEMS)].filter((part) => part !== undefined);
  const name = parts.length > 0 ? parts.join(", ") : [...agent].slice(0, MOST_CHARACTERS).join("");
  return { name, isPhone: /\b(?:iPhone|Android)\b/.test(agent) };
}
