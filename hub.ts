/**
 * The hub: the actor that owns every room.
 *
 * Commands come in through a mailbox and are handled in turns, by one loop, the only code that
 * changes a room. A turn lets in and out, collects what was said, appends it to the journal (one
 * append for the whole turn), pushes what the journal kept to the tails, and notifies those that
 * follow them, in this order: nothing is shown that is not kept. While the journal works the next
 * turn's commands collect, so the slower it is, the more each append carries.
 *
 * The loop never waits for one client: rooms are opened beside it. A command that fails, fails for
 * its sender only.
 *
 * A message is accepted when {@linkcode Hub.say} returns true. Its sender then learns exactly once
 * what became of it: kept, or refused.
 */

import { LIMITS } from "./config/limits.ts";
import type { Member, Room, Sender } from "./hub/room.ts";
import { Mailbox } from "./hub/mailbox.ts";
import { RoomOpener } from "./hub/room_opener.ts";
import {
  AppendError,
  type Draft,
  type Journal,
  type Message,
  type RoomSummary,
} from "./journal/journal.ts";
import { Counters } from "./telemetry/counters.ts";
import type { Log } from "./telemetry/log.ts";

type Command =
  | { kind: "say"; sender: Sender; text: string; id: string | undefined }
  | { kind: "join" | "leave" | "typing"; member: Member }
  | { kind: "rename"; member: Member; name: string }
  | { kind: "opened"; room: Room; fresh: boolean }
  | { kind: "failed"; name: string; error: unknown }
  | { kind: "flushPresence" | "news"; room: Room };

/** The hub at this moment. */
export interface HubStats {
  rooms: number;
  members: number;
  /** Commands waiting in the mailbox. */
  commands: number;
  /** Members waiting for their room to open. */
  waiting: number;
}

/** What a hub may hold. */
export interface HubOptions {
  /** Newest entries of a room held in memory. */
  readonly tail: number;
  /** Connections at most: each may leave, however full the mailbox is. */
  readonly maxClients: number;
}

/** Owns the rooms; everything that happens in one is a command to it. */
export class Hub {
  /** What happened here and on the connections that came here. */
  readonly counters: Counters = new Counters();
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #mailbox: Mailbox<Command>;
  readonly #opener: RoomOpener;
  readonly #rooms = new Map<string, Room>();
  /** Rooms that this turn touched. */
  readonly #touched = new Set<Room>();
  #drafts: Draft[] = [];
  #senders: Sender[] = [];
  readonly #running: Promise<void>;

  /** Starts the loop. */
  constructor(journal: Journal, log: Log, { tail, maxClients }: HubOptions) {
    this.#journal = journal;
    this.#log = log;
    // A member leaves once; of its room, being opened, presence and news wait once each.
    this.#mailbox = new Mailbox(LIMITS.mailbox, 5 * maxClients);
    this.#opener = new RoomOpener(journal, tail, {
      opened: (room, fresh) => this.#mailbox.post({ kind: "opened", room, fresh }),
      failed: (name, error) => this.#mailbox.post({ kind: "failed", name, error }),
      news: (room) => this.#mailbox.post({ kind: "news", room }),
    });
    this.#running = this.#run();
  }

  /** Lets a member into its room, which opens if it is the first. */
  join(member: Member): void {
    if (!this.#mailbox.offer({ kind: "join", member })) member.rejected();
  }

  /** Lets a member out; harmless for one that is not in. */
  leave(member: Member): void {
    this.#mailbox.post({ kind: "leave", member });
  }

  /** Says something in the sender's room; false if too much waits already. */
  say(sender: Sender, text: string, id?: string): boolean {
    return this.#mailbox.offer({ kind: "say", sender, text, id });
  }

  /** Shows that a member is typing. */
  typing(member: Member): void {
    this.#mailbox.offer({ kind: "typing", member });
  }

  /** Gives a member's person another name; false if too much waits already. */
  rename(member: Member, name: string): boolean {
    return this.#mailbox.offer({ kind: "rename", member, name });
  }

  /** Rooms that have people or messages. */
  async list(): Promise<Required<RoomSummary>[]> {
    const listed = new Map<string, Required<RoomSummary>>();
    for (const { name, seq, members = 0 } of await this.#journal.rooms()) {
      listed.set(name, { name, members, seq });
    }
    for (const { name, count, seq } of this.#rooms.values()) {
      if (count > 0) listed.set(name, { name, members: count, seq });
    }
    return [...listed.values()];
  }

  /** Counts what there is now. */
  stats(): HubStats {
    let members = 0;
    for (const { count } of this.#rooms.values()) members += count;
    return {
      rooms: this.#rooms.size,
      members,
      commands: this.#mailbox.length,
      waiting: this.#opener.waiting,
    };
  }

  /** Handles the commands that wait, then ends the loop. */
  async close(): Promise<void> {
    this.#mailbox.close();
    await this.#running;
    for (const room of this.#rooms.values()) room.close();
  }

  async #run(): Promise<void> {
    for await (const commands of this.#mailbox) await this.#turn(commands);
  }

  async #turn(commands: Command[]): Promise<void> {
    for (const command of commands) {
      // What somebody said before choosing another name comes before it.
      if (command.kind === "rename") await this.#append();
      try {
        this.#handle(command);
      } catch (error) {
        this.#log.error("command failed", { command: command.kind, error });
      }
      if (this.#drafts.length >= LIMITS.batch) await this.#append();
    }
    await this.#append();
    this.#fanOut();
  }

  #handle(command: Command): void {
    switch (command.kind) {
      case "say":
        return this.#draft(command.sender, command.text, command.id);
      case "join":
        return this.#join(command.member);
      case "opened":
        return this.#opened(command.room, command.fresh);
      case "failed":
        this.#log.error("journal failed", { error: command.error });
        for (const member of this.#opener.take(command.name)) member.rejected();
        return;
      case "news":
        return this.#receive(command.room);
      case "flushPresence":
        this.#touched.add(command.room);
        return command.room.presence.flush();
      case "leave":
        this.#opener.delete(command.member);
    }
    const { member } = command;
    const room = this.#rooms.get(member.room);
    if (!room) return;
    this.#touched.add(room);
    if (command.kind === "leave") room.leave(member);
    if (command.kind === "typing") room.presence.typing(member.person);
    if (command.kind === "rename") room.presence.rename(member.person, command.name);
  }

  #draft(sender: Sender, text: string, id: string | undefined): void {
    const { id: from, name, avatar } = sender.person;
    this.#drafts.push({ room: sender.room, at: Date.now(), from, name, avatar, text, id });
    this.#senders.push(sender);
  }

  #join(member: Member): void {
    const room = this.#rooms.get(member.room);
    if (room && this.#opener.isReady(room, member)) this.#enter(room, member);
    else this.#opener.add(member, room);
  }

  #enter(room: Room, member: Member): void {
    this.#touched.add(room);
    room.enter(member);
  }

  #opened(room: Room, fresh: boolean): void {
    if (fresh) this.#rooms.set(room.name, room);
    this.#receive(room);
    // A room that had to be refreshed may have closed meanwhile: then another is opened.
    const open = this.#rooms.get(room.name) === room;
    for (const member of this.#opener.take(room.name)) {
      if (open && this.#opener.isReady(room, member)) this.#enter(room, member);
      else this.#opener.add(member, open ? room : undefined);
    }
  }

  /** Pushes what the journal kept, whichever server appended it. */
  #receive(room: Room): void {
    if (this.#rooms.get(room.name) !== room) return;
    this.#touched.add(room);
    try {
      if (!room.subscription.broken) room.receive();
      if (!room.subscription.broken) return;
    } catch (error) {
      this.#log.error("room failed", { room: room.name, error });
    }
    // Its members have what is no longer true, or missed what cannot be had: they come back.
    this.#rooms.delete(room.name);
    room.dissolve();
  }

  async #append(): Promise<void> {
    if (this.#drafts.length === 0) return;
    const drafts = this.#drafts;
    const senders = this.#senders;
    this.#drafts = [];
    this.#senders = [];
    try {
      const began = performance.now();
      let kept = this.#journal.append(drafts);
      if (kept instanceof Promise) {
        // What came in the meantime is not held up by what goes out.
        this.#fanOut();
        kept = await kept;
      }
      this.counters.appended(drafts.length, performance.now() - began);
      this.#answer(drafts, senders, kept);
    } catch (error) {
      this.#log.error("journal failed", { error });
      for (const [index, { id }] of drafts.entries()) refuse(senders[index], id);
    }
  }

  #answer(
    drafts: readonly Draft[],
    senders: readonly Sender[],
    kept: readonly (Message | AppendError)[],
  ): void {
    const rooms = new Set<Room>();
    for (let index = 0; index < kept.length; index++) {
      const message = kept[index];
      if (message instanceof AppendError) {
        this.#log.error("journal failed", { error: message });
        refuse(senders[index], drafts[index].id, message.permanent);
        continue;
      }
      const room = this.#rooms.get(drafts[index].room);
      senders[index].kept(message, message.seq <= (room?.seq ?? 0));
      if (room) rooms.add(room);
    }
    for (const room of rooms) this.#receive(room);
  }

  #fanOut(): void {
    for (const room of this.#touched) {
      room.fanOut();
      room.presence.debounce(() => this.#mailbox.post({ kind: "flushPresence", room }));
      if (!room.empty) continue;
      room.close();
      // A command may name a room that is gone already, and there may be another of its name.
      if (this.#rooms.get(room.name) === room) this.#rooms.delete(room.name);
    }
    this.#touched.clear();
  }
}

function refuse(sender: Sender, id: string | undefined, permanent = false): void {
  if (permanent) sender.refuse("bad_command", "this message cannot be kept", id);
  else sender.refuse("overloaded", "it could not be kept, try again later", id);
}
