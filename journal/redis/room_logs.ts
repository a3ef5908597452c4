/**
 * The logs of the rooms: appending, reading, importing.
 *
 * A batch is one script for each room in it. The first entry in a room claims its name, in any case
 * and width, so that several servers agree on the room that a name means.
 */

import { compareCodePoints } from "../../hub/room_name.ts";
import { keyOf } from "../changes.ts";
import {
  AppendError,
  type Change,
  type Draft,
  type LogEntry,
  type Message,
  type MessagePage,
  type PageQuery,
  type Reaction,
  type RoomState,
  type SettingsPage,
  type SettingsQuery,
} from "../journal.ts";
import type { Reply } from "./caller.ts";
import { fromAppend } from "./encoding.ts";
import type { RedisLink } from "./link.ts";
import { fromElement, toImportWords, toWords } from "./log_encoding.ts";
import { FILES, FORGET_FILES } from "./file_lua.ts";
import { readAfter, readBefore } from "./log_range.ts";
import { COUNT, IS_SET, PAGE, REACTION, SETTINGS, STATE } from "./log_reads.ts";
import { IMPORT } from "./log_import.ts";
import { APPEND, SWEEP } from "./log_scripts.ts";
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
  /** Rooms that are swept now. */
  readonly #swept = new Set<string>();

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
    words.push(...toWords(drafts));
    try {
      const answer = await this.#run(APPEND, room, words) as Reply[];
      const answers = fromAppend(drafts, answer);
      if (answer.includes(-1)) this.#sweep(room);
      const added = answers.filter(isNew);
      if (added.length > 0) rooms.touch(room, added.at(-1)!.at);
      subscriptions.get(room)?.offer(added);
      return answers;
    } catch (error) {
      if ((error as Error).message.startsWith("LOST")) await this.#services.lost();
      throw error;
    }
  }

  /** Supersedes what is left of the changes of deleted messages; where that fails, an append tries again. */
  async #sweep(room: string): Promise<void> {
    if (this.#swept.has(room)) return;
    this.#swept.add(room);
    try {
      while (await this.#run(SWEEP, room, []) === 1);
    } catch {
      // Redis is away, and what is left counts as superseded.
    } finally {
      this.#swept.delete(room);
    }
  }

  #run(script: Script, room: string, words: string[]): Promise<Reply> {
    return runInLog(this.#services.link, script, room, words);
  }

  after(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    return readAfter(this.#services.link, room, seq, limit);
  }

  before(room: string, seq: number, limit: number): Promise<LogEntry[]> {
    return readBefore(this.#services.link, room, seq, limit);
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
    const answer = await this.#run(STATE, room, []) as [number, number, string, string[]];
    const [seq, topicSeq, element, pins] = answer;
    const change = element === "" ? undefined : fromElement(topicSeq, element);
    const action = change?.kind === "change" ? change.action : undefined;
    const topic = action?.type === "room" ? action.topic || undefined : undefined;
    return { seq, topic, pins: pins.map(Number) };
  }

  async settings(log: string, query: SettingsQuery): Promise<SettingsPage> {
    const { after = "", prefix = "", limit } = query;
    const isAfter = compareCodePoints(after, prefix) > 0;
    const from = isAfter ? `(${after}\x01` : `[${prefix || ":"}`;
    const words = [from, `(${prefix}\u{10ffff}`, String(limit)];
    const [head, at, ...found] = await this.#run(SETTINGS, log, words) as Reply[];
    const changes: Change[] = [];
    for (let n = 0; n < found.length; n += 2) {
      changes.push(fromElement(Number(found[n]), String(found[n + 1])) as Change);
    }
    return { changes, head: Number(head), at: Number(at) };
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

function isNew(answer: Answer): answer is LogEntry {
  return !(answer instanceof AppendError) && !answer.duplicate;
}

function reactionKey(of: number, emoji: string, member: string): string {
  return keyOf({ type: "react", of, emoji, on: true }, member);
}
