/**
 * A reader of a drill: a WebSocket on a bare TCP connection, which reads nothing until it is told to,
 * and then slowly until it is told to hurry.
 *
 * It does not parse frames: it finds the messages in the bytes, since no frame ends inside a message.
 * That is enough for a drill's messages, which are ASCII and have no braces in their texts.
 */

import type { Ledger } from "./ledger.ts";
import { pause, until } from "../testing/wait.ts";

const MESSAGE = /\{"type":"message","seq":(\d+),[^{}]*"id":"([^"]*)"\}/g;
const CHUNK = 32 * 1024;
const PAUSE_MS = 15;

/** One reader. */
export class Reader {
  readonly #connection: Deno.TcpConn;
  readonly #name: string;
  #seq = 0;
  #pauseMs = PAUSE_MS;

  private constructor(connection: Deno.TcpConn, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  /** Connects, and asks for everything from the first message on. */
  static async join(host: string, room: string, name: string): Promise<Reader> {
    const [hostname, port] = host.split(":");
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const head = `GET /rooms/${room}?since=0&name=${name} HTTP/1.1\r\nHost: ${host}\r\n` +
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
    await connection.write(new TextEncoder().encode(head));
    return new Reader(connection, name);
  }

  /** Reads until the connection ends, and records what it sees. */
  async read(ledger: Ledger): Promise<void> {
    const chunk = new Uint8Array(CHUNK);
    const decoder = new TextDecoder("latin1");
    for (let text = "";;) {
      const count = await this.#connection.read(chunk).catch(() => null);
      if (count === null) return;
      text += decoder.decode(chunk.subarray(0, count));
      let end = 0;
      for (const found of text.matchAll(MESSAGE)) {
        this.#see(Number(found[1]), found[2], ledger);
        end = found.index + found[0].length;
      }
      text = text.slice(end);
      await pause(this.#pauseMs);
    }
  }

  #see(seq: number, id: string, ledger: Ledger): void {
    const wrong = seq <= this.#seq ? "doubled" : seq > this.#seq + 1 ? "disordered" : undefined;
    if (wrong) ledger.blame(wrong, `${this.#name} got ${seq} after ${this.#seq}`);
    this.#seq = seq;
    ledger.saw({ seq, id });
  }

  /** Reads as fast as it can from now on, and waits until it has seen this message. */
  async hurry(seq: number): Promise<void> {
    this.#pauseMs = 0;
    await until(() => this.#seq >= seq, `${this.#name} to see ${seq}`);
  }

  /** Leaves. */
  leave(): void {
    this.#connection.close();
  }
}
