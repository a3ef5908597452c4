/**
 * Messages as SQLite keeps them: a row of `single` each, or several in a row of `packed`, as an array
 * in JSON.
 *
 * What is packed is consecutive, as it was said, without an id, a reply, mentions or files; a message that
 * has been changed, or has one of these, is a row. In a row, `state` has what few messages have.
 * `ordinal` counts a room's messages; it is null where it is the same as the number, as in
 * every room in which nothing was changed.
 */

import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Message } from "../journal.ts";
import type { Columns } from "./columns.ts";

/** The number of values in a row, and of rows that one statement adds if there are many. */
export const WIDTH = 10;
export const ROWS = 16;

/** The columns of `single` that a message is made of. */
export const COLUMNS = "seq, at, member, name, avatar, text, id, state";

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, SQLOutputValue>;

/** Whether a message may be packed. */
export function isPackable({ id, reply, to, files, v }: Message): boolean {
  return id === undefined && reply === undefined && to === undefined && files === undefined &&
    v === undefined;
}

/** The ordinal of a message as it is kept, after a number of changes. */
export function ordinalOf(seq: number, changes: number): number | null {
  return changes === 0 ? null : seq - changes;
}

/**
 * Adds the values of a message's row.
 *
 * @param changes the number of entries before it that are not messages
 */
export function pushRow(
  values: SQLInputValue[],
  room: number,
  message: Message,
  changes: number,
): void {
  const { seq, at, from, name, avatar, text, id } = message;
  values.push(room, seq, at, from, name, avatar ?? null, text, id ?? null);
  values.push(ordinalOf(seq, changes), stateOf(message));
}

/** What few messages have, as JSON; of one that was only edited, `v` and `edited` with a space between. */
export function stateOf(message: Message): string | null {
  const { reply, to, files, v, edited, textVersion, deleted, reactions } = message;
  if (reply === undefined && to === undefined && files === undefined) {
    if (v === undefined) return null;
    if (v === textVersion && !deleted && !reactions) return `${v} ${edited}`;
  }
  return JSON.stringify({ reply, to, files, v, edited, textVersion, deleted, reactions });
}

/** The message of a row of `single`, from the columns {@linkcode COLUMNS}. */
export function fromColumns([seq, at, member, name, avatar, text, id, state]: Columns): Message {
  const message: Message = {
    kind: "message",
    seq: Number(seq),
    at: Number(at),
    from: String(member),
    name: String(name),
    avatar: avatar === null ? undefined : String(avatar),
    text: String(text),
    id: id === null ? undefined : String(id),
  };
  return state === null ? message : withState(message, String(state));
}

/** Most have only been edited, which is read in a third of the time that JSON takes. */
function withState(message: Message, state: string): Message {
  if (state[0] === "{") return Object.assign(message, JSON.parse(state));
  const end = state.indexOf(" ");
  const v = Number(state.slice(0, end));
  return { ...message, v, edited: Number(state.slice(end + 1)), textVersion: v };
}

/** In a packed row: the people who say its messages, and the time of the messages before it. */
type Sender = readonly [from: string, name: string, avatar?: string];
type Time = readonly [at: number];
/** A number is the place of the sender of what follows; a string is a message. */
type Item = Time | number | string;
type Packed = readonly [senders: readonly Sender[], ...items: Item[]];
/** What rows had before: each message by itself. */
type OldPacked = readonly [
  at: number,
  from: string,
  name: string,
  avatar: string | null,
  text: string,
][];

/**
 * The JSON of a packed row. Senders are listed once, and times once for all messages that have them: what
 * need not be written makes the largest difference under load. The view `log` reads it, too.
 *
 * @example
 * ```json
 * [[["id1", "Ann"], ["id2", "Bob"]], 0, "hello", "anyone here?", 1, "yes", 0, "good", [1767225600000]]
 * ```
 */
export function packMessages(messages: readonly Message[]): string {
  const senders: Sender[] = [];
  const packed: [Sender[], ...Item[]] = [senders];
  const places = new Map<string, number>();
  let place = -1;
  let { at } = messages[0];
  for (const message of messages) {
    if (message.at !== at) packed.push([at]);
    at = message.at;
    if (place < 0 || !isFrom(senders[place], message)) {
      const known = places.get(message.from);
      if (known !== undefined && isFrom(senders[known], message)) place = known;
      else places.set(message.from, place = senders.push(senderOf(message)) - 1);
      packed.push(place);
    }
    packed.push(message.text);
  }
  packed.push([at]);
  return JSON.stringify(packed);
}

function isFrom([from, name, avatar]: Sender, message: Message): boolean {
  return from === message.from && name === message.name && avatar === message.avatar;
}

function senderOf({ from, name, avatar }: Message): Sender {
  return avatar === undefined ? [from, name] : [from, name, avatar];
}

/** The messages of a packed row. */
export function unpack({ first, messages }: Row): Message[] {
  const packed: Packed | OldPacked = JSON.parse(String(messages));
  return isOld(packed) ? unpackOld(packed, Number(first)) : unpackItems(packed, Number(first));
}

function isOld(packed: Packed | OldPacked): packed is OldPacked {
  return typeof packed[0][0] === "number";
}

function unpackItems([senders, ...items]: Packed, first: number): Message[] {
  const messages: Message[] = [];
  let sender = senders[0];
  for (let index = 0, time = -1, at = 0; index < items.length; index++) {
    if (index > time) {
      time = items.findIndex((item, place) => place >= index && typeof item === "object");
      [at] = items[time] as Time;
    }
    const item = items[index];
    if (typeof item === "number") sender = senders[item];
    if (typeof item !== "string") continue;
    messages.push(messageOf(first + messages.length, at, sender, item));
  }
  return messages;
}

function unpackOld(packed: OldPacked, first: number): Message[] {
  return packed.map(([at, from, name, avatar, text], index) =>
    messageOf(first + index, at, [from, name, avatar ?? undefined], text)
  );
}

function messageOf(seq: number, at: number, [from, name, avatar]: Sender, text: string): Message {
  return { kind: "message", seq, at, from, name, avatar, text, id: undefined };
}
