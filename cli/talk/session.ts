/**
 * Talking at a terminal: what is typed is said at Enter, what happens is printed above it.
 *
 * One room is shown. Those that were shown before stay entered, so that coming back prints what was missed;
 * of all others the status says what is unread.
 *
 * However it ends (a command, a signal, a refusal), the terminal is given back as it was, and what
 * was not sent is printed, so that it can be copied.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Outcome, Room, Rooms, Status } from "../../sdk/mod.ts";
import { act, ActionError, describeCommand, HELP } from "./actions.ts";
import { Editor } from "./editor.ts";
import { describe, Formatter, report, waitingLine } from "./formatter.ts";
import { badgesOf, roomLine } from "./room_lines.ts";
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

/**
 * Talks until the user, a signal or the server ends it; returns the exit code.
 *
 * @param first the room that is shown first
 */
export async function runAtTerminal(rooms: Rooms, first: string): Promise<number> {
  const session = new Session(rooms, first);
  const { code, why } = await session.run();
  if (why) console.error(`hubbub: ${why}`);
  const unsent = await flush(rooms, session.entered, code);
  if (unsent.length === 0) return code;
  console.error(`hubbub: ${unsent.length} of your messages were not sent:`);
  for (const text of unsent) console.error(printable(text));
  return code || 1;
}

/** Leaves all rooms; returns the texts that were not sent. */
async function flush(rooms: Rooms, entered: readonly Room[], code: number): Promise<string[]> {
  const drafts = () => entered.flatMap(({ outbox }) => outbox.drafts);
  const waiting = drafts().length;
  const isPatient = code === 0 && rooms.status.is === "online";
  if (isPatient && waiting > 1) {
    console.error(`hubbub: sending ${waiting} messages, Ctrl-C ends it`);
  }
  const onSignal = () => void rooms.close({ flushMs: 0 });
  Deno.addSignalListener("SIGINT", onSignal);
  await rooms.close({ flushMs: isPatient ? LIMITS.talkFlushMs : LIMITS.talkFarewellMs });
  Deno.removeSignalListener("SIGINT", onSignal);
  return drafts().map(({ command }) => describeCommand(command));
}

class Session {
  readonly #rooms: Rooms;
  /** The room that is shown. */
  #room: Room;
  /** The newest message that was printed of each room. */
  readonly #printed = new Map<Room, number>();
  readonly #formatter = new Formatter({ colours: !Deno.noColor, numbers: true });
  readonly #editor = new Editor();
  readonly #terminal: Terminal;
  readonly #ended = Promise.withResolvers<Ending>();

  constructor(rooms: Rooms, first: string) {
    this.#rooms = rooms;
    this.#terminal = new Terminal(this.#editor);
    this.#room = this.#enter(first);
  }

  /** All rooms that were shown. */
  get entered(): Room[] {
    return [...this.#printed.keys()];
  }

  /** Enters a room, whose messages are printed while it is shown. */
  #enter(name: string): Room {
    const room = this.#rooms.enter(name);
    if (this.#printed.has(room)) return room;
    this.#printed.set(room, 0);
    const print = (line: string) => {
      if (this.#room === room) this.#terminal.print(line);
    };
    report(room, this.#formatter, print, print);
    room.on("message", ({ seq }) => {
      if (this.#room === room) this.#seen(room, seq);
    });
    room.on("status", (status) => this.#turn(room, status));
    return room;
  }

  #seen(room: Room, seq: number): void {
    this.#printed.set(room, seq);
    this.#rooms.read(room.room, seq);
  }

  #turn(room: Room, status: Status): void {
    if (status.is !== "stopped") return;
    if (this.#room === room) this.#ended.resolve({ code: 1, why: describe(status.why) });
    else this.#note(describe(status.why));
  }

  /** Shows another room, and what was missed there. */
  #join(name: string): void {
    const room = this.#enter(name);
    if (room.status.is === "stopped") room.wake();
    const show = () => {
      this.#room = room;
      const { you, count } = room.state;
      this.#note(`in ${printable(room.room)} as ${printable(you?.name ?? "")}, ${count} here`);
      const missed = room.state.messages.filter(({ seq }) => seq > this.#printed.get(room)!);
      for (const message of missed.slice(-LIMITS.talkReplay)) {
        const line = this.#formatter.message(message, (file) => room.fileUrl(file).href);
        if (line) this.#terminal.print(line);
        this.#seen(room, message.seq);
      }
    };
    if (room.status.is === "online") return show();
    const off = room.on("status", ({ is }) => {
      if (is === "connecting" || is === "waiting") return;
      off();
      if (is === "online") show();
    });
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
    const rooms = this.#rooms;
    let printed = "";
    rooms.on("error", ({ detail }) => this.#note(`refused: ${printable(detail)}`));
    rooms.on("mention", ({ room, name, text }) => {
      if (room === this.#room.room) return;
      this.#note(`${printable(name)} in ${printable(room)}: ${printable(text)}`);
    });
    rooms.on("status", (status) => {
      if (status.is === "stopped") this.#ended.resolve({ code: 1, why: describe(status.why) });
      // A line for each reason, not for each attempt.
      if (status.is === "online") printed = "";
      if (status.is !== "waiting" || describe(status.why) === printed) return;
      printed = describe(status.why);
      this.#note(waitingLine(status, Date.now())!);
    });
    rooms.on("change", () => this.#terminal.status = this.#status());
    const stops = Object.entries(SIGNALS).map(([name, number]) => {
      const onSignal = () => this.#ended.resolve({ code: 128 + number });
      Deno.addSignalListener(name as Deno.Signal, onSignal);
      return () => Deno.removeSignalListener(name as Deno.Signal, onSignal);
    });
    return () => stops.forEach((stop) => stop());
  }

  /** The people who are typing, what is unread elsewhere, or what waits for a connection. */
  #status(): string {
    const { state, status, outbox } = this.#room;
    const waiting = outbox.drafts.length;
    if (status.is !== "online") return waiting ? `(offline, ${waiting} unsent) ` : "(offline) ";
    const [first, second] = state.typing;
    if (!first) return badgesOf(this.#rooms.list, this.#room.room);
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
    if (command === "name" && rest) this.#rooms.rename(rest);
    else if (command === "join" && rest) this.#join(rest.trim());
    else if (command === "rooms") {
      for (const room of this.#rooms.list) this.#note(roomLine(room));
    } else if (command) this.#act(command, rest, text);
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
