/**
 * The server in a process of its own that is looked at from outside: its log, its descriptors, its
 * memory. What the tests of attacks and the soak share.
 */

import { serverCommand } from "./start_task.ts";
import { within } from "./wait.ts";

const ROOT = new URL("..", import.meta.url);

/** How a child is started, beyond the server's flags. */
export interface Preparation {
  /** Options of `deno run`, such as a module to load first. */
  readonly runtime?: readonly string[];
  /** The most descriptors that it may have open. */
  readonly descriptors?: number;
  readonly env?: Record<string, string>;
  /** Whether nobody reads its log: one that outlives a test must not have a read pending. */
  readonly isQuiet?: boolean;
}

/** A running server, seen from outside. */
export class Child implements AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  /** Lines of its log so far; none of a quiet one. */
  readonly log: string[];
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;

  private constructor(
    host: string,
    log: string[],
    process: Deno.ChildProcess,
    reading: Promise<void>,
  ) {
    this.host = host;
    this.log = log;
    this.#process = process;
    this.#reading = reading;
  }

  /** Starts the program with these flags and waits until it listens and has its page and its search. */
  static async start(flags: string[], preparation: Preparation = {}): Promise<Child> {
    const { runtime = [], descriptors, env, isQuiet = false } = preparation;
    const args = serverCommand();
    // Options stand before the script, which is the last word.
    args.splice(-1, 0, ...runtime);
    args.push("--addr", "127.0.0.1:0", "--db", ":memory:", ...flags);
    const limited = ["-c", `ulimit -n ${descriptors}; exec "$@"`, "sh", Deno.execPath()];
    const process = new Deno.Command(descriptors ? "sh" : Deno.execPath(), {
      args: descriptors ? [...limited, ...args] : args,
      cwd: ROOT,
      env: { NO_COLOR: "1", ...env },
      stdout: "piped",
      stderr: isQuiet ? "null" : "piped",
    }).spawn();
    const log: string[] = [];
    const reading = isQuiet
      ? Promise.resolve()
      : readLines(process.stderr, (line) => log.push(line));
    const { promise, resolve } = Promise.withResolvers<string>();
    const saying = readLines(process.stdout, resolve);
    const line = await within(promise, "the server to listen");
    const host = /^Listening on http:\/\/(\S+)\/$/.exec(line)?.[1];
    if (!host) throw new Error(`it printed "${line}"`);
    const child = new Child(host, log, process, Promise.all([reading, saying]).then(() => {}));
    // Once it has its page and its search, it opens nothing any more that nobody asked for.
    await child.get("/");
    await child.get("/search?q=anything");
    return child;
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** How many descriptors it has open. */
  get descriptors(): number {
    return [...Deno.readDirSync(`/proc/${this.pid}/fd`)].length;
  }

  /** How many of them are sockets. */
  get sockets(): number {
    return this.#links().filter((link) => link.startsWith("socket:")).length;
  }

  #links(): string[] {
    const folder = `/proc/${this.pid}/fd`;
    return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
      try {
        return [Deno.readLinkSync(`${folder}/${name}`)];
      } catch {
        return []; // It has been closed meanwhile.
      }
    });
  }

  /** How much memory it has, in MiB. */
  get memory(): number {
    const status = Deno.readTextFileSync(`/proc/${this.pid}/status`);
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
  }

  /** Looks until the condition holds: where no event reports it. */
  async until(condition: () => boolean | Promise<boolean>, what: string, ms = 60_000) {
    const end = performance.now() + ms;
    while (!await condition()) {
      if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Asks it for something. */
  async get(path: string): Promise<string> {
    const response = await fetch(`http://${this.host}${path}`, {
      headers: { connection: "close" },
    });
    return await response.text();
  }

  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Sends the signal and answers with how it ended. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Deno.CommandStatus> {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended by itself.
    }
    const status = await within(this.#process.status, "the server to end");
    await this.#reading;
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
  }
}

async function readLines(stream: ReadableStream<Uint8Array>, take: (line: string) => void) {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) take(line);
  }
}
