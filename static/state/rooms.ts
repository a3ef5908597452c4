/**
 * The list of rooms, asked for every 15 s while the page is seen. The server lists its most active ones;
 * the rest comes page by page, when somebody wants more, and by name, when somebody looks for it.
 */

import { computed, signal } from "@preact/signals";
import { HttpError, listRooms, type RoomSummary } from "../../sdk/mod.ts";
import { foldedName } from "../text/rooms.ts";
import { room, server, token } from "./place.ts";
import { count, isUnread } from "./reading.ts";
import { checkStanding, standing } from "./session.ts";

const EVERY_MS = 15_000;
const SHOWN = 200;
/** Those that were heard of longest ago are forgotten. */
const MOST_KNOWN = 5_000;

/** A room in the list. */
export interface Row {
  readonly name: string;
  /** People in it. */
  readonly members: number;
  readonly isUnread: boolean;
}

const known = signal<ReadonlyMap<string, RoomSummary>>(new Map());
const shown = signal(SHOWN);
/** Whether the server has rooms that are not known here. */
const serverHasMore = signal(false);
/** Whether the server has answered at all. */
export const isKnown = signal(false);

const all = computed<Row[]>(() => {
  const current = known.value.get(room.value) ?? { name: room.value, members: 0, seq: 0 };
  return [...new Map(known.value).set(room.value, current).values()]
    .map(rowOf).sort((a, b) => a.name.localeCompare(b.name));
});

/** The rooms to list, by name. */
export const rows = computed(() => {
  const first = all.value.slice(0, shown.value);
  const current = all.value.find(({ name }) => name === room.value)!;
  return first.includes(current) ? first : [...first, current];
});
export const hasMore = computed(() => all.value.length > shown.value || serverHasMore.value);
export const hasUnread = computed(() => all.value.some(({ isUnread }) => isUnread));

/** What the server last said of a room. */
export const summaryOf = (name: string): RoomSummary | undefined => known.value.get(name);

/** How many people there are in a room, as far as it is known. */
export const membersOf = (name: string): number => known.value.get(name)?.members ?? 0;

function rowOf(summary: RoomSummary): Row {
  const { name, members } = summary;
  return { name, members, isUnread: name !== room.value && isUnread(summary) };
}

/** Asks now, and then every 15 s. */
export function start(): void {
  setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
  room.subscribe(() => void refresh());
}

/** The page by name that comes next; undefined once there is none. */
let after: string | undefined = "";

async function refresh(): Promise<void> {
  if (document.hidden || standing.peek() !== "in") return;
  try {
    const { rooms, more } = await listRooms({ url: server, token });
    add(rooms, more ? known.peek() : new Map());
    serverHasMore.value = more && after !== undefined;
    isKnown.value = true;
  } catch (error) {
    // The connection's own status says whatever else is wrong.
    if (error instanceof HttpError && error.status === 401) void checkStanding();
  }
}

function add(rooms: readonly RoomSummary[], to: ReadonlyMap<string, RoomSummary>): void {
  count(rooms);
  const added = new Map([...to, ...rooms.map((room) => [room.name, room] as const)]);
  known.value = new Map([...added].slice(-MOST_KNOWN));
}

/** Lists more rooms. */
export async function showMore(): Promise<void> {
  shown.value += SHOWN;
  if (!serverHasMore.value || after === undefined) return;
  try {
    const { rooms, more } = await listRooms({ url: server, token, after, limit: SHOWN });
    add(rooms, known.peek());
    after = more ? rooms.at(-1)?.name : undefined;
    serverHasMore.value = more;
  } catch { /* The button is still there. */ }
}

/** The rooms that are known and whose names hold this. */
export function matching(text: string): Row[] {
  const wanted = foldedName(text.trim());
  return all.value.filter(({ name }) => foldedName(name).includes(wanted)).slice(0, SHOWN);
}

/** Has the server look for rooms whose names hold this. */
export async function find(text: string): Promise<void> {
  const wanted = foldedName(text.trim());
  if (!wanted) return;
  try {
    add((await listRooms({ url: server, token, q: wanted })).rooms, known.peek());
  } catch { /* Those that are known must do. */ }
}
