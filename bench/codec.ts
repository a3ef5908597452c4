/**
 * As much of WebSocket (RFC 6455) as a load needs, on bytes.
 *
 * Out: masked frames with a key of zeros, which leaves their payload as it is, so that a frame can
 * be made once and only its time stamp changed. In: an `Inbox` reads the frames of one connection
 * as they come, cut anywhere, and keeps none of them. It counts messages, not frames, since a frame
 * may carry several: a message holds one `MARK`, followed by the time at which it was sent, and
 * nothing else on the wire holds that byte.
 */

/** The byte that begins a message: `~`. */
export const MARK = 0x7e;

/** Digits of a time stamp: microseconds, enough for two hours. */
const DIGITS = 10;

/** The shortest message: the mark and its stamp. */
export const SHORTEST = 1 + DIGITS;

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FINAL = 0x80;

const encoder = new TextEncoder();

/** A client's frame around a payload of less than 64 KiB. */
export function frame(opcode: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = payload;
  const size = length < 126 ? [FINAL | length] : [FINAL | 126, length >> 8, length & 255];
  const head = [FINAL | opcode, ...size, 0, 0, 0, 0];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** What one client says, over and over: a frame whose stamp is set before each sending. */
export class Phrase {
  readonly length: number;
  readonly #frame: Uint8Array<ArrayBuffer>;
  readonly #stampAt: number;

  /**
   * @param size bytes of the message, {@linkcode SHORTEST} at least
   * @param before what stands before the message in its frame
   * @param after what stands behind it
   */
  constructor(size: number, before = "", after = "") {
    const message = "~".padEnd(SHORTEST, "0").padEnd(size, " talk");
    this.#frame = frame(TEXT, encoder.encode(before + message + after));
    this.#stampAt = this.#frame.indexOf(MARK, 1) + 1;
    this.length = this.#frame.length;
  }

  /** Writes it at `at`, with this time. */
  put(into: Uint8Array, at: number, micros: number): void {
    into.set(this.#frame, at);
    let rest = Math.floor(micros);
    for (let digit = at + this.#stampAt + DIGITS - 1; digit >= at + this.#stampAt; digit--) {
      into[digit] = 48 + rest % 10;
      rest = Math.floor(rest / 10);
    }
  }
}

/** The frames that come on one connection. */
export class Inbox {
  /** Messages seen. */
  messages = 0;
  frames = 0;
  /** When the first message in the last chunk was sent; -1 if no stamp stood whole in it. */
  stamp = -1;
  /** A close frame came. */
  closed = false;
  /** The pong that is owed, if any. */
  pong: Uint8Array<ArrayBuffer> | undefined;
  readonly #gap: number;
  readonly #head: number[] = [];
  #opcode = 0;
  /** Bytes of the frame's payload that are still to come. */
  #left = 0;
  readonly #ping: number[] = [];

  /** @param gap two marks are never closer than this: what lies between is not looked at */
  constructor(gap: number) {
    this.#gap = gap;
  }

  /** Takes what was read. */
  take(chunk: Uint8Array): void {
    this.stamp = -1;
    const end = chunk.length;
    for (let at = 0; at < end;) {
      if (this.#left === 0) at = this.#begin(chunk, this.#skim(chunk, at));
      if (this.#left === 0) continue;
      const stop = Math.min(end, at + this.#left);
      if (this.#opcode < CLOSE) this.#count(chunk, at, stop);
      else if (this.#opcode === PING) this.#ping.push(...chunk.subarray(at, stop));
      this.#left -= stop - at;
      at = stop;
      if (this.#left === 0) this.#done();
    }
  }

  /** Reads text frames that are here as a whole, millions a second from some servers. */
  #skim(chunk: Uint8Array, at: number): number {
    if (this.#head.length > 0) return at;
    let frames = 0;
    for (; at + 4 < chunk.length; frames++) {
      const short = chunk[at + 1];
      if (chunk[at] !== (FINAL | TEXT) || short > 126) break;
      const from = short < 126 ? at + 2 : at + 4;
      const stop = from + (short < 126 ? short : chunk[at + 2] << 8 | chunk[at + 3]);
      if (stop > chunk.length) break;
      this.#count(chunk, from, stop);
      at = stop;
    }
    this.frames += frames;
    return at;
  }

  /** Reads a frame's head, or as much of it as there is; answers where it ended. */
  #begin(chunk: Uint8Array, at: number): number {
    const head = this.#head;
    while (at < chunk.length) {
      head.push(chunk[at++]);
      const size = head.length < 2 || head[1] < 126 ? 2 : head[1] === 126 ? 4 : 10;
      if (head.length < size) continue;
      const wide = head.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
      this.#open(head[0], size === 2 ? head[1] : wide);
      head.length = 0;
      break;
    }
    return at;
  }

  #open(first: number, length: number): void {
    this.frames++;
    this.#opcode = first & 15;
    this.#left = length;
    if (this.#opcode === CLOSE) this.closed = true;
    if (length === 0) this.#done();
  }

  #done(): void {
    if (this.#opcode !== PING) return;
    this.pong = frame(PONG, Uint8Array.from(this.#ping));
    this.#ping.length = 0;
  }

  #count(chunk: Uint8Array, from: number, to: number): void {
    let count = 0;
    for (let at = from; at < to; at += this.#gap) {
      if (chunk[at] !== MARK) {
        at = chunk.indexOf(MARK, at);
        if (at < 0 || at >= to) break;
      }
      if (this.stamp < 0) this.stamp = stampAt(chunk, at + 1, to);
      count++;
    }
    this.messages += count;
  }
}

function stampAt(chunk: Uint8Array, at: number, to: number): number {
  if (at + DIGITS > to) return -1;
  let micros = 0;
  for (let i = at; i < at + DIGITS; i++) micros = micros * 10 + chunk[i] - 48;
  return micros;
}
