/**
 * What happens in a room, as lines for people.
 *
 * Everything that came from elsewhere is made printable; colours are added only where they are wanted.
 */

import { LIMITS } from "../../config/limits.ts";
import type { Attachment, Message, PresenceChange, Room, Status, Why } from "../../sdk/mod.ts";
import { describeChange, isNews, numberOf } from "./changes.ts";
import { printable } from "./text.ts";

/** Of the 256 colours of a terminal, those that are readable on black and on white. */
const COLOURS = [33, 37, 40, 64, 70, 99, 130, 133, 160, 166, 170, 172];
/** Names in one line about people who come and go. */
const MOST_NAMES = 20;

/** How lines look. */
export interface Format {
  /** Whether names have colours, and what is less important is dim. */
  readonly colours: boolean;
  /** Whether messages have their numbers before them. */
  readonly numbers: boolean;
}

/** The address of a file. */
export type AddressOf = (file: Attachment) => string;

/** Formats what one room reports. */
export class Formatter {
  readonly #colours: boolean;
  readonly #numbers: boolean;

  constructor({ colours, numbers }: Format) {
    this.#colours = colours;
    this.#numbers = numbers;
  }

  /** A line of this program's own. */
  note(text: string): string {
    return this.#dim(`-- ${text}`);
  }

  /** A message in its current state, with its files; one that was deleted has no line. */
  message(message: Message, addressOf: AddressOf): string | undefined {
    const { seq, from, name, text, at, reply, edited, deleted, files = [] } = message;
    if (deleted) return;
    const shown = files.map((file) => `${file.name}: ${addressOf(file)}`);
    const words = [...(text ? [text] : []), ...shown].map(printable).join(" ");
    const answers = this.#numbers && reply !== undefined ? this.#dim(` to ${numberOf(reply)}`) : "";
    const note = this.#numbers && edited !== undefined ? this.#dim(" (edited)") : "";
    const line = `${this.#name(from, name)}${answers}: ${words}${note}`;
    const before = [
      ...this.#colours ? [timeOf(at)] : [],
      ...this.#numbers ? [numberOf(seq)] : [],
    ];
    return before.length > 0 ? `${this.#dim(before.join(" "))} ${line}` : line;
  }

  /** The line about people who came and left; undefined if nobody but this person did. */
  presence({ joined, left }: PresenceChange, me: string | undefined): string | undefined {
    const others = (people: PresenceChange["joined"], verb: string) =>
      people.filter(({ id }) => id !== me).map(({ name }) => `${printable(name)} ${verb}`);
    const parts = [...others(joined, "joined"), ...others(left, "left")];
    if (parts.length > 0) return this.note(parts.slice(0, MOST_NAMES).join(", "));
  }

  #dim(text: string): string {
    return this.#colours ? `\x1b[2m${text}\x1b[0m` : text;
  }

  #name(id: string, name: string): string {
    const shown = printable(name);
    if (!this.#colours) return shown;
    let sum = 0;
    for (const letter of id.slice(0, LIMITS.subjectLength)) {
      sum = (sum * 31 + letter.codePointAt(0)!) % 65_521;
    }
    return `\x1b[1;38;5;${COLOURS[sum % COLOURS.length]}m${shown}\x1b[0m`;
  }
}

/** The time of a message as people read it. */
function timeOf(at: number): string {
  const when = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(when.getHours())}:${two(when.getMinutes())}`;
}

/**
 * Passes on everything that a room reports as lines.
 *
 * @param message takes the lines that are messages
 * @param note takes all others
 */
export function report(
  room: Room,
  formatter: Formatter,
  message: (line: string) => void,
  note: (line: string) => void,
): void {
  const say = (text: string) => note(formatter.note(text));
  room.on("message", (one) => {
    const line = formatter.message(one, (file) => room.fileUrl(file).href);
    if (line !== undefined) message(line);
  });
  for (const name of ["edit", "delete", "react", "pin"] as const) {
    room.on(name, (change) => {
      if (isNews(change)) say(describeChange(change, room.state));
    });
  }
  // The welcome says what the topic is; what led to that may follow.
  let newest = 0;
  let topic: string | undefined;
  room.on("room", (change) => {
    if (change.seq > newest) say(describeChange(change, room.state));
    topic = room.state.topic;
  });
  room.on("welcome", (welcome) => {
    const { you, count, back } = welcome;
    const name = printable(welcome.room);
    say(`${back ? "back " : ""}in ${name} as ${printable(you.name)}, ${count} here`);
    if (welcome.topic && welcome.topic !== topic) say(`topic: ${printable(welcome.topic)}`);
    topic = welcome.topic;
    newest = welcome.seq;
  });
  room.on("reset", () => say("the room's history is another one now"));
  room.on("gap", ({ from, to }) => say(`messages ${from} to ${to} are no longer kept`));
  room.on("presence", (change) => {
    const line = formatter.presence(change, room.state.you?.id);
    if (line) note(line);
  });
  room.on(
    "renamed",
    ({ name, before }) => say(`${printable(before ?? "somebody")} is now ${printable(name)}`),
  );
  room.on("error", ({ detail }) => say(`refused: ${printable(detail)}`));
}

/** Why there is no connection, in words. */
export function describe({ kind, code, detail }: Why): string {
  const words = printable(detail);
  switch (kind) {
    case "refused":
      return `the server refused the connection: ${words} (${code})`;
    case "closed":
      return `the server closed the connection: ${words || "no reason given"} (${code})`;
    case "silent":
      return "the server does not answer";
    default:
      return `there is no connection${words ? `: ${words}` : ""}`;
  }
}

/** The line about a connection that waits; undefined for any other status. */
export function waitingLine(status: Status, now: number): string | undefined {
  if (status.is !== "waiting") return;
  const seconds = Math.max(1, Math.ceil((status.until - now) / 1000));
  return `${describe(status.why)}; trying again in ${seconds} s`;
}
