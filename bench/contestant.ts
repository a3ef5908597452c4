/**
 * A server that takes part: a program of its own, on a core of its own where that can be had, with
 * a folder of its own, and its CPU time and memory as the system tells them.
 *
 * It ends with this program, however this program ends: a shell stands over it that holds the other
 * end of a pipe, and kills it when the pipe breaks.
 */

import { WARDEN } from "./warden.ts";

/** What a server is started with. `{folder}` in a word or a value becomes its folder. */
export interface Recipe {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the load connects; `{n}` becomes the client's number. */
  readonly path: string;
}

/** What the system says of a process. */
export interface Usage {
  /** Seconds of CPU time; undefined where it cannot be told. */
  readonly cpu: number | undefined;
  /** Seconds in which its main thread could have run, had something else not had the core. */
  readonly waited: number | undefined;
  /** Bytes in memory. */
  readonly memory: number | undefined;
}

const ROOT = new URL("..", import.meta.url);
const START_MS = 20_000;
/** How much of what a server writes on stderr is remembered. */
const COMPLAINT = 500;
/** Ticks a second in /proc: fixed for programs, whatever the kernel counts in. */
const TICKS = 100;
const SERVER_CORE = "0";
const LOAD_CORE = "1";

/** A running server. */
export class Contestant implements AsyncDisposable {
  readonly port: number;
  readonly #pid: number;
  readonly #end: () => Promise<void>;

  private constructor(port: number, pid: number, end: () => Promise<void>) {
    this.port = port;
    this.#pid = pid;
    this.#end = end;
  }

  /** Starts it, and waits until it says where it listens. */
  static async start({ name, command, env = {} }: Recipe): Promise<Contestant> {
    const folder = await Deno.makeTempDir({ prefix: "hubbub-bench-" });
    const fill = (word: string) => word.replaceAll("{folder}", folder);
    const filled = Object.entries(env).map(([key, value]) => [key, fill(value)]);
    const warden = new Deno.Command("sh", {
      args: ["-c", WARDEN, "warden", ...await pinned(SERVER_CORE), ...command.map(fill)],
      cwd: ROOT,
      env: { NO_COLOR: "1", WARDEN_FOLDER: folder, ...Object.fromEntries(filled) },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const complaints = lastOf(warden.stderr);
    const end = async () => {
      await warden.stdin.close().catch(() => {});
      await Promise.all([warden.status, complaints]);
    };
    const said = await saysPort(warden.stdout);
    const [, pid, port] = /^(\d+)\n[^]*?:(\d+)\//.exec(said) ?? [];
    if (port) return new Contestant(Number(port), Number(pid), end);
    await end();
    throw new Error(`${name} does not start: it said "${(await complaints).trim()}"`);
  }

  /** What it has used so far. */
  async usage(): Promise<Usage> {
    return await usageOf(this.#pid);
  }

  /** Kills it, and leaves nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }
}

/** The last that comes on the stream, read to its end so that its writer never waits. */
async function lastOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    text = (text + chunk).slice(-COMPLAINT);
  }
  return text;
}

/** What comes on the stream until an address with a port does, or nothing more. */
async function saysPort(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const reader = stream.getReader();
  const timer = setTimeout(() => reader.cancel(), START_MS);
  const decoder = new TextDecoder();
  while (!/:\d+\//.test(text)) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  await reader.cancel();
  return text;
}

/** Words that keep a program on one core; none where there is no such tool, or no second core. */
async function pinned(core: string): Promise<string[]> {
  if (Deno.build.os !== "linux" || navigator.hardwareConcurrency < 2) return [];
  const tool = await ask("taskset", "-c", core, "true");
  return tool === undefined ? [] : ["taskset", "-c", core];
}

/**
 * Runs a program of Deno on the load's core; answers what it printed.
 *
 * @param started is told the number of its process
 */
export async function runOnLoadCore(
  script: string,
  argument: string,
  started: (pid: number) => void,
): Promise<string> {
  const [program, ...args] = [
    ...await pinned(LOAD_CORE),
    ...[Deno.execPath(), "run", "-q", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read"],
    ...["--allow-sys=cpus", script, argument],
  ];
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  started(child.pid);
  const { success, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`the load failed: ${text(stderr)}`);
  return text(stdout);
}

/** What a process has used so far. */
export async function usageOf(pid: number): Promise<Usage> {
  try {
    const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    // The second field, the program's name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const kib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
    const schedule = await Deno.readTextFile(`/proc/${pid}/schedstat`).catch(() => "");
    const waited = Number(schedule.split(" ")[1]) / 1e9;
    return {
      cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
      waited: Number.isNaN(waited) ? undefined : waited,
      memory: kib * 1024,
    };
  } catch {
    return usageByPs(await ask("ps", "-o", "time=,rss=", "-p", String(pid)) ?? "");
  }
}

/** Reads `[days-][hours:]minutes:seconds KiB`. */
export function usageByPs(line: string): Usage {
  const [time, kib] = line.trim().split(/\s+/);
  const parts = time?.split(/[-:]/).map(Number);
  const waited = undefined;
  if (!kib || !parts?.every(Number.isFinite)) return { cpu: undefined, waited, memory: undefined };
  const units = [1, 60, 3_600, 86_400];
  const cpu = parts.reverse().reduce((sum, part, index) => sum + part * units[index], 0);
  return { cpu, waited, memory: Number(kib) * 1024 };
}

/** What a program prints; undefined if it cannot be run or fails. */
export async function ask(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return;
  }
}
