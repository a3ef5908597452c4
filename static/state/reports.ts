/** What the connection to the room that is shown reports: it goes to the parts of the page from here. */

import { batch } from "@preact/signals";
import type {
  Applied,
  Message,
  MessageChange,
  Person,
  Refusal,
  Room,
  Welcome,
} from "../../sdk/mod.ts";
import { words } from "../words/words.ts";
import * as announcements from "./announcements.ts";
import * as changes from "./changes.ts";
import * as cited from "./cited.ts";
import * as finding from "./finding.ts";
import * as log from "./log.ts";
import { hear } from "./names.ts";
import * as people from "./people.ts";
import { room as roomName } from "./place.ts";
import { hint, isEmpty, isOnline, news, tell, turn } from "./status.ts";
import * as unread from "./unread.ts";
import * as unsent from "./unsent.ts";

/** Entries up to this one are not announced: they were there before. */
let quietUntil: number | undefined;
/** How many messages have come since the connection was lost, until it has caught up. */
let missed: number | undefined;

/** Shows what a room reports, from its beginning on. @param isShown whether it is still the one shown */
export function listen(mine: Room, isShown: () => boolean): void {
  begin(mine);
  changes.start(mine);
  unsent.start(mine);
  people.clear();
  const whileHere = <T>(act: (detail: T) => void) => (detail: T) => {
    if (isShown()) batch(() => act(detail));
  };
  mine.on("status", whileHere(turn));
  mine.on("reset", whileHere(() => reset(mine)));
  mine.on("welcome", whileHere((welcome) => welcomed(mine, welcome)));
  mine.on("message", whileHere((message) => take(mine, message)));
  for (const kind of ["edit", "delete", "react", "pin"] as const) {
    mine.on(kind, whileHere((change: Applied<MessageChange>) => changed(mine, change)));
  }
  mine.on("gap", whileHere(({ to }) => lose(to)));
  mine.on("renamed", whileHere((renaming) => renamed(mine, renaming)));
  mine.on("error", whileHere(refused));
  mine.on("outbox", whileHere(showOutbox));
  mine.on("change", whileHere(() => showState(mine)));
}

/** Nothing of the room's history is known. */
function begin(mine: Room): void {
  log.start((query) => mine.history(query));
  cited.start((seq) => mine.message(seq));
  quietUntil = undefined;
}

function reset(mine: Room): void {
  begin(mine);
  unread.enter();
  tell(words.reset);
}

function welcomed(mine: Room, welcome: Welcome & { back: boolean }): void {
  const { seq, back, reset } = welcome;
  people.welcomed(welcome);
  // More important news, such as a reset just before, stays.
  missed = back && !reset && !news.value ? 0 : undefined;
  quietUntil ??= seq;
  const after = mine.state.position!.seq;
  log.follow(after);
  cited.retry();
  unread.welcomed(seq, back && !reset);
}

function showState(mine: Room): void {
  const { state } = mine;
  people.show(state);
  changes.showSettings();
  if (!state.isCaughtUp || !isOnline()) return;
  unread.caughtUp(mine, state.position!.seq);
  isEmpty.value = log.newest.value === 0;
  if (missed === undefined) return;
  tell(words.back(missed));
  missed = undefined;
}

function showOutbox(): void {
  changes.showOutbox();
  unsent.show();
}

function lose(to: number): void {
  log.lose(to);
  cited.lose(to);
  tell(words.gone);
}

function take({ state }: Room, message: Message): void {
  const { seq, from } = message;
  const id = state.you?.id;
  if (missed !== undefined) missed++;
  hear(from, message.name);
  isEmpty.value = false;
  log.take(message);
  unread.take(seq, from === id);
  if (from === id || seq <= (quietUntil ?? 0)) return;
  announcements.announce(message);
}

function changed({ state }: Room, change: Applied<MessageChange>): void {
  const me = state.you?.id;
  if (change.type === "react") hear(change.from, change.name);
  if (change.from === me || change.seq <= (quietUntil ?? 0)) announcements.forget(change);
  else announcements.announceChange(change, me);
  log.change(change, me);
  cited.change(change, me);
  finding.messages.change(roomName.peek(), change);
}

function renamed({ state }: Room, { from, name }: Pick<Person, "name"> & { from: string }): void {
  if (from === state.you?.id) hint.value = words.named(name);
}

/** A command that no message is about was refused. */
export function refused({ code, detail }: Refusal): void {
  if (code === "bad_name") hint.value = detail;
}
