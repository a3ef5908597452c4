/** What lies between a server and its Redis, and can break in many ways. */

/** A cable between a server and its Redis, which can be cut and mended. */
export class Cable implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #port: number;
  readonly #ends = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #whole = true;
  #deaf = false;
  #silent = false;
  #swallowed = 0;
  #accepted = 0;

  /** @param port where it leads to */
  constructor(port: number) {
    this.#port = port;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#running = this.#run();
  }

  /** What `--db` takes at this end of it. */
  get url(): string {
    return `redis://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** How many connections go over it. */
  get connections(): number {
    return this.#ends.size / 2;
  }

  /** How many connections there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How often Redis has said something that did not arrive. */
  get swallowed(): number {
    return this.#swallowed;
  }

  async #run(): Promise<void> {
    for await (const near of this.#listener) {
      if (this.#whole) this.#connect(near);
      else near.close();
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    } catch {
      // Nobody listens there now.
      return near.close();
    }
    this.#accepted++;
    for (const end of [near, far]) this.#ends.add(end);
    const sieve = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, out) => {
        if (this.#silent || this.#deaf && isNews(bytes)) this.#swallowed++;
        else out.enqueue(bytes);
      },
    });
    const ways = [
      near.readable.pipeTo(far.writable),
      far.readable.pipeThrough(sieve).pipeTo(near.writable),
    ];
    await Promise.allSettled(ways);
    for (const end of [near, far]) this.#ends.delete(end);
  }

  /** Cuts it: what goes over it ends, and nothing new begins. */
  cut(): void {
    this.#whole = false;
    for (const end of this.#ends) {
      try {
        end.close();
      } catch {
        // The other end has closed it.
      }
    }
  }

  /** From now on nothing arrives from Redis, though it is heard. */
  silence(): void {
    this.#silent = true;
  }

  mend(): void {
    this.#whole = true;
    this.#silent = false;
  }

  /** From now on what Redis publishes does not arrive. */
  deafen(): void {
    this.#deaf = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await this.#running;
  }
}

function isNews(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 20)).startsWith("*3\r\n$7\r\nmessage");
}
