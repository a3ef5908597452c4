/**
 * A client: one connection, a reader that posts and a writer that alone sends.
 *
 * The reader turns frames into letters to the hub, or into a refusal that only this client hears.
 *
 * The writer stands at a place in the room's log. It runs while there is something behind that
 * place and the socket takes it, and sends whatever came since as one frame; a socket that is full
 * costs it nothing but waiting. Where it starts before what is in memory, or has fallen behind it,
 * it catches up: page by page from the journal to a goal, the place where the tail ended when it
 * set out, and from there on along the tail. History, replay, resume and falling behind are this
 * one thing; no message is sent twice and none is left out, because a page starts where the last
 * one ended and the goal is one place in both.
 *
 * In this order: constructed, `entered` by the hub (welcome), frames, `end` once, and no more.
 */

import { setImmediate } from "node:timers";
import { setImmediate as turn } from "node:timers/promises";
import type { Config } from "./config/config.ts";
import { LIMITS } from "./config/limits.ts";
import type { WireCounters } from "./telemetry/counters.ts";
import { isWritable, onWritable, type Sink } from "./client/backpressure.ts";
import { CLOSE_REASONS, type CloseReason } from "./client/close_reasons.ts";
import type { Hub } from "./hub.ts";
import type { Journal, Message } from "./journal/journal.ts";
import { TokenBucket } from "./client/rate_limit.ts";
import type { Log } from "./telemetry/log.ts";
import type { PageCache } from "./client/page_cache.ts";
import type { Person } from "./hub/person.ts";
import type { Member, Room } from "./hub/room.ts";
import { cleanName, fitsBytes } from "./wire/sanitize.ts";
import type { Listener, Refusal, Wire } from "./wire/wire.ts";

/** Where a client wants to start, and as whom. */
export interface JoinRequest {
  readonly room: string;
  readonly person: Person;
  readonly wire: Wire;
  /** A token says the name: it cannot be changed. */
  readonly named: boolean;
  /** Follows without being here. */
  readonly observer: boolean;
  /** The newest message the client has; undefined for one that has none. */
  readonly since: number | undefined;
  /** The epoch that `since` belongs to; undefined: this one. */
  readonly epoch: string | undefined;
  /** Messages to start with, for a client without `since`. */
  readonly replay: number;
  /** When it must go (milliseconds since 1970). */
  readonly expires: number;
}

/** What clients share. */
export interface Services {
  readonly hub: Hub;
  readonly journal: Journal;
  readonly pages: PageCache;
  readonly log: Log;
  readonly config: Config;
}

interface Goal {
  readonly seq: number;
  readonly index: number;
  /** It had fallen behind, so it missed what is not in the journal. */
  readonly late: boolean;
}

/** One connection. */
export class Client implements Member, Listener {
  readonly room: string;
  person: Person;
  readonly observer: boolean;
  readonly #entrance: JoinRequest;
  readonly #outlet: Sink;
  readonly #wire: Wire;
  readonly #around: Services;
  readonly #counts: WireCounters;
  readonly #bucket: TokenBucket | undefined;
  readonly #patience: TokenBucket | undefined;
  /** Of frames, whatever they are, and typing: what says nothing costs something, too. */
  readonly #frames: TokenBucket | undefined;
  #ended = false;
  /** The server goes away: nothing more is listened to. */
  #hushed = false;
  /** The room, once it is in. */
  #inside: Room | undefined;
  /** The newest message sent. */
  #seq = 0;
  /** The cursor on the tail, valid while there is no goal. */
  #index = 0;
  #goal: Goal | undefined;
  /** Whether gaps are told: to a client that had something before them. */
  #tellsGaps = false;
  #catchingUp = false;
  /** When it last was typing. */
  #typed = -Infinity;
  /**
   * What was handed to the outlet, in UTF-16 code units, and how much of it was taken when last
   * looked at. The outlet counts bytes: what is not ASCII looks as if something had been taken, but
   * only until the outlet is full, since from then on nothing is handed to it.
   */
  #handed = 0;
  #taken = 0;
  #tookAt = 0;

  constructor(outlet: Sink, entrance: JoinRequest, around: Services) {
    this.#outlet = outlet;
    this.#entrance = entrance;
    this.#around = around;
    this.#wire = entrance.wire;
    this.#counts = around.hub.counters.wire(entrance.wire.name);
    this.room = entrance.room;
    this.person = entrance.person;
    this.observer = entrance.observer;
    const { rate, burst } = around.config;
    const now = performance.now();
    this.#tookAt = now;
    if (rate === 0) return;
    this.#bucket = new TokenBucket(rate, burst, now);
    this.#patience = new TokenBucket(rate, Math.max(burst, LIMITS.floodRefusals), now);
    this.#frames = new TokenBucket(2 * rate + 10, 2 * burst + LIMITS.floodRefusals, now);
  }

  /** The newest message it has of this numbering. */
  get since(): number | undefined {
    const { since, epoch } = this.#entrance;
    return epoch === undefined || epoch === this.#around.journal.epoch ? since : undefined;
  }

  // The reader.

  /** Takes what came from the socket. */
  receive(data: unknown): void {
    if (this.#ended) return;
    if (this.#frames?.take(performance.now()) === false) return this.end(CLOSE_REASONS.flooding);
    if (typeof data !== "string") return this.end(CLOSE_REASONS.binary);
    const { maxMessage } = this.#around.config;
    if (!fitsBytes(data, LIMITS.frameFactor * maxMessage)) return this.end(CLOSE_REASONS.tooLarge);
    this.#wire.decode(data, this);
  }

  say(text: string, id?: string): void {
    const { hub, config } = this.#around;
    if (!this.#allowed(id)) return;
    if (text.trim() === "") return this.refuse("bad_command", "a message needs a text", id);
    if (!fitsBytes(text, config.maxMessage)) {
      return this.refuse("too_large", `a message takes ${config.maxMessage} bytes at most`, id);
    }
    if (hub.say(this, text, id)) this.#counts.said++;
    else this.refuse("overloaded", "too much waits, try again later", id);
  }

  /**
   * Costs nothing of the rate: what comes too often is passed over, not refused. It costs as much as
   * a frame, since one frame can hold very many.
   */
  typing(): void {
    if (this.#ended || this.#hushed) return;
    const now = performance.now();
    if (this.#frames?.take(now) === false) return this.end(CLOSE_REASONS.flooding);
    if (now - this.#typed < LIMITS.typingMs) return;
    this.#typed = now;
    this.#around.hub.typing(this);
  }

  /** Refuses whatever comes from now on. */
  startDraining(): void {
    this.#hushed = true;
  }

  rename(name: string, id?: string): void {
    if (!this.#allowed(id)) return;
    if (this.#entrance.named) return this.refuse("bad_name", "your token says your name", id);
    const clean = cleanName(name);
    if (clean === undefined) {
      return this.refuse("bad_name", `a name is 1 to ${LIMITS.userName} visible characters`, id);
    }
    if (!this.#around.hub.rename(this, clean)) {
      this.refuse("overloaded", "too much waits, try again later", id);
    }
  }

  #allowed(id?: string): boolean {
    if (this.#ended) return false;
    if (this.#hushed) {
      this.refuse("overloaded", "the server goes away, say it again when it is back", id);
      return false;
    }
    if (!this.#bucket || this.#bucket.take(performance.now())) return true;
    const { rate, burst } = this.#around.config;
    this.refuse("rate_limited", `${burst} messages at once, then ${rate} a second`, id);
    return false;
  }

  // What the hub tells.

  entered(room: Room, person: Person): void {
    const { journal } = this.#around;
    const { since, epoch, replay } = this.#entrance;
    const { tail } = room;
    const reset = since !== undefined &&
      ((epoch !== undefined && epoch !== journal.epoch) || since > tail.seq);
    const resumes = since !== undefined && !reset;
    this.#inside = room;
    this.person = person;
    this.#seq = resumes ? since : Math.max(tail.seq - replay, 0);
    this.#tellsGaps = resumes;
    this.#index = tail.end;
    if (this.#seq < tail.seq) this.#goal = { seq: tail.seq, index: tail.end, late: false };
    this.#send(this.#wire.welcome({
      room: room.name,
      you: person,
      epoch: journal.epoch,
      seq: tail.seq,
      members: room.people(),
      count: room.count,
      reset,
    }));
    this.notify();
  }

  rejected(): void {
    this.end(CLOSE_REASONS.overloaded);
  }

  /** Messages come by the log; only what had been sent before its echo was asked for again does not. */
  kept(message: Message, again: boolean): void {
    if (again && message.seq <= this.#seq) this.#answer(this.#wire.encode([message]));
  }

  refuse(code: Refusal, detail: string, id?: string): void {
    if (this.#ended) return;
    this.#around.hub.counters.refused(code);
    this.#answer(this.#wire.refusal(code, detail, id));
    if (this.#patience?.take(performance.now()) === false) this.end(CLOSE_REASONS.flooding);
  }

  // The writer.

  /** Sends whatever there is behind its place; at once, if it need not catch up. */
  notify(): void {
    const room = this.#inside;
    if (!room || this.#catchingUp) return;
    try {
      while (!this.#ended && this.#behind(room)) {
        if (!isWritable(this.#outlet)) return onWritable(this.#outlet, this);
        if (this.#goal) return void this.#catchUp(room);
        this.#follow(room);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#around.log.error("writer failed", { error });
    this.end(CLOSE_REASONS.overloaded);
  }

  #behind(room: Room): boolean {
    return this.#goal !== undefined || this.#index < room.tail.end;
  }

  #follow({ tail }: Room): void {
    const stretch = tail.read(this.#wire, this.#index);
    if (!stretch) {
      this.#goal = { seq: tail.seq, index: tail.end, late: true };
      this.#tellsGaps = true;
      return;
    }
    this.#send(stretch.frames);
    this.#index = stretch.end;
    if (stretch.seq === 0) return;
    this.#counts.delivered += stretch.seq - this.#seq;
    this.#seq = stretch.seq;
  }

  async #catchUp(room: Room): Promise<void> {
    this.#catchingUp = true;
    try {
      while (!this.#ended && this.#goal) {
        if (this.#seq < this.#goal.seq) await this.#step(room, this.#goal);
        else this.#arrive(room, this.#goal);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#catchingUp = false;
    }
    this.notify();
  }

  #arrive(room: Room, { late, index }: Goal): void {
    if (late) this.#send(this.#wire.members(room.people(), room.count));
    this.#index = index;
    this.#goal = undefined;
  }

  async #step(room: Room, goal: Goal): Promise<void> {
    const page = this.#remembered(room, goal) ?? await this.#page(goal);
    if (!page) return;
    const next = page.length > 0 ? page[0].seq : goal.seq + 1;
    if (next > this.#seq + 1 && this.#tellsGaps) {
      this.#send(this.#wire.gap(this.#seq + 1, next - 1));
    }
    await this.#sendPage(page);
    if (page.length === 0) this.#seq = goal.seq;
  }

  async #sendPage(page: readonly Message[]): Promise<void> {
    for (let from = 0; from < page.length && !this.#ended;) {
      const { frames, count } = this.#around.pages.encode(this.#wire, page, from);
      this.#send(frames);
      from += count;
      this.#seq = page[from - 1].seq;
      this.#counts.delivered += count;
      this.#tellsGaps = true;
      if (!isWritable(this.#outlet)) {
        await new Promise<void>((notify) => onWritable(this.#outlet, { notify }));
      }
    }
  }

  /** What is up to the goal, if memory has all of it, and nothing that is no longer kept. */
  #remembered({ tail }: Room, goal: Goal): readonly Message[] | undefined {
    const { keep } = this.#around.config;
    return keep > 0 && this.#seq < tail.seq - keep ? undefined : tail.after(this.#seq, goal.seq);
  }

  /** The next page from the journal, as far as the goal; undefined if it must be tried again. */
  async #page(goal: Goal): Promise<readonly Message[] | undefined> {
    const { pages, log } = this.#around;
    await turn();
    try {
      return await pages.after(this.room, this.#seq, goal.seq);
    } catch (error) {
      log.error("journal failed", { error });
      await new Promise((resolve) => setTimeout(resolve, LIMITS.retryMs));
    }
  }

  #send(frames: readonly string[]): void {
    if (this.#ended) return;
    this.#counts.frames += frames.length;
    for (const frame of frames) {
      this.#outlet.send(frame);
      this.#handed += frame.length;
    }
  }

  /** Frames for this client alone. One that does not take its answers loses them. */
  #answer(frames: readonly string[]): void {
    if (this.#outlet.bufferedAmount < LIMITS.answerBytes) this.#send(frames);
  }

  // How it stands, for the metrics.

  /** What its wire is called. */
  get wire(): string {
    return this.#wire.name;
  }

  /** Whether it is served from the journal. */
  isBehind(): boolean {
    return !this.#ended && this.#goal !== undefined;
  }

  /** Whether it has taken nothing for two looks at it and more, though there is something for it. */
  isStalled(monotonic: number): boolean {
    return this.#outlet.bufferedAmount > 0 && monotonic - this.#tookAt > 2 * LIMITS.sweepMs;
  }

  // The end.

  /** Looks whether it is time to go; called about once a second with both clocks. */
  sweep(monotonic: number, wall: number): void {
    if (wall >= this.#entrance.expires) return this.end(CLOSE_REASONS.expired);
    const buffered = this.#outlet.bufferedAmount;
    const taken = this.#handed - buffered;
    if (buffered === 0 || taken !== this.#taken) {
      this.#taken = taken;
      this.#tookAt = monotonic;
    } else if (monotonic - this.#tookAt > this.#around.config.stall * 1000) {
      this.end(CLOSE_REASONS.stalled);
    }
  }

  /**
   * Ends it, for whatever reason comes first. It leaves the room at once; the socket is told and
   * not waited for, since a peer that reads nothing never lets it close.
   */
  end(ending: CloseReason): void {
    if (this.#ended) return;
    this.#ended = true;
    const { hub, log } = this.#around;
    hub.leave(this);
    hub.counters.ended(ending);
    // Not at once: with a frame on its way to us the runtime would drop the socket, reason and all.
    if (ending.code) setImmediate(() => this.#outlet.close(ending.code, ending.name));
    log.info("ended", { ending: ending.name, wire: this.#wire.name, room: this.room });
  }
}
