/**
 * Talking at a terminal: what is typed is said at Enter, what happens is printed above it.
 *
 * However it ends (a command, a signal, a refusal), the terminal is given back as it was, and what
 * was not sent is printed, so that it can be copied.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Outcome, Room } from "../../sdk/mod.ts";
import { act, ActionError, describeCommand, HELP } from "./actions.ts";
import { Editor } from "./editor.ts";
import { describe, Formatter, report, waitingLine } from "./formatter.ts";
import { Terminal } from "./terminal.ts";
import { printable } from "./text.ts";

/** Signals that end it, with their numbers; the exit code is 128 more. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, ...Deno.build.os === "windows" ? {} : { SIGHUP: 1 } };

/** What ended a session. */
interface Ending {
  readonly code: number;
  /** What to print about it. */
  readonly why?: string;
}

/** Talks until the user, a signal or the server ends it; returns the exit code. */
export async function runAtTerminal(room: Room): Promise<number> {
  const session = new Session(room);
  const { code, why } = await session.run();
  if (why) console.error(`hubbub: ${why}`);
  const unsent = await flush(room, code);
  if (unsent.length === 0) return code;
  console.error(`hubbub: ${unsent.length} of your messages were not sent:`);
  for (const text of unsent) console.error(printable(text));
  return code || 1;
}

/** Leaves the room; returns the texts that were not sent. */
async function flush(room: Room, code: number): Promise<string[]> {
  const waiting = room.outbox.drafts.length;
  const isPatient = code === 0 && room.status.is === "online";
  if (isPatient && waiting > 1) {
    console.error(`hubbub: sending ${waiting} messages, Ctrl-C ends it`);
  }
  const onSignal = () => void room.close({ flushMs: 0 });
  Deno.addSignalListener("SIGINT", onSignal);
  await room.close({ flushMs: isPatient ? LIMITS.talkFlushMs : LIMITS.talkFarewellMs });
  Deno.removeSignalListener("SIGINT", onSignal);
  return room.outbox.drafts.map(({ command }) => describeCommand(command));
}

class Session {
  readonly #room: Room;
  readonly #formatter = new Formatter({ colours: !Deno.noColor, numbers: true });
  readonly #editor = new Editor();
  readonly #terminal: Terminal;
  readonly #ended = Promise.withResolvers<Ending>();

  constructor(room: Room) {
    this.#room = room;
    this.#terminal = new Terminal(this.#editor);
  }

  async run(): Promise<Ending> {
    const stopListening = this.#listen();
    try {
      this.#read().catch((error) => this.#ended.reject(error));
      return await this.#ended.promise;
    } finally {
      stopListening();
      this.#terminal.close();
    }
  }

  #listen(): () => void {
    const room = this.#room;
    const print = (line: string) => this.#terminal.print(line);
    report(room, this.#formatter, print, print);
    let printed = "";
    room.on("status", (status) => {
      if (status.is === "stopped") this.#ended.resolve({ code: 1, why: describe(status.why) });
      // A line for each reason, not for each attempt.
      if (status.is === "online") printed = "";
      if (status.is !== "waiting" || describe(status.why) === printed) return;
      printed = describe(status.why);
      this.#note(waitingLine(status, Date.now())!);
    });
    room.on("change", () => this.#terminal.status = this.#status());
    const stops = Object.entries(SIGNALS).map(([name, number]) => {
      const onSignal = () => this.#ended.resolve({ code: 128 + number });
      Deno.addSignalListener(name as Deno.Signal, onSignal);
      return () => Deno.removeSignalListener(name as Deno.Signal, onSignal);
    });
    return () => stops.forEach((stop) => stop());
  }

  /** The people who are typing, or what waits for a connection. */
  #status(): string {
    const { state, status, outbox } = this.#room;
    const waiting = outbox.drafts.length;
    if (status.is !== "online") return waiting ? `(offline, ${waiting} unsent) ` : "(offline) ";
    const [first, second] = state.typing;
    if (!first) return "";
    return second ? "(several are typing) " : `(${printable(first.name)} is typing) `;
  }

  #note(text: string): void {
    this.#terminal.print(this.#formatter.note(text));
  }

  /** Takes keys until the user wants to leave. */
  async #read(): Promise<void> {
    for await (const keys of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
      for (const key of this.#editor.feed(keys)) {
        if (key.kind === "end") return this.#ended.resolve({ code: 0 });
        if (key.kind === "line" && !this.#dispatch(key.text)) {
          return this.#ended.resolve({ code: 0 });
        }
      }
      this.#terminal.draw();
      if (/^[^/]/.test(this.#editor.left)) this.#room.typing();
    }
    this.#ended.resolve({ code: 0 });
  }

  /** Does what a line says; returns false to leave. */
  #dispatch(text: string): boolean {
    const [, command, rest = ""] = /^\/(\w+)(?:\s+(.*))?$/.exec(text.trim()) ?? [];
    if (command === "quit") return false;
    if (command === "name" && rest) this.#room.rename(rest);
    else if (command) this.#act(command, rest, text);
    else if (text.trim()) {
      const words = text.replace(/^\/\//, "/");
      this.#report(this.#room.say(words), words);
    }
    return true;
  }

  #act(command: string, rest: string, text: string): void {
    try {
      const outcome = act(this.#room, command, rest);
      if (outcome) this.#report(outcome, text.trim());
      else for (const line of HELP) this.#note(line);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      this.#note(error.message);
    }
  }

  async #report(outcome: Promise<Outcome>, text: string): Promise<void> {
    const result = await outcome;
    if (result.kept || result.code === "closed") return;
    this.#note(`not sent: ${printable(result.detail)}: ${printable(text)}`);
  }
}
