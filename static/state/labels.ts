/** What rooms are called: an open one by its name, a private one by its title, a direct one by its people. */

import type { RoomSummary } from "../../sdk/mod.ts";
import { isHidden } from "../text/rooms.ts";
import { listOf, words } from "../words/words.ts";
import { me } from "./people.ts";
import { ownId } from "./session.ts";

/** What is known of a room. */
export type Labelled = Pick<RoomSummary, "name" | "access" | "title" | "people">;

/** The reader's id. */
export const myId = (): string => me.value?.id ?? ownId();

export function labelOf({ name, title, people }: Labelled): string {
  if (!isHidden(name)) return name;
  if (!people) return title ?? words.hiddenRoom;
  const others = people.filter(({ id }) => id !== myId()).map(({ name }) => name);
  return others.length > 0 ? listOf(others) : words.notes;
}

/** The one other person of a direct room; undefined if there are more, or none. */
export function partnerOf({ people = [] }: Labelled) {
  const others = people.filter(({ id }) => id !== myId());
  return others.length === 1 ? others[0] : undefined;
}
