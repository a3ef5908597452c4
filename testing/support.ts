/**
 * What the tests share: permissions, servers, and clients that wait for what they expect.
 *
 * A test that needs permissions it was not given is ignored (a bare `deno test` has none). Nothing
 * here sleeps: everything that is waited for is an event, and every wait ends, with an error that
 * says what did not come.
 */

import { openChat } from "../chat.ts";
import { type Config, parseConfig } from "../config/config.ts";
import * as wait from "./wait.ts";
import type { Log } from "../telemetry/log.ts";
import { importMap, serverCommand } from "./start_task.ts";

export { importMap, serverCommand };

/** Whether this run may use the network, files and programs. */
export const allowed = (["net", "read", "write", "run", "env"] as const).every(
  (name) => Deno.permissions.querySync({ name }).state === "granted",
);

/** How long anything is waited for. */
const PATIENCE_MS = 10_000;

/** Runs a test that needs permissions, or ignores it. */
export function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, ignore: !allowed, fn });
}

/** What `promise` comes to, or an error that names what was waited for. */
export function within<T>(promise: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  return wait.within(promise, what, ms);
}

/** The configuration that these flags give. */
export function config(...flags: string[]): Config {
  const order = parseConfig(["--db", ":memory:", "--addr", "127.0.0.1:0", ...flags], () => "");
  if (!("serve" in order)) throw new Error("these flags do not serve");
  return order.serve;
}

/** A log that remembers. */
export function rememberingLog(): Log & { events: string[] } {
  const events: string[] = [];
  const put = (event: string, fields = {}) => {
    events.push(
      `${event} ${JSON.stringify(fields, (_key, v) => v instanceof Error ? v.message : v)}`,
    );
  };
  return { events, info: put, warn: put, error: put };
}

/** A chat in this process, listening on a port of its own. */
export interface House {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly log: Log & { events: string[] };
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens a chat with these flags in this process; for tests that do not need one of its own. */
export async function openHouse(...flags: string[]): Promise<House> {
  const log = rememberingLog();
  const chat = await openChat(config(...flags), log);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    chat.fetch,
  );
  return {
    host: `127.0.0.1:${server.addr.port}`,
    log,
    async [Symbol.asyncDispose]() {
      await chat.close();
      await within(server.shutdown(), "the listener to close");
    },
  };
}

/** A server in a process of its own, which can be killed. */
export interface Server {
  readonly host: string;
  readonly pid: number;
  /** Sends the signal and answers with how it ended. */
  stop(signal?: Deno.Signal): Promise<Deno.CommandStatus>;
  [Symbol.asyncDispose](): Promise<void>;
}

const ROOT = new URL("..", import.meta.url);

/** Runs the program to its end. */
export async function run(flags: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...serverCommand(), ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr } = await within(command.output(), "the program to end");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Starts the program and waits until it listens. */
export async function startServer(...flags: string[]): Promise<Server> {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...serverCommand(), "--addr", "127.0.0.1:0", "--db", ":memory:", ...flags],
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const url = await within(firstLine(process.stdout), "the server to listen");
  const host = /^Listening on https?:\/\/(\S+)\/$/.exec(url)?.[1];
  if (!host) throw new Error(`it said "${url}"`);
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      process.kill(signal);
    } catch {
      // It has ended by itself.
    }
    return await within(process.status, "the server to end");
  };
  return {
    host,
    pid: process.pid,
    stop,
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0];
}

/** A client on any wire: a WebSocket whose pieces (lines of its frames) can be waited for. */
export class Peer {
  readonly socket: WebSocket;
  /** Frames as they came. */
  readonly frames: string[] = [];
  /** Lines of these frames, in order. */
  readonly lines: string[] = [];
  /** How it ended. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #wakes = new Set<() => void>();
  #read = 0;

  private constructor(url: string, headers: Record<string, string>) {
    // A browser's WebSocket, whose types the page's tests bring along, takes no headers; Deno's does.
    this.socket = new WebSocket(url, { headers } as unknown as string[]);
    this.socket.onmessage = ({ data }) => {
      this.frames.push(data);
      this.lines.push(...data.split("\n"));
      this.#wake();
    };
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code, reason }) => {
        resolve({ code, reason });
        this.#wake();
      };
    });
  }

  /** Connects, and waits until it is open. */
  static async join(
    host: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Peer> {
    const peer = new Peer(`ws://${host}${path}`, headers);
    await within(
      new Promise<void>((resolve, reject) => {
        peer.socket.onopen = () => resolve();
        peer.socket.onerror = (event) =>
          reject(new Error(`${path}: ${(event as ErrorEvent).message}`));
      }),
      `${path} to open`,
    );
    peer.socket.onerror = null;
    return peer;
  }

  /** The next line that has not been read yet. */
  async line(): Promise<string> {
    await this.until(() => this.lines.length > this.#read, "a line");
    return this.lines[this.#read++];
  }

  /** The next object of this type on the JSON wire; those before it are passed over. */
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  async next(type: string): Promise<any> {
    for (;;) {
      const object = JSON.parse(await this.line());
      if (object.type === type) return object;
    }
  }

  /** Waits until the condition holds, looking whenever something comes. */
  async until(condition: () => boolean, what: string): Promise<void> {
    while (!condition()) {
      if (this.socket.readyState > WebSocket.OPEN) throw new Error(`closed before ${what}`);
      await within(new Promise<void>((resolve) => this.#wakes.add(resolve)), what);
    }
  }

  #wake(): void {
    for (const wake of this.#wakes) wake();
    this.#wakes.clear();
  }

  /** Objects of this type that have come so far. */
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  all(type: string): any[] {
    return this.lines.map((line) => JSON.parse(line)).filter((object) => object.type === type);
  }

  /** Sends a frame; what is no string is sent as JSON. */
  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Says something on the JSON wire. */
  say(text: string, id?: string): void {
    this.send({ type: "say", text, id });
  }

  /** Closes and waits until it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState <= WebSocket.OPEN) this.socket.close();
    await within(this.closed, "the client to close");
  }
}

/** A client that writes bytes: for what no WebSocket of good manners would send. */
export class RawPeer {
  readonly #connection: Deno.TcpConn;
  #received = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /** Connects and writes the head of a request, with the headers of an upgrade unless told others. */
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
