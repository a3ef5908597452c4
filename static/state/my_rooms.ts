/**
 * The page's one connection, and the reader's rooms as it reports them: what is unread in each, and which
 * of them are starred or muted.
 *
 * The server's numbers are the truth, on all devices. What is drawn follows them within 100 ms, so that
 * busy rooms do not draw the list for every message.
 */

import { signal } from "@preact/signals";
import { connectRooms, type MyRoom, type Rooms, type RoomsOptions } from "../../sdk/mod.ts";

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

/** Marks a room as read up to an entry. */
export const read = (room: string, seq: number): void => chat?.read(room, seq);

/** The page may go away: what was marked is sent now. */
export const flush = (): void => chat?.flush();

/** Marks all rooms as read. */
export const readAll = (): void => chat?.readAll();

export const star = (room: string, on: boolean): void => chat?.star(room, on);

export const mute = (room: string, on: boolean): void => chat?.mute(room, on);
