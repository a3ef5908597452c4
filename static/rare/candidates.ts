/** The people whom the reader may add to a room, as far as the page can know them. */

import { listMembers, type Person } from "../../sdk/mod.ts";
import { chat, heard, isByInvitation, members, myId } from "../kit.ts";

/** More members are not offered. */
const MOST_PAGES = 10;

/** Members, where people come by invitation; else those who are here or were heard of. */
export async function candidates(): Promise<Person[]> {
  const found = isByInvitation
    ? await allMembers()
    : [...members.peek(), ...heard().map(([id, name]) => ({ id, name }))];
  const byId = new Map(found.toReversed().map((person) => [person.id, person]));
  byId.delete(myId());
  return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name));
}

async function allMembers(): Promise<Person[]> {
  const found: Person[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const { members, more } = await listMembers({ ...chat, after: found.at(-1)?.id });
    found.push(...members.filter(({ banned }) => !banned));
    if (!more) break;
  }
  return found;
}
