/**
 * The page's one connection, and the reader's rooms as it reports them: what is unread in each, which of
 * them are starred or muted, and what they are called.
 *
 * The server's numbers are the truth, on all devices. What is drawn follows them within 100 ms, so that
 * busy rooms do not draw the list for every message.
 */

import { computed, signal } from "@preact/signals";
import { connectRooms, type MyRoom, type Rooms, type RoomsOptions } from "../../sdk/mod.ts";
import { listOf, words } from "../words/words.ts";
import { room } from "./place.ts";

const SHOW_MS = 100;

let chat: Rooms | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The reader's rooms by name. */
export const mine = signal<ReadonlyMap<string, MyRoom>>(new Map());

/** Connects, if that has not been done. @param listen is given a new connection */
export function connect(options: RoomsOptions, listen: (chat: Rooms) => void): Rooms {
  if (chat) return chat;
  chat = connectRooms(options);
  chat.on("rooms", () => timer ??= setTimeout(show, SHOW_MS));
  listen(chat);
  return chat;
}

/** Leaves all rooms. */
export function disconnect(): void {
  void chat?.close({ flushMs: 0 });
  chat = undefined;
  show();
}

function show(): void {
  clearTimeout(timer);
  timer = undefined;
  mine.value = new Map(chat?.list.map((room) => [room.name, room]));
}

/** The page's connection, once there is one. */
export const connection = (): Rooms | undefined => chat;

/** A room of the reader as it is now. */
export const myRoom = (name: string): MyRoom | undefined => chat?.room(name);

/** What a room is called: a hidden one has an address in place of a name. */
export function labelOf(
  { name, title, people }: Pick<MyRoom, "name" | "title" | "people">,
): string {
  if (title) return title;
  if (!people) return name;
  const others = people.filter(({ id }) => id !== chat?.you?.id);
  return others.length > 0 ? listOf(others.map(({ name }) => name)) : words.notes;
}

/** What the room that is shown is called. */
export const label = computed(() => labelOf(mine.value.get(room.value) ?? { name: room.value }));

/** Marks a room as read up to an entry. */
export const read = (room: string, seq: number): void => chat?.read(room, seq);

/** Marks all rooms as read. */
export const readAll = (): void => chat?.readAll();

export const star = (room: string, on: boolean): void => chat?.star(room, on);

export const mute = (room: string, on: boolean): void => chat?.mute(room, on);
