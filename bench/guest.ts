/**
 * One client of the load: a TCP connection that was upgraded by hand.
 *
 * Gone is who the server has closed, or whose connection broke; the load goes on without them.
 */

import { Inbox, Phrase } from "./codec.ts";
import type { LoadOptions } from "./task.ts";

const SAY = ['{"type":"say","text":"', '"}'] as const;
/** The least that a message's JSON has beside its text, which no mark can stand in. */
const WRAPPING = 60;

/** A connected client. */
export class Guest {
  readonly inbox: Inbox;
  /** The server closed it, or the connection broke. */
  gone = false;
  readonly #connection: Deno.TcpConn;
  readonly #phrase: Phrase;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #heard: (guest: Guest) => void;
  #out: Uint8Array<ArrayBuffer>;
  #writing = false;
  #closing = false;
  #listening: Promise<void> | undefined;
  /** What was to be said while something else was being written. */
  #waiting = 0;

  constructor(
    connection: Deno.TcpConn,
    { json, size, clients }: LoadOptions,
    heard: (guest: Guest) => void,
  ) {
    this.#connection = connection;
    this.#phrase = json ? new Phrase(size, ...SAY) : new Phrase(size);
    this.inbox = new Inbox(json ? size + WRAPPING : size);
    this.#buffer = new Uint8Array(clients > 1000 ? 16_384 : 65_536);
    this.#out = new Uint8Array(this.#phrase.length);
    this.#heard = heard;
  }

  /** Whether something is being written. */
  get busy(): boolean {
    return this.#writing;
  }

  /** Reads the head of the answer, and what of the first frames came with it. */
  async upgrade(host: string, path: string): Promise<void> {
    const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Key: aHViYnViJ3MgYmVuY2ggIQ==\r\n" +
      "Sec-WebSocket-Version: 13\r\n\r\n";
    await this.#write(new TextEncoder().encode(head));
    const decoder = new TextDecoder("latin1");
    let filled = 0;
    let end = -1;
    let answer = "";
    while (end < 0) {
      const count = await this.#connection.read(this.#buffer.subarray(filled));
      if (!count) throw new Error(`no answer to the upgrade of ${path}`);
      filled += count;
      answer = decoder.decode(this.#buffer.subarray(0, filled));
      end = answer.indexOf("\r\n\r\n");
    }
    if (!answer.startsWith("HTTP/1.1 101")) throw new Error(`${path}: ${answer.split("\r\n")[0]}`);
    this.inbox.take(this.#buffer.subarray(end + 4, filled));
  }

  /** Reads until the connection ends. */
  listen(): void {
    this.#listening = this.#read();
  }

  async #read(): Promise<void> {
    const { inbox } = this;
    try {
      while (!inbox.closed) {
        const count = await this.#connection.read(this.#buffer);
        if (count === null) break;
        inbox.take(this.#buffer.subarray(0, count));
        if (inbox.pong) this.#answer();
        this.#heard(this);
      }
    } catch {
      // It broke, or we closed it.
    }
    if (!this.#closing) this.gone = true;
  }

  #answer(): void {
    // A pong must not stand inside another frame; the server asks again.
    if (!this.#writing) this.#send(this.inbox.pong!);
    this.inbox.pong = undefined;
  }

  /** Says so many messages with this time. */
  say(count: number, micros: number): void {
    if (this.gone) return;
    if (this.#writing) {
      this.#waiting += count;
      return;
    }
    const { length } = this.#phrase;
    if (this.#out.length < count * length) this.#out = new Uint8Array(count * length);
    for (let n = 0; n < count; n++) this.#phrase.put(this.#out, n * length, micros);
    this.#send(this.#out.subarray(0, count * length));
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#writing = true;
    try {
      await this.#write(bytes);
    } catch {
      this.gone = !this.#closing;
    }
    this.#writing = false;
    const count = this.#waiting;
    this.#waiting = 0;
    if (count > 0) this.say(count, performance.now() * 1000);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    this.#closing = true;
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    await this.#listening;
  }
}

/** Connects a client. */
export async function connect(
  options: LoadOptions,
  number: number,
  heard: (guest: Guest) => void,
): Promise<Guest> {
  const { path, others = [] } = options;
  const port = [options.port, ...others][number % (1 + others.length)];
  const hostname = "127.0.0.1";
  const connection = await Deno.connect({ hostname, port });
  connection.setNoDelay(true);
  const guest = new Guest(connection, options, heard);
  try {
    await guest.upgrade(`${hostname}:${port}`, path.replaceAll("{n}", String(number)));
  } catch (error) {
    await guest.close();
    throw error;
  }
  return guest;
}
