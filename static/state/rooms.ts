/**
 * The list of rooms, asked for every 15 s while the page is seen. The server lists its most active ones;
 * the rest comes page by page, when somebody wants more, and by name, when somebody looks for it.
 */

import { computed, signal } from "@preact/signals";
import { HttpError, listRooms, type RoomSummary } from "../../sdk/mod.ts";
import { foldedName, isHidden } from "../text/rooms.ts";
import { title } from "./changes.ts";
import { labelOf } from "./labels.ts";
import { room, server, token } from "./place.ts";
import { count, isUnread } from "./reading.ts";
import { checkStanding, standing } from "./session.ts";

const EVERY_MS = 15_000;
const SHOWN = 200;
/** Those that were heard of longest ago are forgotten. */
const MOST_KNOWN = 5_000;

/** A room in the list. */
export interface Row {
  readonly room: RoomSummary;
  readonly name: string;
  /** What it is called. */
  readonly label: string;
  readonly isUnread: boolean;
}

const known = signal<ReadonlyMap<string, RoomSummary>>(new Map());
const shown = signal(SHOWN);
/** Whether the server has rooms that are not known here. */
const serverHasMore = signal(false);
/** Whether the server has answered at all. */
export const isKnown = signal(false);

const all = computed<Row[]>(() => {
  const rooms = new Map(known.value);
  // Whether there is a hidden room only the server says.
  if (!rooms.has(room.value) && !isHidden(room.value)) {
    rooms.set(room.value, { name: room.value, members: 0, seq: 0 });
  }
  return [...rooms.values()].map(rowOf).sort((a, b) => a.label.localeCompare(b.label));
});

/** The rooms to list, by name. */
export const rows = computed(() => {
  const first = all.value.slice(0, shown.value);
  const current = all.value.find(({ name }) => name === room.value);
  return !current || first.includes(current) ? first : [...first, current];
});
/** What the room that is shown is called. */
export const label = computed(() => {
  const room = current();
  return labelOf({ ...room, title: title.value ?? room.title });
});
/** What is known of the room that is shown. */
export const current = (): Pick<RoomSummary, "name"> & Partial<RoomSummary> =>
  known.value.get(room.value) ?? { name: room.value };
export const hasMore = computed(() => all.value.length > shown.value || serverHasMore.value);
export const hasUnread = computed(() => all.value.some(({ isUnread }) => isUnread));

/** What the server last said of a room. */
export const summaryOf = (name: string): RoomSummary | undefined => known.value.get(name);

function rowOf(summary: RoomSummary): Row {
  const { name } = summary;
  const isNew = name !== room.value && isUnread(summary);
  return { room: summary, name, label: labelOf(summary), isUnread: isNew };
}

/** A room has been made, or is another now. */
export const learn = (room: RoomSummary): void => add([room], known.peek());

/** Asks now, and then every 15 s. */
export function start(): void {
  setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
  room.subscribe(() => void refresh());
}

/** The page by name that comes next; undefined once there is none. */
let after: string | undefined = "";

export async function refresh(): Promise<void> {
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

/** The rooms that are known and whose names, titles or people hold this. */
export function matching(text: string): Row[] {
  const wanted = foldedName(text.trim());
  return all.value.filter(({ label }) => foldedName(label).includes(wanted)).slice(0, SHOWN);
}

/** Has the server look for rooms whose names hold this. */
export async function find(text: string): Promise<void> {
  const wanted = foldedName(text.trim());
  if (!wanted) return;
  try {
    add((await listRooms({ url: server, token, q: wanted })).rooms, known.peek());
  } catch { /* Those that are known must do. */ }
}
