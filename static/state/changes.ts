/**
 * What the reader does to messages: given to the room's outbox, shown as pending until the server has
 * kept it, and if it is refused, reported at the message.
 */

import { signal } from "@preact/signals";
import type { Draft, EditCommand, Outcome, Pending, Room } from "../../sdk/mod.ts";

/** What waits in the outbox. */
export const pending = signal<Pending>({ messages: new Map() });
/** Edits that were refused, with their texts, by message. */
export const refusedEdits = signal<ReadonlyMap<number, Draft>>(new Map());
/** Other refusals, by message; 0 is the room itself. */
export const refusals = signal<ReadonlyMap<number, string>>(new Map());
/** The room's title, if it is a private one, its topic and pinned messages. */
export const title = signal<string | undefined>(undefined);
/** Whether nothing can be said in the room any more. */
export const isArchived = signal(false);
export const topic = signal<string | undefined>(undefined);
export const pins = signal<readonly number[]>([]);

/** The key of refusals that concern no message. */
export const THE_ROOM = 0;
const MOST_REFUSALS = 100;

let room: Room | undefined;

/** Another room. */
export function start(next: Room): void {
  room = next;
  refusals.value = new Map();
  showOutbox();
  showSettings();
}

/** The outbox has changed. */
export function showOutbox(): void {
  if (!room) return;
  pending.value = room.pending;
  const failed = room.outbox.drafts.filter(({ failed, command }) =>
    failed && command.type === "edit"
  );
  refusedEdits.value = new Map(
    failed.map((draft) => [(draft.command as EditCommand).of, draft]),
  );
}

/** The room's settings may have changed. */
export function showSettings(): void {
  title.value = room?.state.title;
  isArchived.value = room?.state.archived ?? false;
  topic.value = room?.state.topic;
  if (room && room.state.pins !== pins.value) pins.value = room.state.pins;
}

/** Reacts to a message, or withdraws that. */
export const react = (seq: number, emoji: string, on: boolean): void =>
  follow(seq, room?.react(seq, emoji, on));

/** Gives a message another text. */
export function edit(seq: number, text: string): void {
  discardEdit(seq);
  follow(seq, room?.edit(seq, text), true);
}

export const remove = (seq: number): void => follow(seq, room?.remove(seq));

export const pin = (seq: number, on: boolean): void => follow(seq, room?.pin(seq, on));

export const setTopic = (text: string): void => follow(THE_ROOM, room?.setTopic(text));

/** Gives up an edit that was refused; returns its text. */
export function discardEdit(seq: number): string | undefined {
  const draft = refusedEdits.value.get(seq);
  if (!draft) return;
  room?.outbox.remove(draft.id);
  return (draft.command as EditCommand).text;
}

/** Sends a refused edit again, as the text is now. */
export function retryEdit(seq: number): void {
  const text = discardEdit(seq);
  if (text !== undefined) edit(seq, text);
}

/** The reader has read why. */
export const dismiss = (seq: number): void => setRefusal(seq, undefined);

/** @param isKept whether the outbox keeps what was refused, and so reports it */
async function report(seq: number, outcome: Promise<Outcome>, isKept: boolean): Promise<void> {
  const mine = room;
  const result = await outcome;
  if (result.kept || mine !== room || result.code === "removed" || result.code === "closed") return;
  if (!isKept || result.code === "outbox_full") setRefusal(seq, result.detail);
}

function follow(seq: number, outcome: Promise<Outcome> | undefined, isKept = false): void {
  setRefusal(seq, undefined);
  if (outcome) void report(seq, outcome, isKept);
}

function setRefusal(seq: number, detail: string | undefined): void {
  if (detail === undefined && !refusals.value.has(seq)) return;
  const all = new Map(refusals.value);
  all.delete(seq);
  if (detail !== undefined) all.set(seq, detail);
  refusals.value = new Map([...all].slice(-MOST_REFUSALS));
}
