/**
 * The server of a drill: the program as `deno task start` runs it, in a process of its own, on a
 * SQLite file in a folder of its own. It can be killed and started again at the same address.
 */

import { serverCommand } from "../testing/start_task.ts";

const ROOT = new URL("..", import.meta.url);

/** How long a server may take to start. */
const START_MS = 20_000;

/** Without the limits that would only be in the way of a drill. */
const FLAGS = ["--rate", "0", "--keep", "0", "--max-clients-per-ip", "0"];

/** What a drill looks at in a message. */
export interface Found {
  readonly seq: number;
  readonly at: number;
  readonly id?: string;
}

/** How a server is started, beyond its flags. */
export interface Preparation {
  /** Words in front of the command, such as a shell that prepares something. */
  readonly prefix?: readonly string[];
  /** Options of Deno for the first start. */
  readonly runtime?: readonly string[];
}

/** A server that can be killed and started again. */
export class DrillServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #flags: string[];
  readonly #prefix: readonly string[];
  #process: Deno.ChildProcess | undefined;
  #host = "127.0.0.1:0";

  private constructor(folder: string, flags: string[], prefix: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
    this.#prefix = prefix;
  }

  /**
   * Starts a server on a new file.
   *
   * @param flags further flags
   */
  static async open(
    flags: string[] = [],
    { prefix = [], runtime = [] }: Preparation = {},
  ): Promise<DrillServer> {
    const folder = await Deno.makeTempDir({ prefix: "hubbub-drill-" });
    const server = new DrillServer(folder, flags, prefix);
    try {
      await server.start(runtime);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Where it listens, before and after a kill. */
  get host(): string {
    return this.#host;
  }

  /** The file that it keeps messages in. */
  get db(): string {
    return `${this.#folder}/chat.db`;
  }

  /** The number of its process. */
  get pid(): number {
    return this.#process!.pid;
  }

  /**
   * Starts it at its address, and waits until it listens.
   *
   * @param runtime options of Deno for this time
   */
  async start(runtime: readonly string[] = []): Promise<void> {
    const command = serverCommand();
    // Options come before the script, which is the last word.
    command.splice(-1, 0, ...runtime);
    const [program, ...args] = [
      ...this.#prefix,
      Deno.execPath(),
      ...command,
      ...["--addr", this.#host, "--db", this.db],
      ...FLAGS,
      ...this.#flags,
    ];
    this.#process = new Deno.Command(program, {
      args,
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const line = await firstLine(this.#process.stdout);
    const host = /^Listening on http:\/\/(\S+)\/$/.exec(line)?.[1];
    if (!host) throw new Error(`the server does not start: it printed "${line}"`);
    this.#host = host;
  }

  /** Ends it as a loss of power would, and waits until it is gone. */
  async kill(): Promise<void> {
    try {
      this.#process?.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
    await this.#process?.status;
  }

  /** How many are in a room. */
  async members(room: string): Promise<number> {
    const { rooms } = await (await fetch(`http://${this.#host}/rooms`)).json();
    return rooms.find(({ name }: { name: string }) => name === room)?.members ?? 0;
  }

  /** The whole history of a room, oldest first. */
  history(room: string): Promise<Found[]> {
    return historyOf(this.#host, room);
  }

  /** Ends it, and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** The whole history of a room over HTTP, oldest first. */
export async function historyOf(host: string, room: string): Promise<Found[]> {
  const pages: Found[][] = [];
  for (let before = Number.MAX_SAFE_INTEGER, more = true; more;) {
    const url = `http://${host}/rooms/${room}/messages?limit=200&before=${before}`;
    const page = await (await fetch(url, { headers: { connection: "close" } })).json();
    if (page.messages.length > 0 && page.messages[0].seq >= before) throw new Error("no end");
    pages.push(page.messages);
    before = page.messages[0]?.seq;
    more = page.more;
  }
  return pages.reverse().flat();
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const signal = AbortSignal.timeout(START_MS);
  try {
    const decoder = new TextDecoder();
    for await (const chunk of stream.pipeThrough(new TransformStream(), { signal })) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("\n")) break;
    }
  } catch {
    // Too late: what it has printed so far is the answer.
  }
  return text.split("\n")[0];
}
