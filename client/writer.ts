/**
 * The writer of one connection, and the only code that sends.
 *
 * When it is notified, it sends everything that has come since as one frame, until nothing is left or the
 * socket is full, which notifies it later. It is no task of its own, which would have to be woken for each
 * frame of each client; only while the journal is read it waits. Answers to this client alone wait in a
 * short queue here; everything else comes from its source, the cursors of the connection, so a slow client
 * costs no more than a number for each of its rooms.
 */

import { setImmediate } from "node:timers";
import { LIMITS } from "../config/limits.ts";
import type { WireCounters } from "../telemetry/counters.ts";
import { isWritable, onWritable, type Sink, StallDetector } from "./backpressure.ts";
import type { CloseReason } from "./close_reasons.ts";
import { Closing } from "./closing.ts";

/** Where everything that is not an answer comes from. */
export interface Source {
  /** Whether there is something to send. */
  readonly hasNext: boolean;
  /** Sends what comes next with {@linkcode Writer.send}; waits only for the journal. */
  sendNext(): void | Promise<void>;
  /** The writer has failed, and sends nothing more. */
  failed(error: unknown): void;
}

/** Sends to one socket. */
export class Writer {
  readonly #sink: Sink;
  readonly #source: Source;
  readonly #counters: WireCounters;
  readonly #stall: StallDetector;
  /** Frames for this client alone, and their length. */
  #answers: string[] = [];
  #answersLength = 0;
  /** It writes or waits for the journal, or has closed the socket: then a notification does nothing. */
  #isBusy = false;
  #isDue = false;
  #ended: CloseReason | undefined;
  #closing: Closing | undefined;

  constructor(sink: Sink, source: Source, counters: WireCounters) {
    this.#sink = sink;
    this.#source = source;
    this.#counters = counters;
    this.#stall = new StallDetector(sink, performance.now());
  }

  /** Queues frames for this client alone. A client that does not read its answers loses them. */
  answer(frames: readonly string[]): void {
    for (const frame of frames) {
      if (this.#answersLength + frame.length > LIMITS.answersLength) return;
      this.#answersLength += frame.length;
      this.#answers.push(frame);
    }
    this.notify();
  }

  /** There may be something to send, or the socket may accept it. Never throws. */
  notify(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    let reading: Promise<void> | undefined;
    try {
      reading = this.#write();
    } catch (error) {
      this.#source.failed(error);
    }
    if (reading) this.#continueAfter(reading);
    else if (this.#ended) this.#close(this.#ended);
    else this.#isBusy = false;
  }

  /** Notifies it once when the current code is done, so that what comes from several places is joined. */
  notifySoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.notify();
    });
  }

  /** Sends what there is; returns early if the journal must be read first. */
  #write(): Promise<void> | undefined {
    while (!this.#ended && (this.#answers.length > 0 || this.#source.hasNext)) {
      if (!isWritable(this.#sink)) return void onWritable(this.#sink, this);
      if (this.#answers.length > 0) this.#sendAnswers();
      else {
        const reading = this.#source.sendNext();
        if (reading) return reading;
      }
    }
  }

  async #continueAfter(reading: Promise<void>): Promise<void> {
    try {
      await reading;
    } catch (error) {
      this.#source.failed(error);
    }
    this.#isBusy = false;
    this.notify();
  }

  #close({ code, name, isProvoked }: CloseReason): void {
    if (!code) return;
    // The client learns the reason before it is disconnected.
    if (isWritable(this.#sink)) this.#sendAnswers();
    const close = () => this.#sink.close(code, name);
    if (isProvoked) this.#closing = new Closing(close);
    // Not at once: while a frame is arriving, the runtime would close the socket without a reason.
    else setImmediate(close);
  }

  #sendAnswers(): void {
    this.#answersLength = 0;
    this.send(this.#answers.splice(0));
  }

  /** Sends frames; only its source does that, when it is asked for what comes next. */
  send(frames: readonly string[]): void {
    this.#counters.frames += frames.length;
    for (const frame of frames) {
      this.#sink.send(frame);
      this.#stall.given(frame.length);
    }
  }

  /** Whether the peer has accepted nothing for some seconds although something waits for it. */
  isStalled(now: number): boolean {
    return this.#stall.isStalled(now);
  }

  /** Checks the socket; returns for how many milliseconds it has accepted nothing. */
  stalledMs(now: number): number {
    return this.#stall.check(now);
  }

  /**
   * Closes the socket with this reason, after what was answered. Does not wait for the peer, since one
   * that reads nothing never lets it close.
   */
  end(reason: CloseReason): void {
    this.#ended ??= reason;
    this.notify();
  }

  /** A frame has come after the end. */
  heard(): void {
    this.#closing?.heard();
  }

  /** The socket is closed. */
  closed(): void {
    this.#closing?.stop();
  }
}
