/**
 * A TCP link to a server on this machine that can break in many ways.
 *
 * It passes bytes on in both directions. A server that refuses the connection ends the near side, as
 * it would without the link.
 */

import { pause } from "./wait.ts";

/** A link to one port, at a port of its own. */
export class FaultyLink implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  #port: number;
  readonly #delayMs: number;
  readonly #ends = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #isWhole = true;
  #dropsPublished = false;
  #dropsAnswers = false;
  /** Resolves when what the server sends is passed on again. */
  #held = Promise.resolve();
  #release = () => {};
  #dropped = 0;
  #passed = 0;
  #opened = 0;

  /**
   * @param port where it leads to, on the loopback interface
   * @param delayMs how long each piece of what the server sends is held
   */
  constructor(port: number, delayMs = 0) {
    this.#port = port;
    this.#delayMs = delayMs;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#running = this.#run();
  }

  /** The near end, as `host:port`. */
  get host(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  /** What `--db` takes, for a link to Redis. */
  get url(): string {
    return `redis://${this.host}`;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#ends.size / 2;
  }

  /** How many connections there have been. */
  get opened(): number {
    return this.#opened;
  }

  /** How many pieces of what the server has sent were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many pieces of what the server has sent were passed on. */
  get passed(): number {
    return this.#passed;
  }

  async #run(): Promise<void> {
    const connections = new Set<Promise<void>>();
    for await (const near of this.#listener) {
      if (!this.#isWhole) near.close();
      else {
        const connection = this.#connect(near).finally(() => connections.delete(connection));
        connections.add(connection);
      }
    }
    await Promise.all(connections);
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    } catch (error) {
      near.close();
      const { ConnectionRefused, ConnectionReset } = Deno.errors;
      if (error instanceof ConnectionRefused || error instanceof ConnectionReset) return;
      throw error;
    }
    this.#opened++;
    for (const end of [near, far]) this.#ends.add(end);
    const filter = new TransformStream<Uint8Array, Uint8Array>({
      transform: async (bytes, out) => {
        await this.#held;
        if (this.#delayMs > 0) await pause(this.#delayMs);
        if (this.#dropsAnswers || this.#dropsPublished && isPublished(bytes)) this.#dropped++;
        else {
          this.#passed++;
          out.enqueue(bytes);
        }
      },
    });
    await Promise.allSettled([
      near.readable.pipeTo(far.writable),
      far.readable.pipeThrough(filter).pipeTo(near.writable),
    ]);
    for (const end of [near, far]) this.#ends.delete(end);
  }

  /** Ends all connections, and every new one at once. */
  cut(): void {
    this.#isWhole = false;
    this.#release();
    for (const end of this.#ends) {
      try {
        end.close();
      } catch {
        // The other end has closed it.
      }
    }
  }

  /** Leads to another port from now on; connections to the old one are closed. */
  redirect(port: number): void {
    this.cut();
    this.#port = port;
    this.#isWhole = true;
  }

  /** Passes on nothing that the server sends until it is repaired or cut; then nothing is missing. */
  hold(): void {
    this.#release();
    ({ promise: this.#held, resolve: this.#release } = Promise.withResolvers<void>());
  }

  /** Drops whatever the server sends; connections stay, and the server still receives. */
  dropAnswers(): void {
    this.#dropsAnswers = true;
  }

  /** Drops what Redis publishes. */
  dropPublished(): void {
    this.#dropsPublished = true;
  }

  /** Passes everything on again. */
  repair(): void {
    this.#isWhole = true;
    this.#release();
    this.#dropsAnswers = this.#dropsPublished = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await this.#running;
  }
}

function isPublished(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 20)).startsWith("*3\r\n$7\r\nmessage");
}
