/**
 * What is being written: a new message, the answer to one, or another text for one's own. The room's
 * draft is remembered after every key, until it is in the outbox; while a message is edited it waits.
 */

import { effect, signal } from "@preact/signals";
import type { Message } from "../../sdk/mod.ts";
import * as changes from "./changes.ts";
import { forget, recall, remember } from "./keep.ts";
import { room } from "./place.ts";
import { isIn } from "./session.ts";

/** What is being answered or edited; undefined: a new message is written. */
export type About = { readonly kind: "reply" | "edit"; readonly message: Message };

export const about = signal<About | undefined>(undefined);

/** The text in the field. */
export const text = signal("");
let field: HTMLTextAreaElement | undefined;

/** Has the draft of the room that is shown in the field, from now on. */
export function start(): void {
  // With the room itself, not when it is drawn: a key in between would go into the draft of the last room.
  effect(() => {
    if (isIn.value && room.value) text.value = draft();
  });
}

/** Puts a text into the field, to be written on. */
export function edit(given: string | undefined): void {
  if (given === undefined) return;
  put(given);
  field?.focus();
}

/** Answers a message. */
export function replyTo(message: Message): void {
  cancel();
  about.value = { kind: "reply", message };
  // A menu that is closing takes the focus back first.
  setTimeout(focusField);
}

/** Gives one's own message another text. */
export function editMessage(message: Message): void {
  const { seq } = message;
  const failed = changes.discardEdit(seq);
  about.value = { kind: "edit", message };
  put(failed ?? changes.pending.value.messages.get(seq)?.text ?? message.text);
  setTimeout(focusField);
}

/** Neither answers nor edits any more; the draft comes back. */
export function cancel(): void {
  if (about.value?.kind === "edit") text.value = draft();
  about.value = undefined;
}

/** The element of the field. */
export function setField(element: HTMLTextAreaElement): void {
  field = element;
}

/** What the field is in, for what lies above it. */
export const fieldElement = (): Element | null | undefined => field?.closest(".field");

/** Mentions somebody where the cursor is. */
export function mention(name: string): void {
  if (!field) return;
  const gap = /\S$/.test(field.value.slice(0, field.selectionStart)) ? " " : "";
  insert(`${gap}@${name} `);
}

/** Puts a text where the cursor is. */
export function insert(given: string): void {
  if (!field) return;
  field.setRangeText(given, field.selectionStart, field.selectionEnd, "end");
  put(field.value);
  // A dialog that is closing takes the focus back first.
  setTimeout(focusField);
}

export const focusField = (): void => field?.focus();

const draftKey = () => `draft ${room.peek()}`;
const draft = () => recall(draftKey(), "");

/** Puts a text into the field; unless it is an edit, it is the room's draft. */
export function put(given: string): void {
  text.value = given;
  if (about.value?.kind === "edit") return;
  if (given) remember(draftKey(), given);
  else forget(draftKey());
}
