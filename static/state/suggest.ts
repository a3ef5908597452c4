/**
 * Whom an `@` in the field may mean: the people here whose names begin with what follows it. Anyone who is
 * chosen is mentioned by id, so that of two people with one name the right one learns of it.
 */

import { computed, signal } from "@preact/signals";
import type { Person } from "../../sdk/mod.ts";
import { meant, startOf } from "../text/mentions.ts";
import { foldedName } from "../text/rooms.ts";
import { listed, members } from "./people.ts";
import { insert } from "./writing.ts";

const MOST = 8;
/** More people than these are mentioned by one message in no room. */
const MOST_CHOSEN = 50;

/** The part of the field's text that is being completed. */
const part = signal<{ readonly from: number; readonly to: number; readonly typed: string }>();
/** Which one of the suggestions is marked. */
export const marked = signal(0);

let field: HTMLTextAreaElement | undefined;
/** Those who were chosen, by id; they count while the text names them. */
let chosen = new Map<string, Person>();

/** The people to choose from; none if there is only the one whose whole name was typed. */
export const suggested = computed<readonly Person[]>(() => {
  if (!part.value) return [];
  const wanted = foldedName(part.value.typed);
  const found = listed.value.filter(({ name }) =>
    foldedName(name).split(/\s/).some((word) => word.startsWith(wanted))
  );
  const isWhole = found.length === 1 && foldedName(found[0].name) === wanted;
  return isWhole ? [] : found.slice(0, MOST);
});

/** The text or the cursor has changed. */
export function look(element: HTMLTextAreaElement): void {
  field = element;
  const { value, selectionStart: to, selectionEnd } = element;
  const from = to === selectionEnd ? startOf(value, to) : undefined;
  part.value = from === undefined ? undefined : { from, to, typed: value.slice(from + 1, to) };
  marked.value = 0;
}

/** Suggests nothing until the text changes. */
export function dismiss(): void {
  part.value = undefined;
}

/** Puts a person's name in place of what was typed. */
export function choose(person: Person): void {
  const { from, to } = part.peek() ?? {};
  dismiss();
  if (!field || from === undefined || to === undefined) return;
  if (chosen.size < MOST_CHOSEN) chosen.set(person.id, person);
  field.setSelectionRange(from, to);
  insert(`@${person.name} `);
}

/** The ids of those whom a text mentions; undefined if nobody was chosen, and the server knows as much. */
export function takeMeant(text: string): string[] | undefined {
  const first = [...chosen.values()];
  const ids = meant(text, first, members.peek());
  const isChosen = ids.some((id) => chosen.has(id));
  chosen = new Map();
  return isChosen ? ids : undefined;
}

/** Handles a key while there are suggestions; returns whether it was for them. */
export function keyed({ key, shiftKey }: KeyboardEvent): boolean {
  const all = suggested.peek();
  if (all.length === 0 || shiftKey) return false;
  if (key === "Enter" || key === "Tab") choose(all[marked.peek()]);
  else if (key === "ArrowDown") marked.value = (marked.peek() + 1) % all.length;
  else if (key === "ArrowUp") marked.value = (marked.peek() + all.length - 1) % all.length;
  else if (key === "Escape") dismiss();
  else return false;
  return true;
}
