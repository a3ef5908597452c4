/**
 * The heartbeat: notices that a connection is dead although nothing has closed it.
 *
 * After `quietMs` without a frame it pings; a connection is dead when two pings in a row, `answerMs`
 * apart, brought no frame of any kind. Two, because a timer may be late for reasons that say nothing
 * about the connection: a hidden tab's timers run once a minute, a machine sleeps. The first late
 * timer then finds frames that have not been read yet, the second does not.
 */

/** How long a heartbeat waits. */
export interface HeartbeatTiming {
  /** Silence until it pings. */
  readonly quietMs: number;
  /** Silence after a ping until the next one, and after that until the end. */
  readonly answerMs: number;
}

const PINGS = 2;

/** The heartbeat of one connection at a time. */
export class Heartbeat {
  readonly #timing: HeartbeatTiming;
  readonly #ping: () => void;
  readonly #dead: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #unanswered = 0;

  /**
   * @param ping sends something that every server answers
   * @param dead is called once, when nothing has answered
   */
  constructor(timing: HeartbeatTiming, ping: () => void, dead: () => void) {
    this.#timing = timing;
    this.#ping = ping;
    this.#dead = dead;
  }

  /** A connection is up. */
  start(): void {
    this.stop();
    this.heard();
    this.#timer = setTimeout(this.#look, this.#timing.quietMs);
  }

  /** The connection is gone. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A frame came. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#unanswered = 0;
  }

  /** Pings now: there is a reason to doubt the connection. */
  probe(): void {
    if (this.#timer === undefined || this.#unanswered > 0) return;
    clearTimeout(this.#timer);
    this.#pingOnce();
  }

  #look = (): void => {
    const left = this.#heardAt + this.#timing.quietMs - performance.now();
    if (this.#unanswered === 0 && left > 0) this.#timer = setTimeout(this.#look, left);
    else if (this.#unanswered < PINGS) this.#pingOnce();
    else {
      this.stop();
      this.#dead();
    }
  };

  #pingOnce(): void {
    this.#unanswered++;
    this.#timer = setTimeout(this.#look, this.#timing.answerMs);
    this.#ping();
  }
}
