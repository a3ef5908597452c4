/**
 * A WebSocket client of single bytes: for what no WebSocket of good manners would send.
 */

import { within } from "./wait.ts";

/** A client that writes bytes: for what no WebSocket of good manners would send. */
export class RawPeer {
  readonly #connection: Deno.TcpConn;
  #received = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects and writes the head of a request, with the headers of an upgrade unless others are given. */
  static async connect(host: string, path: string, headers = UPGRADE): Promise<RawPeer> {
    const [hostname, port] = host.split(":");
    const peer = new RawPeer(await Deno.connect({ hostname, port: Number(port) }));
    await peer.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
    return peer;
  }

  /** Connects and waits for the 101. */
  static async upgrade(host: string, path: string): Promise<RawPeer> {
    const peer = await RawPeer.connect(host, path);
    const head = await peer.head();
    if (!head.startsWith("HTTP/1.1 101")) throw new Error(head);
    return peer;
  }

  /** Writes bytes, or text. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  /** Writes a frame. `first` is its first byte: the opcode, with 0x80 for the last of a message. */
  async frame(first: number, payload: string | Uint8Array, masked = true): Promise<void> {
    await this.write(frameOf(first, payload, masked));
  }

  /** The head of the answer. */
  async head(): Promise<string> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#received);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#received = this.#received.slice(end + 4);
        return text.slice(0, end + 4);
      }
      if (!await this.#more()) throw new Error(`it ended after "${text}"`);
    }
  }

  /** The next frame; undefined when the connection has ended. */
  async next(): Promise<{ opcode: number; payload: Uint8Array } | undefined> {
    for (;;) {
      const frame = parseFrame(this.#received);
      if (frame) {
        this.#received = this.#received.slice(frame.length);
        return frame;
      }
      if (!await this.#more()) return;
    }
  }

  async #more(): Promise<boolean> {
    const chunk = new Uint8Array(65_536);
    let count: number | null = null;
    try {
      count = await within(this.#connection.read(chunk), "bytes from the server");
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    if (count === null) return false;
    const all = new Uint8Array(this.#received.length + count);
    all.set(this.#received);
    all.set(chunk.subarray(0, count), this.#received.length);
    this.#received = all;
    return true;
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** The headers that ask for an upgrade. */
export const UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n";

/** The bytes of a frame from a client. */
export function frameOf(first: number, data: string | Uint8Array, masked = true): Uint8Array {
  const payload = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const { length } = payload;
  const mask = masked ? [7, 77, 177, 211] : [];
  const flag = masked ? 0x80 : 0;
  const size = length < 126
    ? [flag | length]
    : length < 65_536
    ? [flag | 126, length >> 8, length & 255]
    : [flag | 127, 0, 0, 0, 0, length >>> 24, length >> 16 & 255, length >> 8 & 255, length & 255];
  const head = Uint8Array.from([first, ...size, ...mask]);
  const frame = new Uint8Array(head.length + length);
  frame.set(head);
  for (let i = 0; i < length; i++) frame[head.length + i] = payload[i] ^ (mask[i & 3] ?? 0);
  return frame;
}

function parseFrame(bytes: Uint8Array) {
  if (bytes.length < 2) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = bytes[1] & 127;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return;
  const size = short < 126
    ? short
    : short === 126
    ? view.getUint16(2)
    : Number(view.getBigUint64(2));
  if (bytes.length < head + size) return;
  return {
    opcode: bytes[0] & 15,
    payload: bytes.slice(head, head + size),
    length: head + size,
  };
}
