/** The people in the room that is shown, and who is typing. */

import { computed, signal } from "@preact/signals";
import type { Person, RoomAccess, RoomState, Welcome } from "../../sdk/mod.ts";
import { shownKey } from "../text/people.ts";
import { hear } from "./names.ts";

const MOST_SHOWN = 300;

/** The reader, as the server knows them. */
export const me = signal<Person | undefined>(undefined);
/** How the room is entered; a private one has an owner. */
export const access = signal<RoomAccess | undefined>(undefined);
/** Whether the reader may delete what others said. */
export const mayModerate = computed(() => ["admin", "owner"].includes(me.value?.role ?? ""));
/** Whether the reader may pin messages and set the topic. */
export const mayArrange = computed(() => access.value !== "private" || mayModerate.value);
export const count = signal(0);
export const members = signal<readonly Person[]>([]);
export const typing = signal<readonly Person[]>([]);

/** The members to list: the reader first, then by name. */
export const listed = computed(() => {
  const isMe = ({ id }: Person) => Number(id === me.value?.id);
  return [...members.value]
    .sort((a, b) => isMe(b) - isMe(a) || a.name.localeCompare(b.name))
    .slice(0, MOST_SHOWN);
});

/** The ids of those who are here, by what their names look like. */
const byLook = computed(() => {
  const found = new Map<string, string[]>();
  for (const { id, name } of members.value) {
    const key = shownKey(name);
    found.set(key, [...found.get(key) ?? [], id]);
  }
  return found;
});

/** Whether somebody else who is here has a name that looks like this person's. */
export const isShared = (id: string, key: string): boolean =>
  byLook.value.get(key)?.some((other) => other !== id) ?? false;

/** Nobody is known. */
export function clear(): void {
  me.value = undefined;
  count.value = 0;
  members.value = typing.value = [];
}

/** The reader has entered the room. */
export function welcomed(welcome: Welcome): void {
  access.value = welcome.access;
}

let before: readonly Person[] = [];

/** Shows what the room knows now. */
export function show(state: RoomState): void {
  me.value = state.you;
  count.value = state.count;
  const now = [...state.members.values()];
  if (now.length !== before.length || now.some((person, index) => person !== before[index])) {
    members.value = before = now;
    for (const { id, name } of now) hear(id, name);
  }
  if (typing.value.length > 0 || state.typing.length > 0) typing.value = state.typing;
}
