/**
 * The hub: the actor that owns every room.
 *
 * Commands come in through a mailbox and are handled in turns, by one loop, the only code that
 * changes a room. In each turn it admits and removes members, collects what was said, appends it to
 * the journal (one append for the whole turn), pushes what the journal kept to the tails, and notifies
 * the members that follow them, in this order: nothing is shown that is not kept. While the journal
 * works, the next turn's commands collect, so the slower it is, the more each append carries.
 *
 * The loop never waits for one client: rooms are opened beside it. A command that fails concerns
 * only its sender.
 *
 * A message is accepted when {@linkcode Hub.say} returns true. Its sender then learns exactly once
 * what became of it: kept, or refused.
 */

import { LIMITS } from "./config/limits.ts";
import { type Answer, answer } from "./hub/answer.ts";
import { Batch } from "./hub/batch.ts";
import type { Command, Mentions } from "./hub/command.ts";
import type { Member, Room, Sender } from "./hub/room.ts";
import { Mailbox } from "./hub/mailbox.ts";
import { OpenRooms } from "./hub/open_rooms.ts";
import { type HubOptions, type HubStats, NO_OBSERVER, type Observer } from "./hub/options.ts";
import { NO_RULES, type Rules } from "./hub/permissions.ts";
import type { Person } from "./hub/person.ts";
import { recordTo } from "./hub/record.ts";
import { listRooms, type RoomList } from "./hub/room_list.ts";
import { RoomOpener } from "./hub/room_opener.ts";
import {
  type Action,
  AppendError,
  type ChangeDraft,
  type Draft,
  type Journal,
  type LogEntry,
  type RoomQuery,
} from "./journal/journal.ts";
import { Counters } from "./telemetry/counters.ts";
import type { Log } from "./telemetry/log.ts";

/** Owns the rooms; everything that happens in one is a command to it. */
export class Hub {
  /** Counts what happens in the rooms and on their connections. */
  readonly counters: Counters = new Counters();
  /** Learns of everything that is kept here. */
  observer: Observer = NO_OBSERVER;
  readonly #journal: Journal;
  readonly #log: Log;
  readonly #mailbox: Mailbox<Command>;
  readonly #opener: RoomOpener;
  readonly #rooms = new OpenRooms();
  /** The rooms that this turn has changed. */
  readonly #touched = new Set<Room>();
  #batch: Batch;
  readonly #running: Promise<void>;

  /** Starts the loop. */
  constructor(
    journal: Journal,
    log: Log,
    { tail, maxClients }: HubOptions,
    rules: Rules = NO_RULES,
  ) {
    this.#journal = journal;
    this.#log = log;
    this.#batch = new Batch(rules, (room) => this.#rooms.get(room)?.presence);
    // Each member leaves once; its room being open, presence that is due, and news wait once each.
    this.#mailbox = new Mailbox(LIMITS.mailbox, 5 * maxClients);
    this.#opener = new RoomOpener(journal, this.#rooms, tail, {
      opened: (asked, room, fresh) => this.#mailbox.post({ kind: "opened", asked, room, fresh }),
      failed: (asked, error) => this.#mailbox.post({ kind: "failed", asked, error }),
      news: (room) => this.#mailbox.post({ kind: "news", room }),
    });
    this.#running = this.#run();
  }

  /** Lets a member into its room, which is opened for the first one. */
  join(member: Member): void {
    if (!this.#mailbox.offer({ kind: "join", member })) member.rejected();
  }

  /** Lets a member out; harmless for one that is not in. */
  leave(member: Member): void {
    this.#mailbox.post({ kind: "leave", member });
  }

  /** Says something in the sender's room; false if too many commands wait already. */
  say(sender: Sender, text: string, id?: string, mentions?: Mentions): boolean {
    return this.#mailbox.offer({ kind: "say", sender, text, id, mentions });
  }

  /** Changes a message or the sender's room; false if too many commands wait already. */
  change(sender: Sender, action: Action, id?: string, version?: number): boolean {
    return this.#mailbox.offer({ kind: "change", sender, action, id, version });
  }

  /**
   * Records changes of one room that were decided elsewhere, all or none of them.
   *
   * @throws {AppendError} if they are refused, or too many commands wait already
   */
  record = (drafts: readonly ChangeDraft[]): Promise<LogEntry[]> =>
    recordTo((command) => this.#mailbox.offer(command), drafts);

  /** Shows that a member is typing. */
  typing(member: Member): void {
    this.#mailbox.offer({ kind: "typing", member });
  }

  /** Gives a member's person another name; false if too many commands wait already. */
  rename(member: Member, name: string): boolean {
    return this.#mailbox.offer({ kind: "rename", member, name });
  }

  /**
   * The name of the room that is meant by a name, which may differ from it in case and width.
   *
   * @throws {UnreachableError} if the journal cannot be asked now
   */
  resolve = (name: string): Promise<string> => this.#opener.resolve(name);

  /** The newest entry's number in a room that is open. */
  newest = (room: string): number | undefined => this.#rooms.get(room)?.seq;

  /** Somebody who is present in a room that is open here. */
  find = (id: string): Person | undefined => this.#rooms.find(id);

  /** Lists rooms that have people or messages. */
  list = (query: RoomQuery): Promise<RoomList> => listRooms(this.#journal, this.#rooms, query);

  /** Counts what there is now. */
  stats(): HubStats {
    const { size: rooms, members } = this.#rooms;
    return { rooms, members, commands: this.#mailbox.length, waiting: this.#opener.waiting };
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
      // What was said under the old name is appended before the new one applies.
      if (command.kind === "rename") await this.#append();
      try {
        this.#handle(command);
      } catch (error) {
        this.#log.error("command failed", { command: command.kind, error });
      }
      if (this.#batch.drafts.length >= LIMITS.batch) await this.#append();
    }
    await this.#append();
    this.#fanOut();
  }

  #handle(command: Command): void {
    switch (command.kind) {
      case "say":
      case "change":
        return this.#batch.add(command, this.#rooms.nameOf(command.sender.room));
      case "record":
        return this.#batch.record(command);
      case "join":
        return this.#join(command.member);
      case "opened":
        return this.#opened(command);
      case "failed":
        this.#log.error("journal failed", { error: command.error });
        for (const member of this.#opener.take(command.asked)) member.rejected();
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

  #join(member: Member): void {
    const room = this.#rooms.get(member.room);
    if (room && this.#opener.isReady(room, member)) this.#enter(room, member);
    else this.#opener.add(member, room);
  }

  #enter(room: Room, member: Member): void {
    this.#touched.add(room);
    try {
      room.enter(member);
    } catch (error) {
      this.#log.error("command failed", { command: "enter", error });
      room.leave(member);
      member.rejected();
    }
  }

  #opened({ asked, room, fresh }: { asked: string; room: Room; fresh: boolean }): void {
    if (fresh) this.#rooms.add(room);
    this.#receive(room);
    // A room that had to be refreshed may have closed meanwhile: then another is opened.
    const open = this.#rooms.has(room);
    for (const member of this.#opener.take(asked)) {
      if (open && this.#opener.isReady(room, member)) this.#enter(room, member);
      else this.#opener.add(member, open ? room : undefined);
    }
  }

  /** Pushes what the journal kept, whichever server appended it. */
  #receive(room: Room): void {
    if (!this.#rooms.has(room)) return;
    this.#touched.add(room);
    try {
      if (!room.subscription.broken) room.receive();
      if (!room.subscription.broken) return;
    } catch (error) {
      this.#log.error("room failed", { room: room.name, error });
    }
    // Its members have seen messages that no longer exist, or missed some that cannot be read.
    this.#dissolve(room);
  }

  /** Closes a room, and makes its members reconnect. */
  #dissolve(room: Room): void {
    this.#rooms.delete(room);
    room.dissolve();
  }

  async #append(): Promise<void> {
    if (this.#batch.drafts.length === 0) return;
    const { drafts, senders } = this.#batch;
    this.#batch = this.#batch.next();
    let answers: readonly Answer[];
    try {
      const began = performance.now();
      let kept = this.#journal.append(drafts);
      if (kept instanceof Promise) {
        // What this turn has changed so far does not wait for the journal.
        this.#fanOut();
        kept = await kept;
      }
      this.counters.appended(drafts.length, performance.now() - began);
      answers = kept;
    } catch (error) {
      this.#log.error("journal failed", { error });
      answers = drafts.map(() => undefined);
    }
    this.#answer(drafts, senders, answers);
  }

  #answer(drafts: readonly Draft[], senders: readonly Sender[], answers: readonly Answer[]): void {
    const rooms = new Set<Room>();
    for (let index = 0; index < answers.length; index++) {
      const kept = answers[index];
      const isError = kept instanceof AppendError;
      if (isError && kept.cause) this.#log.error("journal failed", { error: kept });
      const keptIn = isError ? undefined : kept?.keptIn;
      const name = keptIn ?? drafts[index].room;
      const room = this.#rooms.get(name);
      if (room) rooms.add(room);
      try {
        answer(senders[index], drafts[index].id, kept, room?.seq ?? 0);
        if (kept && !isError) this.observer.kept(name, kept);
      } catch (error) {
        this.#log.error("command failed", { command: "answer", error });
      }
      // On another server somebody was the first to speak here, and spelt the name in another way.
      const other = keptIn ? this.#rooms.get(drafts[index].room) : undefined;
      if (other) this.#dissolve(other);
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
      this.#rooms.delete(room);
    }
    this.#touched.clear();
  }
}
