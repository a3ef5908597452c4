/**
 * The stay in the room that is shown: everything that its connection reports goes to the parts of the
 * page from here, and everything that the reader does goes to the connection.
 */

import { batch, effect, signal, untracked } from "@preact/signals";
import {
  connectRoom,
  type Draft,
  type Message,
  type MessageChange,
  type Person,
  type Refusal,
  type Room,
  type SayCommand,
  type Status,
  WebStore,
  type Welcome,
} from "../../sdk/mod.ts";
import { mentions } from "../text/mentions.ts";
import { words } from "../words/words.ts";
import * as changes from "./changes.ts";
import * as cited from "./cited.ts";
import { keyOf, outboxStorage } from "./keep.ts";
import * as log from "./log.ts";
import { hear } from "./names.ts";
import * as notices from "./notices.ts";
import * as people from "./people.ts";
import { leaveTarget, room as roomName, server, target, token } from "./place.ts";
import * as unread from "./unread.ts";
import { beginSession, hasSession, isOfSession } from "./session.ts";
import { about } from "./writing.ts";
import { change, isKnown, wantedName, you } from "./you.ts";

export const status = signal<Status>({ is: "connecting" });
/** Whether this room has ever answered. */
export const wasOnline = signal(false);
/** Whether the room has no messages at all. */
export const isEmpty = signal(false);
/** The messages that are not yet known to be kept, oldest first. */
export const drafts = signal<readonly Unsent[]>([]);
/** Until when the server wants a pause. */
export const resumesAt = signal(0);
/** Said to the reader for a moment: about the connection, and about what they wrote. */
export const news = signal("");
export const hint = signal("");
/** The largest text, as far as it is known. */
export const maxBytes = signal(4096);

/** A message that waits. */
export type Unsent = Draft & { readonly command: SayCommand };

const NEWS_MS = 5_000;

let room: Room | undefined;
/** Messages up to this one are not announced: they were there before. */
let quietUntil: number | undefined;
let newsTimer: ReturnType<typeof setTimeout> | undefined;

export const isOnline = (): boolean => status.value.is === "online";

/** Enters the room of the address, and every one that comes after it. */
export function start(): void {
  effect(() => {
    const name = roomName.value;
    if (isKnown.value || token) void untracked(() => enterAsOneself(name));
  });
  effect(() => {
    const now = you.value;
    untracked(() => identify(wantedName(now), now.email));
  });
  effect(() => {
    if (target.value && wasOnline.value) void untracked(() => showTarget());
  });
  unread.start();
  addEventListener("online", wake);
  // A new connection fails at once; the old one would be missed after half a minute.
  addEventListener("offline", () => room?.identify({}));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) wake();
  });
}

export const wake = (): void => room?.wake();
export const typing = (): void => room?.typing();

/** Says something; returns false if too much is waiting already. @param reply what it answers */
export function say(text: string, reply?: number): boolean {
  if (!room || drafts.value.length >= 100) return false;
  void room.say(text, { reply });
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
  if (isOnline()) tell(words.notHere);
}

export const retry = (id: string): void => room?.outbox.retry(id);

/** Takes an unsent message back; returns its text. */
export function takeBack(
  id = drafts.value.findLast(({ failed }) => failed)?.id,
): string | undefined {
  const draft = drafts.value.find((draft) => draft.id === id);
  if (draft) room?.outbox.remove(draft.id);
  return draft?.command.text;
}

/** Enters a room, with a session. */
async function enterAsOneself(name: string): Promise<void> {
  if (!hasSession()) await beginSession(profile());
  if (name === roomName.peek()) enter(name);
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
    status.value = { is: "connecting" };
    wasOnline.value = isEmpty.value = false;
    quietUntil = undefined;
    hint.value = news.value = "";
    people.clear();
    about.value = undefined;
    log.start((query) => mine.history(query));
    cited.start((seq) => mine.message(seq));
    changes.start(mine);
    unread.enter();
    showOutbox();
  });
  listen(mine);
}

function listen(mine: Room): void {
  const whileHere = <T>(act: (detail: T) => void) => (detail: T) => {
    if (mine === room) batch(() => act(detail));
  };
  mine.on("status", whileHere(turn));
  mine.on("reset", whileHere(reset));
  mine.on("welcome", whileHere(welcomed));
  mine.on("message", whileHere(take));
  for (const kind of ["edit", "delete", "react", "pin"] as const) {
    mine.on(kind, whileHere<MessageChange>(changed));
  }
  mine.on("gap", whileHere(({ to }) => lose(to)));
  mine.on("renamed", whileHere(renamed));
  mine.on("error", whileHere(refused));
  mine.on("outbox", whileHere(showOutbox));
  mine.on("change", whileHere(() => showState(mine)));
}

function turn(next: Status): void {
  status.value = next;
  if (next.is === "online") wasOnline.value = true;
  else if (next.is !== "connecting") news.value = "";
}

function tell(text: string): void {
  news.value = text;
  clearTimeout(newsTimer);
  newsTimer = setTimeout(() => news.value = "", NEWS_MS);
}

function reset(): void {
  log.start((query) => room!.history(query));
  cited.start((seq) => room!.message(seq));
  quietUntil = undefined;
  unread.enter(undefined);
  tell(words.reset);
}

/** How many messages have come since the connection was lost, until it has caught up. */
let missed: number | undefined;

function welcomed({ you, seq, members, back, reset }: Welcome & { back: boolean }): void {
  void renewSession(you.id);
  // More important news, such as a reset just before, stays.
  missed = back && !reset && !news.value ? 0 : undefined;
  quietUntil ??= seq;
  for (const { id, name } of members) hear(id, name);
  const after = room!.state.position!.seq;
  log.follow(after);
  cited.retry();
  unread.welcomed(seq, after);
}

function showState({ state }: Room): void {
  people.show(state);
  changes.showSettings();
  if (state.position) unread.advance(state.position.seq);
  if (!state.isCaughtUp || status.value.is !== "online") return;
  isEmpty.value = log.newest.value === 0;
  if (missed === undefined) return;
  tell(words.back(missed));
  missed = undefined;
}

function lose(to: number): void {
  log.lose(to);
  cited.lose(to);
  tell(words.gone);
}

function changed(change: MessageChange): void {
  const me = room?.state.you?.id;
  if (change.type === "react") hear(change.from, change.name);
  if (change.type === "delete") notices.withdraw(change.of);
  log.change(change, me);
  cited.change(change, me);
}

function take(message: Message): void {
  const { seq, from, text } = message;
  const { id = "", name = "" } = room?.state.you ?? {};
  if (missed !== undefined) missed++;
  hear(from, message.name);
  isEmpty.value = false;
  log.take(message);
  unread.take(seq, from === id);
  if (from === id || seq <= (quietUntil ?? 0)) return;
  notices.announce(message);
  if (mentions(text, name)) notices.mentioned(message, roomName.peek(), you.peek());
}

function renamed({ from, name }: Pick<Person, "name"> & { from: string }): void {
  if (from === room?.state.you?.id) hint.value = words.named(name);
}

function refused({ code, detail }: Refusal): void {
  if (code === "bad_name") hint.value = detail;
}

function showOutbox(): void {
  if (!room) return;
  changes.showOutbox();
  drafts.value = room.outbox.drafts.filter((draft) => draft.command.type === "say") as Unsent[];
  resumesAt.value = room.outbox.resumesAt;
  const limit = drafts.value.map(({ failed }) => failed?.code === "too_large" ? failed.detail : "")
    .map((detail) => Number(/\d+/.exec(detail)?.[0])).find((bytes) => bytes > 0);
  if (limit) maxBytes.value = limit;
}

/** The reader has another name or email. */
function identify(name: string, email: string): void {
  if (email !== knownEmail) room?.identify({ email });
  knownEmail = email;
  room?.rename(name);
}

let knownEmail = you.peek().email;

/** Takes another name, from the field. */
export const rename = (name: string): void => change({ name });
