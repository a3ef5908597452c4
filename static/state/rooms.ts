/**
 * The list of rooms: the reader's own, which the connection keeps up to date, and the open rooms of the
 * server, asked for once a minute while the page is seen. The server lists its most active ones; the rest
 * comes page by page, when somebody wants more, and by name, when somebody looks for it.
 */

import { computed, signal } from "@preact/signals";
import { HttpError, listRooms, type RoomSummary } from "../../sdk/mod.ts";
import { foldedName, isHidden } from "../text/rooms.ts";
import { title } from "./changes.ts";
import { labelOf } from "./labels.ts";
import { mine } from "./my_rooms.ts";
import { room, server, token } from "./place.ts";
import { checkStanding, standing } from "./session.ts";
import { mentions as mentionsHere, unread as unreadHere } from "./unread.ts";

const EVERY_MS = 60_000;
const SHOWN = 200;
/** Those that were heard of longest ago are forgotten. */
const MOST_KNOWN = 5_000;

/** A room in the list. */
export interface Row {
  readonly room: RoomSummary;
  readonly name: string;
  /** What it is called. */
  readonly label: string;
  readonly section: "starred" | "rooms" | "direct";
  /** Whether it has unread messages; a muted room and the one that is shown never say so. */
  readonly isUnread: boolean;
  /** How many unread messages are for the reader in particular. */
  readonly mentions: number;
  readonly isMuted: boolean;
}

const known = signal<ReadonlyMap<string, RoomSummary>>(new Map());
const shown = signal(SHOWN);
/** Whether the server has rooms that are not known here. */
const serverHasMore = signal(false);
/** Whether the server has answered at all. */
export const isKnown = signal(false);

/** The reader's own rooms; an open one in which nothing was said leaves no trace. */
const ownNames = computed(() =>
  new Set(
    [...mine.value.values()].filter(({ name, seq, starred }) =>
      seq > 0 || starred || isHidden(name)
    )
      .map(({ name }) => name),
  )
);

let before: readonly Row[] = [];

/** All rooms by what they are called; the same rows as before, if nothing has changed. */
const all = computed<readonly Row[]>(() => {
  const names = new Set([...ownNames.value, ...known.value.keys()]);
  // Whether there is a hidden room only the server says.
  if (!isHidden(room.value)) names.add(room.value);
  const now = [...names].map(rowOf).sort((a, b) => a.label.localeCompare(b.label));
  const isSame = now.length === before.length && now.every((row, at) => isEqual(row, before[at]));
  return before = isSame ? before : now;
});

/** The rooms to list; the reader's own and the one that is shown are always among them. */
export const rows = computed(() => {
  let left = shown.value;
  return all.value.filter(({ name }) =>
    left-- > 0 || name === room.value || ownNames.value.has(name)
  );
});
/** What the room that is shown is called. */
export const label = computed(() => {
  const room = current();
  return labelOf({ ...room, title: title.value ?? room.title });
});
/** What is known of the room that is shown. */
export const current = (): RoomSummary => roomOf(room.value);
export const hasMore = computed(() => all.value.length > shown.value || serverHasMore.value);
export const hasUnread = computed(() => all.value.some(isNews));
/** How many unread messages there are for the reader in particular, in all rooms but muted ones. */
export const mentions = computed(() => all.value.reduce((sum, row) => sum + row.mentions, 0));

/** Whether anything in any room is new to the reader; what is muted is not. */
export const isAnythingNew = computed(() =>
  hasUnread.value || unreadHere.value > 0 && !mine.value.get(room.value)?.muted
);

/** Whether there is something for the reader. */
export const isNews = ({ isUnread, mentions }: Row): boolean => isUnread || mentions > 0;

/** What is known of a room. */
const roomOf = (name: string): RoomSummary =>
  mine.value.get(name) ?? known.value.get(name) ?? { name, members: 0, seq: 0 };

/** What a room is called, as far as it is known. */
export const labelFor = (name: string): string => labelOf(roomOf(name));

function rowOf(name: string): Row {
  const its = roomOf(name);
  const { unread = 0, mentions = 0, muted = false, starred = false } = mine.value.get(name) ?? {};
  return {
    room: its,
    name,
    label: labelOf(its),
    section: starred ? "starred" : its.access === "direct" ? "direct" : "rooms",
    isUnread: unread > 0 && !muted && name !== room.value,
    mentions: muted ? 0 : name === room.value ? mentionsHere.value : mentions,
    isMuted: muted,
  };
}

function isEqual(a: Row, b: Row): boolean {
  return a.name === b.name && a.label === b.label && a.section === b.section &&
    a.room.archived === b.room.archived && a.isUnread === b.isUnread &&
    a.mentions === b.mentions && a.isMuted === b.isMuted;
}

/** A room has been made, or is another now. */
export const learn = (room: RoomSummary): void => add([room], known.peek());

/** Asks now, and then once a minute. */
export function start(): void {
  setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
  void refresh();
}

/** The page by name that comes next; undefined once there is none. */
let after: string | undefined = "";

/** Asks which rooms there are. */
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

/** The rooms that are known and whose names hold this: those with something for the reader first. */
export function matching(text: string): Row[] {
  const wanted = foldedName(text.trim());
  const weight = (row: Row) => Number(row.mentions > 0) * 2 + Number(isNews(row));
  return all.value.filter(({ label }) => foldedName(label).includes(wanted))
    .sort((a, b) => weight(b) - weight(a)).slice(0, SHOWN);
}

/** Has the server look for rooms whose names hold this. */
export async function find(text: string): Promise<void> {
  const wanted = foldedName(text.trim());
  if (!wanted) return;
  try {
    add((await listRooms({ url: server, token, q: wanted })).rooms, known.peek());
  } catch { /* Those that are known must do. */ }
}
