/** The files of a message as text, for wires that know no files: the name and the address of each. */

import type { Message } from "../journal/journal.ts";
import type { Wire } from "./wire.ts";

/** Where a wire's clients are. */
export interface Place {
  readonly room: string;
  /** The public address of the server; `""` if it is not known: then addresses begin with the path. */
  readonly base: string;
}

/** How many wires are remembered. */
const MOST = 1_000;

/** The text of a message, followed by its files. */
export function textWithFiles({ text, files }: Message, { room, base }: Place): string {
  if (!files) return text;
  const folder = `${base}/rooms/${encodeURIComponent(room)}/files`;
  const shown = files.map(({ id, name }) => `${name}: ${folder}/${id}/${encodeURIComponent(name)}`);
  return [...(text ? [text] : []), ...shown].join(" ");
}

/**
 * Makes wires that differ only by their place: the same object for all clients at one place, so that one
 * frame serves them.
 */
export function byPlace(create: (place: Place) => Wire): (place: Place) => Wire {
  const made = new Map<string, Wire>();
  return (place) => {
    const key = `${place.base} ${place.room}`;
    let wire = made.get(key);
    if (!wire) made.set(key, wire = create(place));
    if (made.size > MOST) made.delete(made.keys().next().value!);
    return wire;
  };
}
