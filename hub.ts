/**
 * The hub: the actor that owns every room.
 *
 * Letters come in through a mailbox and are dealt with in turns, by one loop, the only code that
 * changes a room. A turn lets in and out, gathers what was said, keeps it (one append for the whole
 * turn), pushes it to the tails, and stirs who follows them, in this order: nothing is shown that
 * is not kept. While the journal works the next turn's letters gather, so the slower it is, the
 * more each append carries.
 *
 * Where several servers share the journal, what is kept comes back from it with what the others
 * said, as a letter, and only then is it pushed: a room is the same everywhere.
 *
 * A message is accepted when {@linkcode Hub.say} returns true. What then becomes of it its speaker
 * hears exactly once: kept, or refused.
 */

import { LIMITS } from "./config/limits.ts";
import { Counters } from "./telemetry/counters.ts";
import {
  type Awaitable,
  type Draft,
  type Journal,
  type Message,
  PartialAppendError,
} from "./journal/journal.ts";
import type { Log } from "./telemetry/log.ts";
import { Mailbox } from "./hub/mailbox.ts";
import { type Member, Room, type Speaker } from "./hub/room.ts";
import { Tail } from "./hub/tail.ts";

type Command =
  | { kind: "say"; speaker: Speaker; text: string; id: string | undefined }
  | { kind: "join" | "leave" | "typing"; member: Member }
  | { kind: "rename"; member: Member; name: string }
  | { kind: "gathered" | "news"; room: Room };

/** A room as `GET /rooms` lists it. */
export interface RoomListing {
  name: string;
  members: number;
  seq: number;
}

/** How the hub stands. */
export interface HubStats {
  rooms: number;
  members: number;
  /** What waits in the mailbox. */
  commands: number;
}

/** Owns the rooms; everything that happens in one is a letter to it. */
export class Hub {
  /** What happened here and on the connections that came here. */
  readonly counters: Counters = new Counters();
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #tailLimit: number;
  readonly #mailbox = new Mailbox<Command>(LIMITS.mailbox);
  readonly #rooms = new Map<string, Room>();
  /** Rooms that this turn touched. */
  readonly #touched = new Set<Room>();
  #drafts: Draft[] = [];
  #speakers: Speaker[] = [];
  readonly #running: Promise<void>;

  /** Starts the loop. `tail` is how many entries of a room are held in memory. */
  constructor(journal: Journal, log: Log, { tail }: { tail: number }) {
    this.#journal = journal;
    this.#log = log;
    this.#tailLimit = tail;
    this.#running = this.#run();
  }

  /** Lets a member into its room, which opens if it is the first. */
  join(member: Member): void {
    this.#mailbox.post({ kind: "join", member });
  }

  /** Lets a member out; harmless for one that is not in. */
  leave(member: Member): void {
    this.#mailbox.post({ kind: "leave", member });
  }

  /** Says something in the speaker's room; false if too much waits already. */
  say(speaker: Speaker, text: string, id?: string): boolean {
    return this.#mailbox.offer({ kind: "say", speaker, text, id });
  }

  /** Shows that a member is typing. */
  typing(member: Member): void {
    this.#mailbox.offer({ kind: "typing", member });
  }

  /** Gives a member's person another name; false if too much waits already. */
  rename(member: Member, name: string): boolean {
    return this.#mailbox.offer({ kind: "rename", member, name });
  }

  /** Rooms with somebody in them or messages kept. */
  async list(): Promise<RoomListing[]> {
    const listed = new Map<string, RoomListing>();
    for (const { name, seq, members = 0 } of await this.#journal.rooms()) {
      listed.set(name, { name, members, seq });
    }
    for (const { name, count, seq } of this.#rooms.values()) {
      if (count > 0) listed.set(name, { name, members: count, seq });
    }
    return [...listed.values()];
  }

  /** How it stands now. */
  stats(): HubStats {
    let members = 0;
    for (const { count } of this.#rooms.values()) members += count;
    return { rooms: this.#rooms.size, members, commands: this.#mailbox.length };
  }

  /** Deals with the letters that wait, then ends the loop. */
  async close(): Promise<void> {
    this.#mailbox.close();
    await this.#running;
    for (const room of this.#rooms.values()) {
      room.close();
      room.subscription?.stop();
    }
  }

  async #run(): Promise<void> {
    for await (const letters of this.#mailbox) {
      try {
        await this.#turn(letters);
      } catch (error) {
        this.#log.error("turn failed", { error });
      }
    }
  }

  async #turn(letters: Command[]): Promise<void> {
    for (const letter of letters) {
      if (letter.kind === "say") this.#hear(letter.speaker, letter.text, letter.id);
      else {
        // What somebody said before taking another name stands before it.
        if (letter.kind === "rename") await this.#keep();
        await this.#arrange(letter);
      }
      if (this.#drafts.length >= LIMITS.batch) await this.#keep();
    }
    await this.#keep();
    this.#show();
  }

  #hear(speaker: Speaker, text: string, id: string | undefined): void {
    const { id: from, name, avatar } = speaker.person;
    this.#drafts.push({ room: speaker.room, at: Date.now(), from, name, avatar, text, id });
    this.#speakers.push(speaker);
  }

  async #arrange(letter: Exclude<Command, { kind: "say" }>): Promise<void> {
    if ("room" in letter) {
      if (letter.kind === "news") return this.#hearNews(letter.room);
      letter.room.flushPresence();
      this.#touched.add(letter.room);
      return;
    }
    const { member } = letter;
    if (letter.kind === "join") return await this.#admit(member);
    const room = this.#rooms.get(member.room);
    if (!room) return;
    this.#touched.add(room);
    if (letter.kind === "leave") room.leave(member);
    if (letter.kind === "typing") room.typing(member.person);
    if (letter.kind === "rename") room.rename(member.person, letter.name);
  }

  async #admit(member: Member): Promise<void> {
    try {
      let room = this.#rooms.get(member.room) ?? await this.#open(member.room);
      while ((member.since ?? 0) > room.seq && await this.#refresh(room));
      room = this.#rooms.get(member.room) ?? await this.#open(member.room);
      this.#touched.add(room);
      room.enter(member);
    } catch (error) {
      this.#log.error("journal failed", { error });
      member.rejected();
    }
  }

  async #open(name: string): Promise<Room> {
    const newest = await this.#journal.before(name, Infinity, LIMITS.warm);
    const tail = new Tail(this.#tailLimit, newest.length > 0 ? newest[0].seq - 1 : 0);
    for (const message of newest) tail.push(message);
    const following = await this.#journal.subscribe?.(name, tail.seq, () => {
      const room = this.#rooms.get(name);
      if (room) this.#mailbox.post({ kind: "news", room });
    });
    const room = new Room(name, tail, following);
    this.#rooms.set(name, room);
    this.#touched.add(room);
    if (following) this.#hearNews(room);
    return room;
  }

  /** What other servers did, and what this one's own messages have become. */
  #hearNews(room: Room): void {
    if (this.#rooms.get(room.name) !== room) return;
    if (room.subscription!.broken) {
      this.#rooms.delete(room.name);
      return room.dissolve();
    }
    for (const message of room.subscription!.take()) room.push(message);
    for (const news of room.subscription!.takePresence()) room.applyRemotePresence(news);
    this.#touched.add(room);
  }

  /** Fetches what a room may lack; says whether it lacked something. */
  async #refresh(room: Room): Promise<boolean> {
    if (!room.subscription) return false;
    const { seq } = room;
    await room.subscription.refresh();
    this.#hearNews(room);
    return room.seq > seq;
  }

  async #keep(): Promise<void> {
    if (this.#drafts.length === 0) return;
    const drafts = this.#drafts;
    const speakers = this.#speakers;
    this.#drafts = [];
    this.#speakers = [];
    try {
      const began = performance.now();
      if (this.#journal.subscribe) await this.#keepShared(drafts, speakers);
      else await this.#keepAlone(drafts, speakers);
      this.counters.appended(drafts.length, performance.now() - began);
    } catch (error) {
      this.#log.error("journal failed", { error });
      for (const [index, draft] of drafts.entries()) refuse(speakers[index], draft);
    }
  }

  async #keepAlone(drafts: Draft[], speakers: Speaker[]): Promise<void> {
    for (const { room } of drafts) {
      if (!this.#rooms.has(room)) await this.#open(room);
    }
    const kept = await this.#journal.append(drafts);
    for (let index = 0; index < kept.length; index++) {
      const room = this.#rooms.get(drafts[index].room)!;
      const { seq } = kept[index];
      const again = seq <= room.seq;
      if (seq > room.seq + 1) await this.#fill(room, seq - 1);
      if (!again) room.push(kept[index]);
      this.#touched.add(room);
      speakers[index].kept(kept[index], again);
    }
  }

  /** Shows what another server has written to the same file, which none should. */
  async #fill(room: Room, seq: number): Promise<void> {
    this.#log.error("another server writes to the same file", { room: room.name });
    for (const message of await this.#journal.after(room.name, room.seq, seq - room.seq)) {
      room.push(message);
    }
  }

  async #keepShared(drafts: Draft[], speakers: Speaker[]): Promise<void> {
    const known = new Map<string, number>();
    for (const { room } of drafts) {
      if (!known.has(room)) known.set(room, this.#rooms.get(room)?.seq ?? Infinity);
    }
    const appending = this.#journal.append(drafts);
    // What came in the meantime is not held up by what goes out.
    this.#show();
    const kept = await partly(appending, (error) => {
      this.#log.error("journal failed", { error });
    });
    for (const [index, draft] of drafts.entries()) {
      const message = kept[index];
      // What comes by the log only now is no echo, even if it was kept before.
      if (!message) refuse(speakers[index], draft);
      else {
        const again = message.duplicate === true && message.seq <= known.get(draft.room)!;
        speakers[index].kept(message, again);
      }
    }
  }

  #show(): void {
    for (const room of this.#touched) {
      room.notify();
      room.debouncePresence(() => this.#mailbox.post({ kind: "gathered", room }));
      if (!room.empty) continue;
      room.close();
      room.subscription?.stop();
      // A letter may name a room that is gone already, and there may be another of its name.
      if (this.#rooms.get(room.name) === room) this.#rooms.delete(room.name);
    }
    this.#touched.clear();
  }
}

function refuse(speaker: Speaker, { id }: Draft): void {
  speaker.refuse("overloaded", "it could not be kept, try again later", id);
}

/** What was kept, if only in part; then `tell` is told why. */
async function partly(
  appending: Awaitable<Message[]>,
  tell: (error: PartialAppendError) => void,
): Promise<(Message | undefined)[]> {
  try {
    return await appending;
  } catch (error) {
    if (!(error instanceof PartialAppendError)) throw error;
    tell(error);
    return error.kept;
  }
}
