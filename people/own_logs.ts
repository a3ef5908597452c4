/**
 * People's own logs: how far each has read, what they muted and starred, and where they were mentioned.
 *
 * A log is followed while somebody of this person is connected to this server. Its keys are
 * `read/ROOM` and `count/ROOM`, which are set together, `mute/ROOM`, `star/ROOM`, and
 * `mention/0` to `mention/199`, which are used in turn. A mention keeps no text, only room and seq.
 */

import type { Mention, OwnChange, OwnLog, OwnLogs as Contract, ReadMark } from "../client/own.ts";
import { LIMITS } from "../config/limits.ts";
import type { ChangeDraft, Journal, Json } from "../journal/journal.ts";
import type { Log } from "../telemetry/log.ts";
import { idKey } from "./ids.ts";
import { SettingsLog } from "./settings_log.ts";

/** The log's name, which no room can have. */
function nameOf(id: string): string {
  return `@person/${idKey(id)}`;
}

type Listener = (change: OwnChange) => void;

class Own implements OwnLog {
  readonly #id: string;
  readonly marks = new Map<string, ReadMark>();
  readonly muted = new Set<string>();
  readonly starred = new Set<string>();
  readonly #mentions = new Map<string, Mention>();
  readonly listeners = new Set<Listener>();
  #settings!: SettingsLog;
  /** The marks that were set while their counts have not come. */
  readonly #marked = new Map<string, { seq: number; at: number }>();

  private constructor(id: string) {
    this.#id = id;
  }

  static async open(journal: Journal, id: string, log: Log): Promise<Own> {
    const own = new Own(id);
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

  get mentions(): Mention[] {
    return [...this.#mentions.values()].sort((a, b) => a.own - b.own);
  }

  #changed(key: string, value: Json, own: number, at: number): void {
    const slash = key.indexOf("/");
    const room = key.slice(slash + 1);
    const change = this.#apply(key.slice(0, slash), room, value, own, at);
    if (change && own > 0) { for (const listener of this.listeners) listener(change); }
  }

  #apply(type: string, room: string, value: Json, own: number, at: number): OwnChange | undefined {
    switch (type) {
      case "read":
        this.#marked.set(room, { seq: Number(value), at });
        return;
      case "count": {
        // In the order of keys the count comes first when a log is read, else it comes last.
        const mark = { room, seq: 0, ...this.#marked.get(room), at, read: Number(value) };
        this.marks.set(room, mark);
        return { type: "read", own, mark };
      }
      case "mute":
      case "star": {
        const rooms = type === "mute" ? this.muted : this.starred;
        if (value === true) rooms.add(room);
        else rooms.delete(room);
        return { type, own, room, on: value === true };
      }
      case "mention": {
        if (value === null) return void this.#mentions.delete(room);
        const mention = { own, ...value as unknown as Pick<Mention, "room" | "seq"> };
        this.#mentions.set(room, mention);
        return { type: "mention", own, mention };
      }
    }
  }

  async read(room: string, seq: number, read: number): Promise<void> {
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

  look(): void {
    void this.#settings.look();
  }

  close(): void {
    this.#settings.close();
  }
}

/** The logs of the people who are connected to this server. */
export class OwnLogs implements Contract {
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #open = new Map<string, Promise<Own>>();

  readonly #looking: ReturnType<typeof setInterval>;

  /** Follows what other servers keep, too, until {@linkcode OwnLogs.close}. */
  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
    this.#looking = setInterval(() => this.look(), LIMITS.directoryMs);
  }

  async open(id: string, changed: Listener): Promise<{ log: OwnLog; close(): void }> {
    let opening = this.#open.get(id);
    if (!opening) {
      this.#open.set(id, opening = Own.open(this.#journal, id, this.#log));
      opening.catch(() => this.#open.delete(id));
    }
    const own = await opening;
    // The last one may have closed it meanwhile.
    if (this.#open.get(id) !== opening) return await this.open(id, changed);
    own.listeners.add(changed);
    return {
      log: own,
      close: () => {
        own.listeners.delete(changed);
        if (own.listeners.size > 0 || this.#open.get(id) !== opening) return;
        this.#open.delete(id);
        own.close();
      },
    };
  }

  /** Takes what was kept in the logs that are open. */
  look(): void {
    for (const opening of this.#open.values()) opening.then((own) => own.look(), () => {});
  }

  /** Follows nothing any more. */
  close(): void {
    clearInterval(this.#looking);
    for (const opening of this.#open.values()) opening.then((own) => own.close(), () => {});
    this.#open.clear();
  }
}

/**
 * The drafts that tell somebody of a message. Their places are used in turn, by the message's number, and
 * keeping the same one twice changes nothing.
 */
export function mentionDraft(member: string, room: string, seq: number, at: number): ChangeDraft {
  const key = `mention/${seq % LIMITS.mentionsKept}`;
  return {
    room: nameOf(member),
    at,
    from: member,
    name: "",
    id: `${seq}/${room}`.slice(0, LIMITS.idLength),
    action: { type: "set", key, value: { room, seq } },
  };
}
