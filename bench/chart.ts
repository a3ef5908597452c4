/**
 * Results as a chart, in SVG: a group of bars for each load, each group to its own scale.
 *
 * It needs no font and no script, and takes the colours of a dark page where the reader has one.
 */

import { type Entry, figureOf, type Result } from "./result.ts";
import { many, time } from "./table.ts";

const WIDTH = 760;
const MARGIN = 24;
const NAMES = 176;
const VALUES = 118;
const BAR = 18;
const STEP = 25;
const GROUP_HEAD = 30;
const GROUP_GAP = 20;
const SECTION_HEAD = 40;

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .paper { fill: #ffffff }
  .section { font-size: 16px; font-weight: 600 }
  .load { font-weight: 600 }
  .note, .name { fill: #59636e }
  .ours { fill: #1a7f5a }
  .theirs { fill: #afb8c1 }
  .mine { font-weight: 600; fill: #1f2328 }
  @media (prefers-color-scheme: dark) {
    text, .mine { fill: #f0f6fc }
    .paper { fill: #0d1117 }
    .note, .name { fill: #9198a1 }
    .ours { fill: #3fb984 }
    .theirs { fill: #4d5763 }
  }`;

const SECTIONS = [
  { figure: "delivered", title: "Messages delivered a second", note: "more is better", show: many },
  { figure: "p50", title: "Median latency", note: "less is better", show: time },
] as const;

type Section = typeof SECTIONS[number];

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function text(x: number, y: number, kind: string, words: string, more = ""): string {
  return `<text x="${x}" y="${y}" class="${kind}"${more}>${escape(words)}</text>`;
}

function bar(entry: Entry, ours: boolean, most: number, y: number, section: Section): string[] {
  const value = figureOf(entry, section.figure);
  const room = WIDTH - 2 * MARGIN - NAMES - VALUES;
  // A bar that is too short to be seen would look like a missing one.
  const width = Math.max(2, Math.round(room * value / most));
  const from = MARGIN + NAMES;
  const line = y + 14;
  const name = ours ? "mine" : "name";
  return [
    text(from - 10, line, name, entry.name, ' text-anchor="end"'),
    `<rect x="${from}" y="${y}" width="${width}" height="${BAR}" rx="3" class="${
      ours ? "ours" : "theirs"
    }"/>`,
    text(from + width + 8, line, name, section.show(value)),
  ];
}

function group({ load, entries }: Result, top: number, section: Section): string[] {
  const most = Math.max(...entries.map((entry) => figureOf(entry, section.figure)));
  return [
    text(MARGIN, top + 16, "load", load.title),
    ...entries.flatMap((entry, index) =>
      bar(entry, index === 0, most, top + GROUP_HEAD + index * STEP, section)
    ),
  ];
}

/** The chart. `note` is one line below it: the machine. */
export function chart(results: readonly Result[], note: string): string {
  const parts: string[] = [];
  let y = 12;
  for (const section of SECTIONS) {
    const shown = results.filter(({ load }) => load.figure === section.figure);
    if (shown.length === 0) continue;
    const right = ' text-anchor="end"';
    parts.push(text(MARGIN, y + 22, "section", section.title));
    parts.push(text(WIDTH - MARGIN, y + 22, "note", section.note, right));
    y += SECTION_HEAD;
    for (const result of shown) {
      parts.push(...group(result, y, section));
      y += GROUP_HEAD + result.entries.length * STEP + GROUP_GAP;
    }
  }
  parts.push(text(MARGIN, y + 8, "note", note));
  const height = y + 26;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" ` +
    `viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escape(summary(results))}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" class="paper"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** The same in words, for who does not see it. */
function summary(results: readonly Result[]): string {
  return results.map(({ load, entries }) => {
    const { show, title } = SECTIONS.find(({ figure }) => figure === load.figure)!;
    const values = entries.map((entry) => `${entry.name} ${show(figureOf(entry, load.figure))}`);
    return `${title}, ${load.title}: ${values.join(", ")}.`;
  }).join(" ");
}
