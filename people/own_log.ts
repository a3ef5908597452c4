/**
 * A person's own log: how far they have read, what they muted and starred, and where they were mentioned.
 *
 * Its keys are `read/ROOM` and `count/ROOM`, which are set together, `mute/ROOM`, `star/ROOM`, and
 * `mention/ROOM/0` to `mention/ROOM/99`: a mention is kept in the place that its number gives, as this
 * number alone, so the newest hundred of a room are known, and none is known twice. It keeps no text.
 */

import type { Mention, OwnChange, OwnLog, ReadMark } from "../client/own.ts";
import { LIMITS } from "../config/limits.ts";
import { differs } from "../hub/entry.ts";
import type { ChangeDraft, Journal, Json } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { idKey } from "./ids.ts";
import { ReadMarks } from "./read_marks.ts";
import { SettingsLog } from "./settings_log.ts";

/** The log's name, which no room can have. */
function nameOf(id: string): string {
  return `@person/${idKey(id)}`;
}

/** Is called with what changes. */
export type Listener = (change: OwnChange) => void;

/** One person's log, followed. */
export class PersonLog implements OwnLog {
  readonly marks = new Map<string, ReadMark>();
  readonly muted = new Set<string>();
  readonly starred = new Set<string>();
  readonly listeners = new Set<Listener>();
  readonly #id: string;
  readonly #journal: Journal;
  readonly #read: ReadMarks;
  /** By room and place. */
  readonly #mentions = new Map<string, Map<string, Mention>>();
  readonly #gone = new WeakSet<Mention>();
  #settings!: SettingsLog;

  private constructor(journal: Journal, id: string, log: Log) {
    this.#journal = journal;
    this.#id = id;
    const failed = (error: unknown) => log.error("own log failed", { error });
    this.#read = new ReadMarks((room, seq) => this.#mark(room, seq), failed);
  }

  /** Reads a log and follows it. */
  static async open(journal: Journal, id: string, log: Log): Promise<PersonLog> {
    const own = new PersonLog(journal, id, log);
    own.#settings = await SettingsLog.open(journal, nameOf(id), {
      changed: (key, value, seq, at) => own.#changed(key, value, seq, at),
      failed: (error) => log.error("own log failed", { error }),
    });
    return own;
  }

  get seq(): number {
    return this.#settings.seq;
  }

  get at(): number {
    return this.#settings.at;
  }

  mentionsAfter(own: number): Mention[] {
    const found: Mention[] = [];
    for (const places of this.#mentions.values()) {
      for (const mention of places.values()) if (mention.own > own) found.push(mention);
    }
    return found.sort((a, b) => a.own - b.own);
  }

  roomsWithMentions(): Iterable<string> {
    return this.#mentions.keys();
  }

  unread(room: string): Mention[] {
    const read = this.marks.get(room)?.seq ?? 0;
    const isUnread = (mention: Mention) => mention.seq > read && !this.#gone.has(mention);
    return [...this.#mentions.get(room)?.values() ?? []].filter(isUnread);
  }

  forget({ room, seq }: Pick<Mention, "room" | "seq">): void {
    const mention = this.#mentions.get(room)?.get(placeOf(seq));
    if (mention?.seq !== seq || this.#gone.has(mention)) return;
    this.#gone.add(mention);
    this.#report({ type: "gone", room });
  }

  async knows(seq: number, at: number | undefined): Promise<boolean> {
    if (seq > this.seq) return false;
    if (seq === 0 || at === undefined) return true;
    const [entry] = await this.#journal.after(nameOf(this.#id), seq - 1, 1);
    return entry !== undefined && !differs(entry, seq, at);
  }

  isFull(room: string): boolean {
    const has = this.marks.has(room) || this.muted.has(room) || this.starred.has(room);
    return !has && this.marks.size + this.muted.size + this.starred.size >= LIMITS.ownRooms;
  }

  /** Reports each change; what is read when the log is opened is known before anybody listens. */
  #report(change: OwnChange): void {
    for (const listener of this.listeners) listener(change);
  }

  #changed(key: string, value: Json, own: number, at: number): void {
    const [type, room, place] = key.split("/");
    switch (type) {
      case "read":
      case "count":
        return this.#marked(room, type === "read" ? "seq" : "read", Number(value), own, at);
      case "mute":
      case "star": {
        const rooms = type === "mute" ? this.muted : this.starred;
        if (value === true) rooms.add(room);
        else rooms.delete(room);
        return this.#report({ type, own, room, on: value === true });
      }
      case "mention":
        return this.#mentioned(room, place, Number(value), own);
    }
  }

  /** The two parts of a mark come one after the other; what both have led to is reported. */
  #marked(room: string, part: "seq" | "read", value: number, own: number, at: number): void {
    const before = this.marks.get(room) ?? { seq: 0, read: 0 };
    const mark = { ...before, room, at, [part]: value };
    this.marks.set(room, mark);
    this.#report({ type: "read", own, mark });
  }

  #mentioned(room: string, place: string, seq: number, own: number): void {
    const places = this.#mentions.get(room) ?? new Map<string, Mention>();
    this.#mentions.set(room, places);
    const mention = { own, room, seq };
    places.set(place, mention);
    // 0 where the log has been lost.
    if (seq > 0) this.#report({ type: "mention", mention });
    else places.delete(place);
  }

  async read(room: string, seq: number): Promise<void> {
    await this.#read.set(room, seq);
  }

  async #mark(room: string, seq: number): Promise<void> {
    if ((this.marks.get(room)?.seq ?? 0) >= seq) return;
    const read = await this.#journal.messagesUpTo(room, seq);
    await this.#settings.set(this.#id, [
      { key: `read/${room}`, value: seq, condition: { larger: true } },
      { key: `count/${room}`, value: read },
    ]);
  }

  async mute(room: string, on: boolean): Promise<void> {
    await this.#settings.set(this.#id, [{ key: `mute/${room}`, value: on || null }]);
  }

  async star(room: string, on: boolean): Promise<void> {
    await this.#settings.set(this.#id, [{ key: `star/${room}`, value: on || null }]);
  }

  /** Takes what was kept by now. */
  async look(): Promise<void> {
    await this.#settings.look();
  }

  /** Whether it has lost track, and must be read again. */
  get isBroken(): boolean {
    return this.#settings.isBroken;
  }

  /** Follows it no longer; marks that wait are kept first. */
  async close(): Promise<void> {
    await this.#read.close();
    this.#settings.close();
  }
}

function placeOf(seq: number): string {
  return String(seq % LIMITS.mentionsKept);
}

/** The entry that tells somebody of a message; keeping it twice changes nothing. */
export function mentionDraft(member: string, room: string, seq: number, at: number): ChangeDraft {
  return {
    room: nameOf(member),
    at,
    from: member,
    name: "",
    id: undefined,
    action: { type: "set", key: `mention/${room}/${placeOf(seq)}`, value: seq },
    condition: { larger: true },
  };
}
