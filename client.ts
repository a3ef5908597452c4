/**
 * A client: one connection, a reader that posts and a writer task that alone sends.
 *
 * The reader turns frames into commands (`client/commands.ts`), which go to the hub or are refused.
 *
 * The writer task sleeps until there is something to send and the socket accepts it. Then it sends
 * everything that has come since as one frame. Answers to this client alone wait in a short queue;
 * everything else comes from a cursor on the room's log, so a slow client costs no more than a number.
 *
 * Its life: it is constructed, `entered` by the hub (the welcome, then the frames that came early),
 * receives frames, and ends once. The welcome is the first thing sent.
 */

import { setImmediate } from "node:timers";
import { isWritable, onWritable, type Sink, StallDetector } from "./client/backpressure.ts";
import { CLOSE_REASONS, type CloseReason } from "./client/close_reasons.ts";
import { Cursor } from "./client/cursor.ts";
import { Commands } from "./client/commands.ts";
import { ConnectionLimits, frameBytes } from "./client/rate_limit.ts";
import type { JoinRequest, Services } from "./client/services.ts";
import { LIMITS } from "./config/limits.ts";
import type { Person } from "./hub/person.ts";
import type { Member, Room } from "./hub/room.ts";
import type { Slice } from "./hub/tail.ts";
import type { LogEntry } from "./journal/journal.ts";
import type { WireCounters } from "./telemetry/counters.ts";
import { fitsBytes } from "./wire/sanitize.ts";
import type { Refusal, Wire } from "./wire/wire.ts";

/** One connection. */
export class Client implements Member {
  /** As the client spelt it until the hub has let it in, then as the room is called. */
  room: string;
  person: Person;
  readonly observer: boolean;
  readonly isAdmin: boolean;
  readonly #request: JoinRequest;
  readonly #sink: Sink;
  readonly #wire: Wire;
  readonly #services: Services;
  readonly #counters: WireCounters;
  readonly #limits: ConnectionLimits;
  readonly #commands: Commands;
  readonly #stall: StallDetector;
  /** Its position in the room, once the hub has let it in. */
  #cursor: Cursor | undefined;
  /** Frames that came before that, and their length. */
  #early: string[] = [];
  #earlyLength = 0;
  /** Frames for this client alone, and their length. */
  #answers: string[] = [];
  #answersLength = 0;
  /** Wakes the writer; undefined while it is awake. */
  #wake: (() => void) | undefined;
  #diverged = false;
  #ended: CloseReason | undefined;

  constructor(sink: Sink, request: JoinRequest, services: Services) {
    this.#sink = sink;
    this.#request = request;
    this.#services = services;
    this.#wire = request.wire;
    this.#counters = services.hub.counters.wire(request.wire.name);
    this.#limits = new ConnectionLimits(services.config);
    this.#commands = new Commands(this, this.#limits, request, services);
    this.#stall = new StallDetector(sink, performance.now());
    this.room = request.room;
    this.person = request.person;
    this.observer = request.observer;
    this.isAdmin = request.isAdmin;
    this.#write();
  }

  /** The newest message that it has, if that is of this epoch. */
  get since(): number | undefined {
    const { since, epoch } = this.#request;
    return epoch === undefined || epoch === this.#services.journal.epoch ? since : undefined;
  }

  /** The time of that message. */
  get sinceAt(): number | undefined {
    return this.#request.at;
  }

  // The reader.

  /** Reads what came from the socket. */
  receive(data: unknown): void {
    if (this.#ended) return;
    if (!this.#limits.frame()) return this.end(CLOSE_REASONS.flooding);
    if (typeof data !== "string") return this.end(CLOSE_REASONS.binary);
    if (!fitsBytes(data, frameBytes(this.#services.config))) {
      return this.end(CLOSE_REASONS.tooLarge);
    }
    if (this.#cursor) this.#read(data);
    else this.#holdEarly(data);
  }

  #holdEarly(frame: string): void {
    this.#earlyLength += frame.length + 1;
    if (this.#earlyLength > LIMITS.earlyLength) return this.end(CLOSE_REASONS.overloaded);
    this.#early.push(frame);
  }

  #read(frame: string): void {
    for (const command of this.#wire.decode(frame)) {
      if (this.#ended) return;
      this.#commands.handle(command);
    }
  }

  /** Refuses all commands from now on. */
  startDraining(): void {
    this.#commands.startDraining();
  }

  // What the hub reports.

  entered(room: Room, person: Person): void {
    const { journal } = this.#services;
    const { since, epoch, replay } = this.#request;
    const { tail, presence } = room;
    const isOther = epoch !== undefined && epoch !== journal.epoch;
    const reset = since !== undefined && (isOther || this.#diverged || since > tail.seq);
    const resumes = since !== undefined && !reset;
    const after = resumes ? since : Math.max(tail.seq - replay, 0);
    this.room = room.name;
    this.person = person;
    this.#commands.entered(room);
    this.#cursor = new Cursor(room, this.#wire, this.#services, { seq: after, resumes });
    this.#answer(this.#wire.welcome({
      room: room.name,
      you: person,
      epoch: journal.epoch,
      seq: tail.seq,
      at: tail.at,
      after,
      afterAt: tail.find(after)?.at ?? (resumes ? this.sinceAt : undefined),
      members: presence.people(),
      count: presence.count,
      topic: room.settings.topic,
      pins: room.settings.pins,
      reset,
    }));
    for (const frame of this.#early.splice(0)) this.#read(frame);
  }

  diverged(): void {
    this.#diverged = true;
  }

  rejected(): void {
    this.end(CLOSE_REASONS.overloaded);
  }

  /** Entries come back through the log; only one that was sent before needs its own echo. */
  kept(entry: LogEntry, shown: boolean, isOther = false): void {
    if (entry.kind === "change") this.#services.files?.changed(this.room, entry);
    const comes = !shown || entry.seq > (this.#cursor?.seq ?? 0);
    if (isOther || !comes) this.#answer(this.#wire.encode([entry]));
  }

  refuse(code: Refusal, detail: string, id?: string): void {
    if (this.#ended) return;
    this.#services.hub.counters.refused(code);
    this.#answer(this.#wire.refusal(code, detail, id));
    if (!this.#limits.refusal()) this.end(CLOSE_REASONS.flooding);
  }

  pong(id?: string): void {
    this.#answer(this.#wire.pong(id));
  }

  /** Queues frames for this client alone. A client that does not read its answers loses them. */
  #answer(frames: readonly string[]): void {
    for (const frame of frames) {
      if (this.#answersLength + frame.length > LIMITS.answersLength) return;
      this.#answersLength += frame.length;
      this.#answers.push(frame);
    }
    this.notify();
  }

  /** There may be something to send, or the socket may accept it. */
  notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  // The writer.

  async #write(): Promise<void> {
    try {
      while (!this.#ended) {
        const cursor = this.#cursor?.hasNext ? this.#cursor : undefined;
        if (this.#answers.length === 0 && !cursor) await this.#notified();
        else if (!isWritable(this.#sink)) await this.#writable();
        else if (this.#answers.length > 0) this.#sendAnswers();
        else {
          const reading = this.#sendNext(cursor!);
          if (reading) await reading;
        }
      }
    } catch (error) {
      this.#services.log.error("writer failed", { error });
      this.end(CLOSE_REASONS.overloaded);
    }
    const { code, name } = this.#ended!;
    // The client learns the reason before it is disconnected.
    if (code && isWritable(this.#sink)) this.#sendAnswers();
    // Not at once: while a frame is arriving, the runtime would close the socket without a reason.
    if (code) setImmediate(() => this.#sink.close(code, name));
  }

  #notified(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  #writable(): Promise<void> {
    onWritable(this.#sink, this);
    return this.#notified();
  }

  #sendAnswers(): void {
    this.#answersLength = 0;
    this.#send(this.#answers.splice(0));
  }

  /** Waits only where the log must be read from the journal. */
  #sendNext(cursor: Cursor): void | Promise<void> {
    const next = cursor.next();
    if (next instanceof Promise) return next.then((slice) => this.#deliver(cursor, slice));
    this.#deliver(cursor, next);
  }

  #deliver(cursor: Cursor, slice: Slice | undefined): void {
    if (!slice || this.#ended) return;
    this.#send(slice.frames);
    this.#counters.delivered += slice.messages;
    cursor.advance(slice);
  }

  #send(frames: readonly string[]): void {
    this.#counters.frames += frames.length;
    for (const frame of frames) {
      this.#sink.send(frame);
      this.#stall.given(frame.length);
    }
  }

  // Its state, for the metrics.

  /** The name of its wire. */
  get wire(): string {
    return this.#wire.name;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Whether it is served from the journal. */
  isBehind(): boolean {
    return !this.#ended && this.#cursor?.isBehind === true;
  }

  /** Whether it has accepted nothing for some seconds although something waits for it. */
  isStalled(now: number): boolean {
    return this.#stall.isStalled(now);
  }

  // The end.

  /** Ends it if it has expired or stalled; called about once a second, with both clocks. */
  sweep(monotonic: number, wall: number): void {
    if (wall >= this.#request.expires) return this.end(CLOSE_REASONS.expired);
    if (this.#stall.check(monotonic) > this.#services.config.stall * 1000) {
      this.end(CLOSE_REASONS.stalled);
    }
  }

  /**
   * Ends it; only the first reason counts. It leaves the room at once; the writer closes the
   * socket and does not wait for it, since a peer that reads nothing never lets it close.
   */
  end(reason: CloseReason): void {
    if (this.#ended) return;
    // What was said before its room was open is kept even if nobody waits for the answer.
    if (!reason.code) { for (const frame of this.#early.splice(0)) this.#read(frame); }
    if (this.#ended) return;
    this.#ended = reason;
    const { hub, log } = this.#services;
    hub.leave(this);
    hub.counters.closed(reason);
    log.info("closed", { reason: reason.name, wire: this.#wire.name, room: this.room });
    this.notify();
  }
}
