/**
 * A Redis server on a free port, with a folder of its own: it can be stopped, killed, started again, and
 * asked with the commands that an operator would use.
 */

import { RedisClient } from "@redis/client";
import { until, within } from "./wait.ts";

/** Whether there is a `redis-server` that may be started. */
export function hasRedis(): boolean {
  try {
    return new Deno.Command("redis-server", { args: ["--version"], stdout: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** A running Redis. */
export class OwnRedis implements AsyncDisposable {
  readonly port: number = freePort();
  /** Where it keeps its files. */
  readonly folder: string = Deno.makeTempDirSync({ prefix: "hubbub-redis-" });
  readonly #flags: string[];
  #process: Deno.ChildProcess | undefined;

  private constructor(flags: string[]) {
    this.#flags = flags;
  }

  /** Starts one with these flags, and waits until it answers. */
  static async start(...flags: string[]): Promise<OwnRedis> {
    const redis = new OwnRedis(flags);
    await redis.start();
    return redis;
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
        ...["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder],
        ...["--save", "", "--repl-diskless-sync-delay", "0", ...this.#flags],
      ],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    await within(printed(this.#process.stdout, "Ready to accept connections"), "redis-server");
  }

  /** Sends it a signal; waits for its end if it is one that ends it. */
  async signal(signal: Deno.Signal): Promise<void> {
    this.#process!.kill(signal);
    if (signal === "SIGSTOP" || signal === "SIGCONT") return;
    await within(this.#process!.status, "redis-server to end");
  }

  /** Asks it something. */
  async ask(...words: string[]): Promise<unknown> {
    return await OwnRedis.ask(this.port, ...words);
  }

  /** Asks the one at this port something. */
  static async ask(port: number, ...words: string[]): Promise<unknown> {
    const url = `redis://127.0.0.1:${port}`;
    const client = new RedisClient({ url, RESP: 2, socket: { reconnectStrategy: false } });
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
    const isSo = async () => String(await this.ask(...question.split(" "))).includes(words);
    await until(isSo, words);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process!.kill("SIGKILL");
    } catch {
      // It has been killed already.
    }
    await this.#process!.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Resolves when the text has come; reads on, so that the writer is not blocked. */
async function printed(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`redis-server printed: ${seen}`);
    seen += decoder.decode(value, { stream: true });
  }
  (async () => {
    while (!(await reader.read()).done);
  })();
}

const given = new Set<number>();

/**
 * A port that nobody listens on. It is below the range for outgoing connections, so that no other
 * program takes it before it is used, or while a server there is started again.
 */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    // One that was given out may not be listened to yet.
    if (given.has(port)) continue;
    given.add(port);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
