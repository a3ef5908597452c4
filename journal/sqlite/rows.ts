/**
 * Messages as SQLite keeps them: a row of `message` each, or a packed row of `page`, which holds
 * consecutive messages without ids as an array in JSON.
 */

import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { Message } from "../journal.ts";

/** The number of values in a row, and of rows that one statement adds if there are many. */
export const WIDTH = 8;
export const ROWS = 16;

/** A row as `node:sqlite` gives it. */
export type Row = Record<string, SQLOutputValue>;

/** Adds the values of a message's row. */
export function pushRow(values: SQLInputValue[], room: number, message: Message): void {
  const { seq, at, from, name, avatar, text, id } = message;
  values.push(room, seq, at, from, name, avatar ?? null, text, id ?? null);
}

/** The message of a row. */
export function fromRow({ seq, at, member, name, avatar, text, id }: Row): Message {
  return {
    kind: "message",
    seq: Number(seq),
    at: Number(at),
    from: String(member),
    name: String(name),
    avatar: avatar === null ? undefined : String(avatar),
    text: String(text),
    id: id === null ? undefined : String(id),
  };
}

/** The JSON of a packed row; its messages are consecutive and have no ids. */
export function packPage(messages: readonly Message[]): string {
  return JSON.stringify(
    messages.map(({ at, from, name, avatar, text }) => [at, from, name, avatar, text]),
  );
}

/** The messages of a packed row. */
export function fromPage({ first, messages }: Row): Message[] {
  const rows: [number, string, string, string | null, string][] = JSON.parse(String(messages));
  return rows.map(([at, from, name, avatar, text], index) => ({
    kind: "message",
    seq: Number(first) + index,
    at,
    from,
    name,
    avatar: avatar ?? undefined,
    text,
    id: undefined,
  }));
}
