/**
 * What a client asks a room for, and the check of a command that was stored.
 *
 * Commands of these kinds are kept by the server, each under its `id` once; they wait in the outbox.
 */

import { type Check, flag, list, object, optional, text, whole, word } from "./check.ts";
import type { Attachment } from "./protocol.ts";

/**
 * A file that a message is to name. Only `id` and `alt` count; the other fields show the file until the
 * message is kept.
 */
export type NamedFile = Pick<Attachment, "id"> & Partial<Attachment>;

/** A message. */
export interface SayCommand {
  readonly type: "say";
  readonly text: string;
  /** The message that it answers. */
  readonly reply?: number;
  /** The ids of those whom it mentions; without it the server looks for names in the text. */
  readonly to?: readonly string[];
  /** Files of this person that no message has named yet; then the text may be empty. */
  readonly files?: readonly NamedFile[];
}

/** Another text for a message. */
export interface EditCommand {
  readonly type: "edit";
  readonly of: number;
  readonly text: string;
  /** The version of the text that its author saw: refused if it has changed since. */
  readonly v?: number;
}

/** The end of a message. */
export interface DeleteCommand {
  readonly type: "delete";
  readonly of: number;
}

/** A reaction, added or withdrawn. */
export interface ReactCommand {
  readonly type: "react";
  readonly of: number;
  readonly emoji: string;
  readonly on: boolean;
}

/** A message, pinned or unpinned. */
export interface PinCommand {
  readonly type: "pin";
  readonly of: number;
  readonly on: boolean;
}

/** What is to change about the room; at least one of these. An open room has only a topic. */
export interface RoomCommand {
  readonly type: "room";
  /** Empty for none. */
  readonly topic?: string;
  readonly title?: string;
  /** The ids of people who may enter the room from now on, and of those who may no longer. */
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly archived?: boolean;
}

/** What waits in an outbox. */
export type Command =
  | SayCommand
  | EditCommand
  | DeleteCommand
  | ReactCommand
  | PinCommand
  | RoomCommand;

/** People that one message mentions at most. */
const MOST_MENTIONED = 50;
const mentioned = list(text, MOST_MENTIONED);
const optionalPeople: Check<string[] | undefined> = (value) =>
  value === undefined ? undefined : mentioned(value);
/** Files that one message names at most. */
const MOST_FILES = 10;
const named = list(
  object<NamedFile>({
    id: text,
    name: optional(text),
    type: optional(text),
    size: optional(whole),
    width: optional(whole),
    height: optional(whole),
    alt: optional(text),
  }),
  MOST_FILES,
);

const checks: { readonly [T in Command["type"]]: Check<Extract<Command, { type: T }>> } = {
  say: object<SayCommand>({
    type: word("say"),
    text,
    reply: optional(whole),
    to: optionalPeople,
    files: (value) => value === undefined ? undefined : named(value),
  }),
  edit: object<EditCommand>({ type: word("edit"), of: whole, text, v: optional(whole) }),
  delete: object<DeleteCommand>({ type: word("delete"), of: whole }),
  react: object<ReactCommand>({ type: word("react"), of: whole, emoji: text, on: flag }),
  pin: object<PinCommand>({ type: word("pin"), of: whole, on: flag }),
  room: object<RoomCommand>({
    type: word("room"),
    topic: optional(text),
    title: optional(text),
    add: optionalPeople,
    remove: optionalPeople,
    archived: optional(flag),
  }),
};

/** A command that was stored. */
export const checkCommand: Check<Command> = (value) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== "string" || !Object.hasOwn(checks, type)) throw new TypeError("no command");
  return checks[type as Command["type"]](value);
};
