/**
 * A Redis of a test's own: started on a free port in a folder of its own, stopped, killed, started
 * again, and asked with the commands that an operator would use.
 */

import { createClient } from "redis";
import type { RedisJournal } from "../journal/redis.ts";
import { allowed, freePort, within } from "./support.ts";

/** Whether there is a `redis-server` to be started. In CI there must be: there it fails without. */
export const hasRedis: boolean = allowed && (found() || Deno.env.get("CI") !== undefined);

if (allowed && !hasRedis) console.log("no redis-server here: what needs one is ignored");

function found(): boolean {
  try {
    return new Deno.Command("redis-server", { args: ["--version"], stdout: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Runs a test that needs a Redis, or ignores it. */
export function redisTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasRedis, fn });
}

/** A running Redis. */
export class TestRedis implements AsyncDisposable {
  readonly port: number = freePort();
  readonly #folder = Deno.makeTempDirSync();
  readonly #flags: string[];
  #process: Deno.ChildProcess | undefined;

  private constructor(flags: string[]) {
    this.#flags = flags;
  }

  /** Starts one with these flags, and waits until it answers. */
  static async start(...flags: string[]): Promise<TestRedis> {
    const redis = new TestRedis(flags);
    await redis.start();
    return redis;
  }

  /**
   * Starts a cluster of so many masters, which share the slots evenly, and if wanted as many replicas
   * behind them, in the same order; waits until all agree.
   */
  static async cluster(count: number, replicas = false): Promise<TestRedis[]> {
    const flags = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-port"];
    const starting = Array.from(
      { length: replicas ? 2 * count : count },
      () => TestRedis.start(...flags, String(freePort())),
    );
    const nodes = await Promise.all(starting);
    const masters = nodes.slice(0, count);
    const slots = 16_384;
    for (const [n, node] of nodes.entries()) {
      const from = Math.ceil(slots * n / count);
      const to = Math.ceil(slots * (n + 1) / count) - 1;
      if (n < count) await node.ask("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
      await node.ask("CLUSTER", "SET-CONFIG-EPOCH", String(n + 1));
      const bus = nodes[0].#flags.at(-1)!;
      if (n > 0) await node.ask("CLUSTER", "MEET", "127.0.0.1", String(nodes[0].port), bus);
    }
    for (const node of nodes) await node.until("CLUSTER INFO", `known_nodes:${nodes.length}`);
    for (const [n, node] of nodes.slice(count).entries()) {
      await node.ask("CLUSTER", "REPLICATE", String(await masters[n].ask("CLUSTER", "MYID")));
    }
    for (const node of nodes) await node.until("CLUSTER INFO", "cluster_state:ok");
    for (const node of nodes.slice(count)) {
      await node.until("INFO replication", "master_link_status:up");
    }
    return nodes;
  }

  /** What `--db` takes. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process!.pid;
  }

  /** Starts it again, with what it had on disk. */
  async start(): Promise<void> {
    this.#process = new Deno.Command("redis-server", {
      args: [
        ...["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder],
        ...["--save", "", ...this.#flags],
      ],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await within(until(this.#process.stdout, "Ready to accept connections"), "redis-server");
  }

  /** Sends it a signal; waits for its end if it is one that ends it. */
  async signal(signal: Deno.Signal): Promise<void> {
    this.#process!.kill(signal);
    if (signal === "SIGSTOP" || signal === "SIGCONT") return;
    await within(this.#process!.status, "redis-server to end");
  }

  /** Asks it something. */
  async ask(...words: string[]): Promise<unknown> {
    const client = createClient({ url: this.url, RESP: 2, socket: { reconnectStrategy: false } });
    client.on("error", () => {});
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      client.destroy();
    }
  }

  /** Asks until the answer has these words. */
  async until(question: string, words: string): Promise<void> {
    const end = performance.now() + 10_000;
    while (!String(await this.ask(...question.split(" "))).includes(words)) {
      if (performance.now() > end) throw new Error(`waited for ${words}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process!.kill("SIGKILL");
    } catch {
      // It has been killed already.
    }
    await this.#process!.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Reads until the text has come, and then on, so that the writer is not held up. */
async function until(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`redis-server said: ${seen}`);
    seen += decoder.decode(value, { stream: true });
  }
  (async () => {
    while (!(await reader.read()).done);
  })();
}

/** A cable between a server and its Redis, which can be cut and mended. */
export class Cable implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #port: number;
  readonly #ends = new Set<Deno.TcpConn>();
  readonly #running: Promise<void>;
  #whole = true;
  #deaf = false;
  #silent = false;

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

  async #run(): Promise<void> {
    for await (const near of this.#listener) {
      if (this.#whole) this.#connect(near);
      else near.close();
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#port });
    for (const end of [near, far]) this.#ends.add(end);
    const sieve = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, out) => {
        if (!this.#silent && !(this.#deaf && isNews(bytes))) out.enqueue(bytes);
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

/** The kind of journal that the suite over all journals takes in. */
export const redisKind = {
  name: "RedisJournal",
  lasting: true,
  ignore: !hasRedis,
  async place() {
    await using stack = new AsyncDisposableStack();
    const redis = stack.use(await TestRedis.start());
    const { RedisJournal } = await import("../journal/redis.ts");
    const log = { info() {}, warn() {}, error() {} };
    const open = (keep = 0): Promise<RedisJournal> => RedisJournal.open(redis.url, { keep, log });
    const all = stack.move();
    return { open, dispose: () => all.disposeAsync() };
  },
};
