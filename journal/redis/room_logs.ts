/**
 * The logs of the rooms: appending, reading, importing.
 *
 * A batch is one script for each room in it. The first entry in a room claims its name, in any case
 * and width, so that several servers agree on the room that a name means.
 */

import { LIMITS } from "../../config/limits.ts";
import { keyOf } from "../changes.ts";
import {
  AppendError,
  type Draft,
  type LogEntry,
  type Message,
  type MessagePage,
  type PageQuery,
  type Reaction,
  type RoomState,
} from "../journal.ts";
import type { Reply } from "./caller.ts";
import { fromAppend } from "./encoding.ts";
import type { RedisLink } from "./link.ts";
import {
  countEntries,
  fromElement,
  fromElements,
  isMissing,
  toImportWords,
  toWords,
} from "./log_encoding.ts";
import { COUNT, FILES, FORGET_FILES, IS_SET, PAGE, RANGE, REACTION, STATE } from "./log_reads.ts";
import { APPEND, IMPORT } from "./log_scripts.ts";
import { runInLog } from "./old_log.ts";
import type { RedisRooms } from "./rooms.ts";
import type { Script } from "./scripts.ts";
import type { RedisSubscriptions } from "./subscriptions.ts";

/** What logs need of their journal. */
export interface LogServices {
  readonly keep: number;
  readonly link: RedisLink;
  readonly rooms: RedisRooms;
  readonly subscriptions: RedisSubscriptions;
  /** Redis has less than was shown. */
  lost(): Promise<void>;
}

type Answer = LogEntry | AppendError;

/** The logs of all rooms. */
export class RedisLogs {
  readonly #services: LogServices;

  constructor(services: LogServices) {
    this.#services = services;
  }

  /** Keeps drafts, as `Journal.append` promises. */
  async append(drafts: readonly Draft[]): Promise<Answer[]> {
    const rooms = Map.groupBy(drafts.keys(), (index) => drafts[index].room);
    if (rooms.size === 1) return await this.#appendAs(drafts[0].room, drafts);
    const kept: Answer[] = [];
    await Promise.all(Array.from(rooms, async ([room, indexes]) => {
      try {
        const entries = await this.#appendAs(room, indexes.map((index) => drafts[index]));
        indexes.forEach((index, n) => kept[index] = entries[n]);
      } catch (error) {
        const detail = "it could not be kept";
        for (const index of indexes) kept[index] = new AppendError("overloaded", detail, error);
      }
    }));
    return kept;
  }

  /** Keeps drafts in the room that this name means. */
  async #appendAs(name: string, drafts: readonly Draft[]): Promise<Answer[]> {
    const { rooms, subscriptions } = this.#services;
    const known = (subscriptions.get(name)?.seq ?? 0) > 0;
    const room = known ? name : await rooms.claim(name);
    const answers = await this.#appendTo(room, drafts);
    if (room === name) return answers;
    return answers.map((answer) =>
      answer instanceof AppendError ? answer : { ...answer, keptIn: room }
    );
  }

  async #appendTo(room: string, drafts: readonly Draft[]): Promise<Answer[]> {
    const { keep, rooms, subscriptions } = this.#services;
    const batch = subscriptions.nameBatch(room, drafts);
    const known = subscriptions.get(room)?.seq ?? 0;
    const words = [String(keep), String(known), subscriptions.channelOf(room), batch];
    for (const draft of drafts) words.push(...toWords(draft));
    try {
      const answers = fromAppend(drafts, await this.#run(APPEND, room, words) as Reply[]);
      const added = answers.filter(isNew);
      if (added.length > 0) rooms.touch(room, added.at(-1)!.at);
      subscriptions.get(room)?.offer(added);
      return answers;
    } catch (error) {
      if ((error as Error).message.startsWith("LOST")) await this.#services.lost();
      throw error;
    }
  }

  #run(script: Script, room: string, words: string[]): Promise<Reply> {
    return runInLog(this.#services.link, script, room, words);
  }

  /** Fewer than `limit` only at the end. */
  async after(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    let [first, elements] = await this.#range("after", room, seq, limit);
    for (let asked = limit, got = elements.length; got === asked;) {
      if (isWhole(elements, limit, elements.at(-1))) break;
      asked = Math.max(limit, LIMITS.page);
      const [, more] = await this.#range("after", room, first + elements.length - 1, asked);
      elements = elements.concat(more);
      got = more.length;
    }
    return fromElements(first, elements).slice(0, limit);
  }

  /** Fewer than `limit` only at the start. */
  async before(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    const end = Math.min(seq, Number.MAX_SAFE_INTEGER);
    let [first, elements] = await this.#range("before", room, end, limit);
    for (let asked = limit, got = elements.length; got === asked;) {
      if (isWhole(elements, limit, elements[0])) break;
      asked = Math.max(limit, LIMITS.page);
      const [from, more] = await this.#range("before", room, first, asked);
      elements = more.concat(elements);
      got = more.length;
      if (got > 0) first = from;
    }
    return fromElements(first, elements).slice(-limit);
  }

  async #range(
    direction: string,
    room: string,
    seq: number,
    limit: number,
  ): Promise<[first: number, elements: string[]]> {
    const words = [direction, String(seq), String(limit)];
    return await this.#run(RANGE, room, words) as [number, string[]];
  }

  async page(room: string, query: PageQuery): Promise<MessagePage> {
    const { before = Number.MAX_SAFE_INTEGER, after, around, limit } = query;
    const start = around !== undefined
      ? ["around", around]
      : after !== undefined
      ? ["after", after]
      : ["before", Math.min(before, Number.MAX_SAFE_INTEGER)];
    const words = [...start, limit].map(String);
    const [head, at, more, ...found] = await this.#run(PAGE, room, words) as Reply[];
    const messages: Message[] = [];
    for (let n = 0; n < found.length; n += 2) {
      messages.push(fromElement(Number(found[n]), String(found[n + 1])) as Message);
    }
    return { messages, head: Number(head), at: Number(at), more: more === 1 };
  }

  async state(room: string): Promise<RoomState> {
    const [seq, text, pins] = await this.#run(STATE, room, []) as [number, string, string[]];
    const end = text.indexOf("\n");
    const change = text ? fromElement(Number(text.slice(0, end)), text.slice(end + 1)) : undefined;
    if (change?.kind !== "change" || change.action.type !== "room") {
      return { seq, topic: undefined, pins: pins.map(Number), settings: [] };
    }
    const topic = change.action.topic || undefined;
    return { seq, topic, pins: pins.map(Number), settings: [change] };
  }

  async messagesUpTo(room: string, seq: number): Promise<number> {
    return Number(await this.#run(COUNT, room, [String(seq)]));
  }

  async reaction(room: string, of: number, emoji: string, after?: string): Promise<Reaction> {
    const key = after === undefined ? "" : reactionKey(of, emoji, after);
    const words = [reactionKey(of, emoji, ""), key];
    const [count, ...from] = await this.#run(REACTION, room, words) as Reply[];
    return { count: Number(count), from: from.map(String) };
  }

  async hasReacted(room: string, of: number, emoji: string, member: string): Promise<boolean> {
    return await this.#run(IS_SET, room, [reactionKey(of, emoji, member)]) === 1;
  }

  async files(room: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const seqs = await this.#run(FILES, room, [...ids]) as Reply[];
    for (const [n, seq] of seqs.entries()) if (seq !== "") found.set(ids[n], Number(seq));
    return found;
  }

  async forgetFiles(room: string, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#run(FORGET_FILES, room, [...ids]);
  }

  async import(room: string, entries: readonly LogEntry[], messages: number): Promise<void> {
    // Listed first, so that an import that is stopped in between does not hide the room.
    await this.#services.rooms.list(room, entries.at(-1)!.at);
    await this.#run(IMPORT, room, [String(messages), ...toImportWords(entries)]);
  }
}

/** Whether no more are needed for a page: it is full, and at its end no run of missing ones goes on. */
function isWhole(elements: readonly string[], limit: number, end: string | undefined): boolean {
  return end === undefined || !isMissing(end) && countEntries(elements) >= limit;
}

function isNew(answer: Answer): answer is LogEntry {
  return !(answer instanceof AppendError) && !answer.duplicate;
}

function reactionKey(of: number, emoji: string, member: string): string {
  return keyOf({ type: "react", of, emoji, on: true }, member);
}
