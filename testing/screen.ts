/**
 * A program at a terminal of its own, by `script`: what it shows, and what is typed.
 */

import { allowed } from "./permissions.ts";
import { within } from "./wait.ts";

/** Whether there is a `script` that may be run. */
export const hasScript = (() => {
  try {
    return new Deno.Command("script", { args: ["--version"] }).outputSync().success;
  } catch {
    return false; // no such program, or no permission to run it
  }
})();

if (allowed && !hasScript) console.log("The tests at a terminal are ignored: there is no script.");

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A program at a terminal. */
export class Screen implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #names: string;
  #wake = () => {};
  /** All that was shown. */
  text = "";

  /**
   * Runs the command; afterwards the terminal's settings are shown, so that one can see how the
   * command has left it.
   */
  constructor(command: readonly string[], cwd: string | URL) {
    this.#names = Deno.makeTempFileSync();
    // The shell's number is the command's, once it has been replaced by it.
    const names = `tty >${this.#names}; echo $$ >>${this.#names}`;
    const inner = `${names}; exec ${command.map(quote).join(" ")}`;
    const outer = `sh -c ${quote(inner)}; code=$?; stty -a; exit $code`;
    this.#process = new Deno.Command("script", {
      args: ["-qefc", outer, "/dev/null"],
      cwd,
      env: { TERM: "xterm", NO_COLOR: "" },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keys = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#wake();
    }
    this.#wake();
  }

  async type(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  /** Waits until this has been shown since `from`. */
  async until(shown: RegExp, from = 0): Promise<void> {
    while (!shown.test(this.text.slice(from))) {
      const change = new Promise<void>((resolve) => this.#wake = resolve);
      await within(change, `${shown} in ${JSON.stringify(this.text.slice(-1_000))}`);
    }
  }

  /** Gives the terminal another width, in columns. */
  async resize(columns: number): Promise<void> {
    const [terminal] = this.#named();
    const args = ["-F", terminal, "cols", String(columns)];
    const { success } = await new Deno.Command("stty", { args }).output();
    if (!success) throw new Error(`${terminal} cannot be resized`);
  }

  /** Sends the program a signal. */
  signal(signal: Deno.Signal): void {
    Deno.kill(Number(this.#named()[1]), signal);
  }

  #named(): string[] {
    return Deno.readTextFileSync(this.#names).split("\n");
  }

  /** Waits until the program has ended; returns its exit code. */
  async end(): Promise<number> {
    const { code } = await within(this.#process.status, "the end of the program");
    await this.#keys.close().catch(() => {});
    await this.#reading;
    return code;
  }

  /** Ends it, if it has not ended by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
      await this.end();
    } catch {
      // It has ended.
    }
    await Deno.remove(this.#names);
  }
}
