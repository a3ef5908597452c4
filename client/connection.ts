/**
 * A connection: its reader's checks, its writer, and its end. What it follows, one room or all, is up to
 * the classes that extend it.
 *
 * It lives until it ends, for the first reason only. Then it leaves its rooms at once; the writer closes
 * the socket and does not wait for it, since a peer that reads nothing never lets it close.
 */

import type { Person } from "../hub/person.ts";
import type { WireCounters } from "../telemetry/counters.ts";
import { fitsBytes } from "../wire/sanitize.ts";
import type { Refusal, Wire } from "../wire/wire.ts";
import type { Sink } from "./backpressure.ts";
import { CLOSE_REASONS, type CloseReason } from "./close_reasons.ts";
import { ConnectionLimits, frameBytes } from "./rate_limit.ts";
import type { Credentials, Services } from "./services.ts";
import { type Source, Writer } from "./writer.ts";

/** What all connections have in common. */
export abstract class Connection implements Source {
  protected readonly services: Services;
  readonly counters: WireCounters;
  readonly limits: ConnectionLimits;
  protected readonly writer: Writer;
  readonly #credentials: Credentials;
  readonly #wire: Wire;
  #ended: CloseReason | undefined;

  constructor(sink: Sink, wire: Wire, credentials: Credentials, services: Services) {
    this.services = services;
    this.#wire = wire;
    this.#credentials = credentials;
    this.counters = services.hub.counters.wire(wire.name);
    this.limits = new ConnectionLimits(services.config);
    this.writer = new Writer(sink, this, this.counters);
  }

  /** Whose connection it is, as they are called on it. */
  abstract readonly person: Person;

  // What it follows.

  /** Its socket is open: it enters what it follows. */
  abstract start(): void;
  abstract readonly hasNext: boolean;
  abstract sendNext(): void | Promise<void>;
  /** Reads a frame of text that is not too long. */
  protected abstract read(frame: string): void;
  /** It has ended: leaves what it follows. */
  protected abstract leave(): void;
  /** Refuses all commands from now on. */
  abstract startDraining(): void;
  /** Somebody has another name; it may be the person of this connection. */
  abstract rename(person: string, name: string): void;
  /** Whether it is served from the journal. */
  abstract isBehind(): boolean;
  /** Whether it follows a room, or may. */
  abstract follows(room: string): boolean;
  /** What the log calls the place where it was. */
  protected abstract readonly place: string;

  // The reader.

  /** Reads what came from the socket. */
  receive(data: unknown): void {
    if (this.#ended) return this.writer.heard();
    if (!this.limits.frame()) return this.end(CLOSE_REASONS.flooding);
    if (typeof data !== "string") return this.end(CLOSE_REASONS.binary);
    if (!fitsBytes(data, frameBytes(this.services.config))) {
      return this.end(CLOSE_REASONS.tooLarge);
    }
    this.read(data);
  }

  /** Refuses a command; one refusal too many ends the connection. */
  protected refuseWith(code: Refusal, frames: readonly string[]): void {
    if (this.#ended) return;
    this.services.hub.counters.refused(code);
    this.writer.answer(frames);
    if (!this.limits.refusal()) this.end(CLOSE_REASONS.flooding);
  }

  // The writer.

  /** There may be something to send. */
  notify(): void {
    this.writer.notify();
  }

  failed(error: unknown): void {
    this.services.log.error("writer failed", { error });
    this.end(CLOSE_REASONS.overloaded);
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

  /** Whether it has accepted nothing for some seconds although something waits for it. */
  isStalled(now: number): boolean {
    return this.writer.isStalled(now);
  }

  // The end.

  /** Ends it if it may not be here any more, or has stalled; called about once a second. */
  sweep(monotonic: number, wall: number): void {
    const { isCurrent, expires } = this.#credentials;
    if (!isCurrent()) return this.end(CLOSE_REASONS.revoked);
    if (wall >= expires) return this.end(CLOSE_REASONS.expired);
    if (this.writer.stalledMs(monotonic) > this.services.config.stall * 1000) {
      this.end(CLOSE_REASONS.stalled);
    }
  }

  /** Its socket is closed, for a reason that only counts if it has not ended before. */
  closed(reason: CloseReason): void {
    this.end(reason);
    this.writer.closed();
  }

  /** Ends it; only the first reason counts. */
  end(reason: CloseReason): void {
    if (this.#ended) return;
    this.#ended = reason;
    const { hub, log } = this.services;
    this.leave();
    hub.counters.closed(reason);
    log.info("closed", { reason: reason.name, wire: this.wire, room: this.place });
    this.writer.end(reason);
  }
}
