/**
 * The stay in the room that is shown: enters the room of the address as the reader, and gives it what the
 * reader says and does. All rooms share the page's one connection.
 */

import { batch, effect, untracked } from "@preact/signals";
import { type Room, type Rooms, type SayCommand, WebStore } from "../../sdk/mod.ts";
import { isHidden } from "../text/rooms.ts";
import { words } from "../words/words.ts";
import * as endings from "./endings.ts";
import { keyOf, outboxStorage } from "./keep.ts";
import * as log from "./log.ts";
import { connect, connection, disconnect } from "./my_rooms.ts";
import * as notices from "./notices.ts";
import { becomes, leaveTarget, room as roomName, server, target, token } from "./place.ts";
import { listen, refused } from "./reports.ts";
import { refresh } from "./rooms.ts";
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
import { takeMeant } from "./suggest.ts";
import { drafts } from "./unsent.ts";
import { about } from "./writing.ts";
import { wantedName, you } from "./you.ts";

/** More than these do not wait. */
const MOST_UNSENT = 100;

let room: Room | undefined;
/** The name of that room. */
let entered = "";

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
  notices.start();
  endings.start();
  addEventListener("online", wake);
  // A new connection fails at once; the old one would be missed after half a minute.
  addEventListener("offline", () => connection()?.identify({}));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
}

/** The reader is no longer in the chat. */
function stop(): void {
  room = undefined;
  entered = "";
  disconnect();
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
  void room.say(text, { ...more, to: takeMeant(text) });
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
  if (isIn.peek() && name === roomName.peek() && name !== entered) enter(name);
}

const profile = () => ({ name: wantedName(you.peek()), email: you.peek().email });

/** The cookie may be gone although the page remembers its session; asked for once, to be sure. */
async function renewSession(id: string): Promise<void> {
  if (isRenewed || isOfSession(id)) return;
  isRenewed = true;
  await beginSession(profile());
  if (!isOfSession(id)) connection()?.identify({});
}

let isRenewed = false;

function connected(): Rooms {
  const store = (room: string) => new WebStore(outboxStorage, keyOf(`unsent ${room} `));
  return connect({ ...profile(), url: server, token, store, keepFailed: true }, (chat) => {
    chat.on("rooms", unread.count);
    chat.on("mention", notices.mentioned);
    chat.on("error", refused);
    chat.on("removed", shut);
  });
}

/** The reader may not enter a room any more. */
function shut(name: string): void {
  const why = { kind: "refused", code: 404, detail: "" } as const;
  void refresh();
  if (name === entered) status.turn({ is: "stopped", why });
}

function enter(name: string): void {
  unread.leave(entered);
  void room?.close({ flushMs: 0 });
  const mine = room = connected().enter(name);
  entered = name;
  mine.on("welcome", ({ you, room: written }) => {
    if (mine !== room) return;
    // The address may have written the name in another way.
    entered = written;
    becomes(written);
    void renewSession(you.id);
    if (!isHidden(written)) welcomed(you);
  });
  batch(() => {
    about.value = undefined;
    status.start();
    listen(mine, () => mine === room);
    unread.enter();
  });
}

/** The reader has another name or email. */
function identify(name: string, email: string): void {
  if (email !== knownEmail) connection()?.identify({ email });
  knownEmail = email;
  // Members are called what the directory says.
  if (!isByInvitation) connection()?.rename(name);
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
