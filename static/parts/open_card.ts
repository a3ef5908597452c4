/** The person whose card is open, and where it is. */

import { signal } from "@preact/signals";
import type { Person } from "../../sdk/mod.ts";
import { beside, showDialog } from "./dialog.tsx";

interface Carded {
  readonly person: Person;
  readonly place: Record<string, string>;
}

export const carded = signal<Carded | undefined>(undefined);

/** Opens a person's card beside an element. */
export function openCard({ id, name, avatar }: Person, element: Element | null | undefined): void {
  carded.value = { person: { id, name, avatar }, place: beside(element) };
  showDialog("card");
}
