/** The reader's name, email and preferences, remembered by the browser. */

import { signal } from "@preact/signals";
import { keyOf, recall, remember } from "./keep.ts";

export interface You {
  /** Empty: a guest, or the first part of the email. */
  readonly name: string;
  readonly email: string;
  /** Whether pictures are fetched from Gravatar. */
  readonly pictures: boolean;
  readonly notify: boolean;
  readonly sound: boolean;
}

const NEW: You = { name: "", email: "", pictures: true, notify: false, sound: false };
const MOST_CHARACTERS = 64;
const UNFIT = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

export const you = signal<You>(recalled());
/** Whether the reader has been here before, and so is not welcomed. */
export const isKnown = signal(recall<You | null>("you", null) !== null);

/** The name to ask for; empty for a guest. */
export const wantedName = ({ name, email }: You): string => name || email.split("@")[0];

/** The name that the reader asks for now. */
export const ownName = (): string => wantedName(you.peek());

/** Whether this may be somebody's name; a guest has none. */
export const isName = (name: string): boolean =>
  [...name].length <= MOST_CHARACTERS && !UNFIT.test(name);

/** Changes some of it. */
export function change(some: Partial<You>): void {
  you.value = { ...you.value, ...some };
  remember("you", you.value);
  isKnown.value = true;
}

function recalled(): You {
  return { ...NEW, ...recall<Partial<You>>("you", {}) };
}

// Another tab has changed something.
addEventListener("storage", ({ key }) => {
  if (key === keyOf("you")) you.value = recalled();
});
