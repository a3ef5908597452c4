/**
 * A client of a test, on any wire.
 */

import { within } from "./wait.ts";

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
