/**
 * What screen readers say by themselves. Messages one by one in a calm room, more than three in 1.5 s as
 * a digest; and, collected for longer, what others edit and delete, and how they react to the reader's
 * own messages. The same is not said twice within a minute, and nothing is said of what is withdrawn.
 */

import { signal } from "@preact/signals";
import type { Applied, Message, MessageChange } from "../../sdk/mod.ts";
import { summaryOf } from "../text/files.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { nameOf } from "./names.ts";

const GATHER_MS = 1_500;
const GATHER_CHANGES_MS = 4_000;
const AGAIN_MS = 60_000;
const CALM = 3;
const MOST = 1_000;

/** A text for screen readers, and the message that it is of, if it is of one. */
export interface Announcement {
  readonly seq?: number;
  readonly text: string;
}

export const announced = signal<readonly Announcement[]>([]);

let messages: Message[] = [];
/** By what makes them the same. */
const changes = new Map<string, string>();
/** When each of these was last said. */
const said = new Map<string, number>();

/** Somebody else has said something. */
export function announce(message: Message): void {
  if (messages.length === 0) setTimeout(readMessages, GATHER_MS);
  if (messages.length < MOST) messages.push(message);
}

/** Somebody else has done something to a message. @param me the reader's id */
export function announceChange(change: Applied<MessageChange>, me: string | undefined): void {
  const isUnread = messages.some(({ seq }) => seq === change.of);
  forget(change);
  const text = textOf(change, me);
  const key = keyOf(change);
  const last = said.get(key) ?? -Infinity;
  if (!text || isUnread || changes.size >= MOST || performance.now() - last < AGAIN_MS) return;
  if (changes.size === 0) setTimeout(readChanges, GATHER_CHANGES_MS);
  changes.set(key, text);
}

/** A change that makes others untrue: a deleted text is not read out, and no longer there to be read. */
export function forget(change: MessageChange): void {
  if (change.type === "react") changes.delete(keyOf(change));
  if (change.type !== "delete") return;
  messages = messages.filter(({ seq }) => seq !== change.of);
  announced.value = announced.value.filter(({ seq }) => seq !== change.of);
}

const keyOf = ({ type, from, of, ...more }: MessageChange): string =>
  `${type} ${from} ${of} ${"emoji" in more ? more.emoji : ""}`;

function textOf(change: Applied<MessageChange>, me: string | undefined): string | undefined {
  const name = isolated(nameOf(change.from) ?? words.somebody);
  switch (change.type) {
    case "edit":
      return words.someoneEdited(name);
    case "delete":
      return words.someoneDeleted(name);
    case "react":
      if (change.on && change.message?.from === me) return words.someoneReacted(name, change.emoji);
  }
}

function readMessages(): void {
  const people = new Set(messages.map(({ from }) => from)).size;
  if (messages.length > 0) {
    announced.value = messages.length > CALM
      ? [{ text: words.digest(messages.length, people) }]
      : messages.map((message) => ({ seq: message.seq, text: spoken(message) }));
  }
  messages = [];
}

/** A message as it is read out: its text, or what its files show or are called. */
const spoken = (message: Message): string =>
  `${isolated(message.name)}: ${message.text || summaryOf(message)}`;

function readChanges(): void {
  const now = performance.now();
  for (const key of changes.keys()) said.set(key, now);
  for (const [key, at] of said) if (now - at >= AGAIN_MS || said.size > MOST) said.delete(key);
  const texts = [...new Set(changes.values())];
  if (texts.length > 0) {
    announced.value = texts.length > CALM
      ? [{ text: words.changesDigest(changes.size) }]
      : texts.map((text) => ({ text }));
  }
  changes.clear();
}
