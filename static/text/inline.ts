/**
 * The Markdown within a paragraph: `**bold**`, `*italics*`, `~~struck~~`, `` `code` ``, addresses and
 * `[named links](https://…)`. It becomes nodes, never HTML; what is not well-formed stays text.
 *
 * The time is linear in the text's length: it is read once from the left. At most one mark of each
 * kind is open at a time, so nodes are nested no deeper than there are kinds.
 */

import { linksOf } from "./links.ts";

/** A part of a paragraph. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "em" | "strong" | "s"; readonly nodes: readonly Inline[] };

type Emphasis = "em" | "strong" | "s";

/** What has been opened and not closed yet: its mark, and what came since. */
interface Frame {
  readonly kind: Emphasis;
  readonly mark: string;
  readonly nodes: Inline[];
}

const KINDS: Readonly<Record<string, Emphasis>> = {
  "*": "em",
  "_": "em",
  "**": "strong",
  "__": "strong",
  "~~": "s",
};
/** In words such as `snake_case` and in `2*3*4` nothing is marked; scripts without cases have no spaces. */
const WORD = /[\p{Lu}\p{Ll}\p{M}\p{N}]/u;
const ESCAPED = /[\\`*_~[\]()>-]/;
/** Neither brackets nor spaces, so that no two attempts read the same characters. */
const NAMED = /\[([^[\]\n]+)\]\((https?:\/\/[^\s()[\]<>]+(?:\([^\s()[\]<>]*\)[^\s()[\]<>]*)?)\)/iy;

/** The nodes of a paragraph; texts next to each other are one. */
export function inlineOf(text: string): Inline[] {
  return new Reader(text).read();
}

class Reader {
  readonly #text: string;
  readonly #links: Map<number, number>;
  readonly #ticks: Map<number, number[]>;
  readonly #root: Inline[] = [];
  readonly #open: Frame[] = [];
  #plain = "";
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#links = new Map(linksOf(text).map(({ start, end }) => [start, end]));
    this.#ticks = ticksOf(text);
  }

  read(): Inline[] {
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      const isRead = char === "\\"
        ? this.#escape()
        : char === "`"
        ? this.#code()
        : char === "["
        ? this.#named()
        : "*_~".includes(char)
        ? this.#marks(char)
        : this.#address();
      if (!isRead) this.#plain += this.#text[this.#at++];
    }
    while (this.#open.length > 0) this.#giveUp();
    this.#flush();
    return this.#root;
  }

  get #nodes(): Inline[] {
    return this.#open.at(-1)?.nodes ?? this.#root;
  }

  #flush(): void {
    if (this.#plain) addText(this.#nodes, this.#plain);
    this.#plain = "";
  }

  #add(node: Inline, end: number): true {
    this.#flush();
    this.#nodes.push(node);
    this.#at = end;
    return true;
  }

  #escape(): boolean {
    const next = this.#text[this.#at + 1];
    if (!next || !ESCAPED.test(next)) return false;
    this.#plain += next;
    this.#at += 2;
    return true;
  }

  /** Code ends at the next run of as many backticks. */
  #code(): boolean {
    const from = this.#at;
    const length = runFrom(this.#text, from);
    const starts = this.#ticks.get(length)!;
    while (starts.length > 0 && starts.at(-1)! <= from) starts.pop();
    const end = starts.at(-1);
    if (end === undefined) {
      this.#plain += this.#text.slice(from, this.#at = from + length);
      return true;
    }
    return this.#add(
      { kind: "code", text: trimmed(this.#text.slice(from + length, end)) },
      end + length,
    );
  }

  /** A name that is itself an address could lie about where it leads, so it stays text. */
  #named(): boolean {
    NAMED.lastIndex = this.#at;
    const [found, text, href] = NAMED.exec(this.#text) ?? [];
    if (!found || !URL.canParse(href) || linksOf(text).length > 0 || !text.trim()) return false;
    return this.#add({ kind: "link", text, href }, this.#at + found.length);
  }

  #address(): boolean {
    let end = this.#links.get(this.#at);
    if (end === undefined) return false;
    // `**see https://example.org**`: the marks that are open end here and not in the address.
    for (const { mark } of this.#open.toReversed()) {
      if (this.#text.slice(this.#at, end).endsWith(mark)) end -= mark.length;
    }
    const text = this.#text.slice(this.#at, end);
    return this.#add({ kind: "link", text, href: text }, end);
  }

  #marks(char: string): boolean {
    const from = this.#at;
    const length = runFrom(this.#text, from);
    const before = this.#text[from - 1] ?? " ";
    const after = this.#text[from + length] ?? " ";
    const opens = !/\s/.test(after) && !WORD.test(before);
    const closes = !/\s/.test(before) && !WORD.test(after);
    const marks = length === 3 && char !== "~" ? [char, char + char] : [char.repeat(length)];
    this.#at += length;
    if (!marks.every((mark) => mark in KINDS)) this.#plain += char.repeat(length);
    else if (closes && marks.some((mark) => this.#isOpen(mark))) {
      marks.forEach((mark) => this.#end(mark));
    } else if (opens) marks.toReversed().forEach((mark) => this.#begin(mark));
    else this.#plain += char.repeat(length);
    return true;
  }

  #isOpen(mark: string): boolean {
    return this.#open.some((frame) => frame.mark === mark);
  }

  #begin(mark: string): void {
    this.#flush();
    if (this.#isOpen(mark)) this.#plain += mark;
    else this.#open.push({ kind: KINDS[mark], mark, nodes: [] });
  }

  #end(mark: string): void {
    this.#flush();
    if (!this.#isOpen(mark)) return void (this.#plain += mark);
    while (this.#open.at(-1)!.mark !== mark) this.#giveUp();
    this.#flush();
    const { kind, nodes } = this.#open.pop()!;
    this.#nodes.push({ kind, nodes });
  }

  /** The innermost mark is not closed: it was text. */
  #giveUp(): void {
    this.#flush();
    const { mark, nodes } = this.#open.pop()!;
    addText(this.#nodes, mark);
    for (const node of nodes) {
      if (node.kind === "text") addText(this.#nodes, node.text);
      else this.#nodes.push(node);
    }
  }
}

function addText(nodes: Inline[], text: string): void {
  const last = nodes.at(-1);
  if (last?.kind === "text") nodes[nodes.length - 1] = { kind: "text", text: last.text + text };
  else nodes.push({ kind: "text", text });
}

/** Where the runs of backticks are, by their length, the last one first. */
function ticksOf(text: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { 0: { length }, index } of text.matchAll(/`+/g)) {
    const starts = found.get(length);
    if (starts) starts.push(index);
    else found.set(length, [index]);
  }
  for (const starts of found.values()) starts.reverse();
  return found;
}

/** How often the character repeats. */
function runFrom(text: string, from: number): number {
  let to = from + 1;
  while (text[to] === text[from]) to++;
  return to - from;
}

/** One space on each side makes room for a backtick. */
function trimmed(code: string): string {
  return code.trim() && code.startsWith(" ") && code.endsWith(" ") ? code.slice(1, -1) : code;
}
