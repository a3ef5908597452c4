/**
 * The stay in the room that is shown: enters the room of the address as the reader, and gives what the
 * reader says and does to its connection.
 */

import { batch, effect, untracked } from "@preact/signals";
import { connectRoom, type Room, type SayCommand, WebStore } from "../../sdk/mod.ts";
import { isHidden } from "../text/rooms.ts";
import { words } from "../words/words.ts";
import * as endings from "./endings.ts";
import { keyOf, outboxStorage } from "./keep.ts";
import * as log from "./log.ts";
import { leaveTarget, room as roomName, server, target, token } from "./place.ts";
import { listen } from "./reports.ts";
import {
  beginSession,
  hasSession,
  isByInvitation,
  isIn,
  isOfSession,
  saveProfile,
  welcomed,
} from "./session.ts";
import * as status from "./status.ts";
import * as unread from "./unread.ts";
import { drafts } from "./unsent.ts";
import { about } from "./writing.ts";
import { wantedName, you } from "./you.ts";

/** More than these do not wait. */
const MOST_UNSENT = 100;

let room: Room | undefined;

/** Enters the room of the address, and every one that comes after it. */
export function start(): void {
  effect(() => {
    const name = roomName.value;
    if (isIn.value) void untracked(() => enterAsOneself(name));
    else untracked(stop);
  });
  effect(() => {
    const now = you.value;
    untracked(() => identify(wantedName(now), now.email));
  });
  effect(() => {
    if (target.value && status.wasOnline.value) void untracked(() => showTarget());
  });
  unread.start();
  endings.start();
  addEventListener("online", wake);
  // A new connection fails at once; the old one would be missed after half a minute.
  addEventListener("offline", () => room?.identify({}));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
}

/** The reader is no longer in the chat. */
function stop(): void {
  void room?.close({ flushMs: 0 });
  room = undefined;
}

export const wake = (): void => room?.wake();
export const typing = (): void => room?.typing();

/**
 * Says something; returns false if too much is waiting already.
 *
 * @param more what it answers, and its files
 */
export function say(text: string, more: Pick<SayCommand, "reply" | "files">): boolean {
  if (!room || drafts.value.length >= MOST_UNSENT) return false;
  void room.say(text, more);
  log.markFrom(0);
  void toEnd();
  return true;
}

/** Goes to the end of the room. */
export function toEnd(): Promise<void> {
  leaveTarget();
  return log.toEnd();
}

async function showTarget(): Promise<void> {
  const { seq } = target.peek() ?? {};
  if (seq === undefined || await log.show(seq) || target.peek()?.seq !== seq) return;
  if (status.isOnline()) status.tell(words.notHere);
}

/** Enters a room, with a session. */
async function enterAsOneself(name: string): Promise<void> {
  if (!hasSession()) await beginSession(profile());
  if (isIn.peek() && name === roomName.peek()) enter(name);
}

const profile = () => ({ name: wantedName(you.peek()), email: you.peek().email });

/** The cookie may be gone although the page remembers its session; asked for once, to be sure. */
async function renewSession(id: string): Promise<void> {
  if (isRenewed || isOfSession(id)) return;
  isRenewed = true;
  await beginSession(profile());
  if (!isOfSession(id)) room?.identify({});
}

let isRenewed = false;

function enter(name: string): void {
  void room?.close({ flushMs: 0 });
  const mine = room = connectRoom({
    ...profile(),
    url: server,
    room: name,
    token,
    store: new WebStore(outboxStorage, keyOf(`unsent ${name} `)),
    keepFailed: true,
  });
  batch(() => {
    about.value = undefined;
    status.start();
    listen(mine, () => mine === room);
    unread.enter();
  });
  mine.on("welcome", ({ you }) => {
    if (mine !== room) return;
    void renewSession(you.id);
    if (!isHidden(name)) welcomed(you);
  });
}

/** The reader has another name or email. */
function identify(name: string, email: string): void {
  if (email !== knownEmail) room?.identify({ email });
  knownEmail = email;
  // Members are called what the directory says, which counts from the next connection on.
  if (isByInvitation && room && room.name !== name) enter(roomName.peek());
  else room?.rename(name);
}

let knownEmail = you.peek().email;

/** Takes another name, from the field. */
export async function rename(name: string): Promise<void> {
  try {
    await saveProfile({ name });
  } catch (error) {
    status.hint.value = (error as Error).message;
  }
}
