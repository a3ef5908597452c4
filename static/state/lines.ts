/**
 * The messages in sight: a window of at most 500 on the room's log, by seq, none twice, so that a room
 * of any length stays smooth. Messages leave at the end that the reader is further from, and come back
 * from the server's history. It has no clock and touches no element.
 *
 * Messages are in their newest known state. Between two of them there may be changes, which have
 * numbers as well, so what is missing follows from the parts of the log that have come.
 *
 * A line is replaced only if something about it has changed, so what draws it may compare lines.
 */

import { applyChange, type Message, type MessageChange, versionOf } from "../../sdk/mod.ts";
import { calendarDay } from "../text/dates.ts";
import { actionOf } from "../text/shape.ts";
import { Spans } from "./spans.ts";

/** One message, and what follows from the one before it. */
export interface Line {
  readonly message: Message;
  /** How many entries before it have not come, and whether they are no longer kept. */
  readonly gap: number;
  readonly isLost: boolean;
  /** It is the first of its day. */
  readonly isNewDay: boolean;
  /** It is the first that the reader has not seen. */
  readonly isFirstNew: boolean;
  /** It goes on what the same person said just before. */
  readonly isGrouped: boolean;
}

const MOST = 500;
const KEPT = 350;
const TOGETHER_MS = 5 * 60_000;

export class Lines {
  #lines: readonly Line[] = [];
  /** The parts of the log that have come. */
  #known = new Spans();
  /** The lines as they were last shown. */
  #shown: readonly Line[] = [];
  /** The first seq that may still be kept. */
  #oldest = 1;
  /** From this seq on it is new to the reader; 0: nothing is. */
  #mark = 0;
  /** Whether the window reaches to the room's end. */
  #isOpen = true;

  get all(): readonly Line[] {
    return this.#lines;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get first(): number | undefined {
    return this.#lines[0]?.message.seq;
  }

  get last(): number | undefined {
    return this.#lines.at(-1)?.message.seq;
  }

  /** Whether there may be more before this seq. */
  hasBefore(seq: number): boolean {
    return seq > this.#oldest;
  }

  /** Whether the window begins where the log no longer does. */
  get isLostBefore(): boolean {
    const { first = 1 } = this;
    return first > 1 && first <= this.#oldest;
  }

  /** The message of this seq, if it is in the window. */
  get(seq: number): Message | undefined {
    return this.#lines.find(({ message }) => message.seq === seq)?.message;
  }

  /** Forgets the messages. @param isOpen whether the window reaches to the room's end */
  clear(isOpen = true): void {
    this.#lines = [];
    this.#known = new Spans();
    this.#isOpen = isOpen;
  }

  /** There is nothing to fetch before this seq. */
  setOldest(seq: number): void {
    this.#oldest = Math.max(this.#oldest, seq);
    this.#link();
  }

  /** Nothing before this seq is kept, so it is not shown either. */
  lose(seq: number): void {
    this.#lines = this.#lines.filter(({ message }) => message.seq >= seq);
    this.setOldest(seq);
  }

  /** Messages from this seq on are new to the reader; 0: none are. */
  setMark(seq: number): void {
    this.#mark = seq;
    this.#link();
  }

  /** The window reaches to the end again. */
  open(): void {
    this.#isOpen = true;
  }

  /**
   * Adds messages, or newer states of them.
   *
   * @param dropStart whether the oldest may go if there are too many, else the newest
   * @param span the part of the log that has come with them, first and last seq
   */
  insert(messages: readonly Message[], dropStart: boolean, span?: readonly [number, number]): void {
    for (const { seq } of messages) this.#known.add(seq, seq);
    if (span) this.#known.add(...span);
    const held = new Map(this.#lines.map((line) => [line.message.seq, line]));
    const missing = messages.filter(({ seq }) => !held.has(seq));
    const newer = messages.filter((message) => {
      const line = held.get(message.seq);
      return line && versionOf(message) > versionOf(line.message);
    });
    for (const message of newer) this.#replace(message);
    if (missing.length > 0) this.#add(missing, dropStart);
    this.#link();
  }

  /** Applies a change. @param me the reader's id */
  change(change: MessageChange, me: string | undefined): void {
    const message = this.get(change.of);
    if (message) this.#replace(applyChange(message, change, me));
    this.#link();
  }

  #replace(message: Message): void {
    this.#lines = this.#lines.map((line) =>
      line.message.seq === message.seq && line.message !== message ? { ...line, message } : line
    );
  }

  #add(missing: readonly Message[], dropStart: boolean): void {
    const last = this.last ?? 0;
    const all = [...this.#lines, ...missing.map(bare)];
    // Messages that arrive usually follow the last one.
    if (missing.some(({ seq }, index) => seq <= (missing[index - 1]?.seq ?? last))) {
      all.sort((a, b) => a.message.seq - b.message.seq);
    }
    this.#lines = all;
    if (all.length > MOST) {
      this.#lines = dropStart ? all.slice(-KEPT) : all.slice(0, KEPT);
      this.#isOpen &&= dropStart;
      this.#known.keep(this.first!, dropStart ? Infinity : this.last!);
    }
  }

  #link(): void {
    const linked = this.#lines.map((line, index) => {
      const linked = this.#linked(line.message, this.#lines[index - 1]?.message);
      return isSame(line, linked) ? line : linked;
    });
    if (
      linked.some((line, index) => line !== this.#shown[index]) ||
      linked.length !== this.#shown.length
    ) {
      this.#shown = linked;
    }
    this.#lines = this.#shown;
  }

  #linked(message: Message, before: Message | undefined): Line {
    const gap = before ? this.#known.missing(before.seq + 1, message.seq) : 0;
    const isNewDay = !before || calendarDay(before.at) !== calendarDay(message.at);
    const isFirstNew = this.#mark > 0 && message.seq >= this.#mark &&
      (before?.seq ?? 0) < this.#mark;
    const isAlone = gap > 0 || isNewDay || isFirstNew;
    return {
      message,
      gap,
      isLost: gap > 0 && message.seq <= this.#oldest,
      isNewDay,
      isFirstNew,
      isGrouped: !isAlone && goesOn(before!, message),
    };
  }
}

function bare(message: Message): Line {
  return {
    message,
    gap: 0,
    isLost: false,
    isNewDay: false,
    isFirstNew: false,
    isGrouped: false,
  };
}

function isSame(a: Line, b: Line): boolean {
  return a.gap === b.gap && a.isLost === b.isLost && a.isNewDay === b.isNewDay &&
    a.isFirstNew === b.isFirstNew && a.isGrouped === b.isGrouped;
}

/** An action names the person itself, so it needs no head either, and does not lend one. */
function goesOn(before: Message, { from, name, at, text, reply }: Message): boolean {
  if (reply) return false;
  if (actionOf(text)) return true;
  return before.from === from && before.name === name && at - before.at < TOGETHER_MS &&
    !actionOf(before.text);
}
