/**
 * The stay in one room: what comes over the line goes to the page's parts.
 *
 * `last` is the seq up to which everything has come; with the epoch, a new line resumes there. `read` is
 * how far the reader has come: to the newest while the page is in front and the log at its end, and
 * wherever they last spoke. What lies beyond is unread.
 */
import * as composer from "./composer.js";
import { ask, connect, pathOf, token } from "./connection.js";
import * as log from "./log.js";
import * as notices from "./notices.js";
import * as outbox from "./outbox.js";
import { page } from "./page.js";
import * as people from "./people.js";
import * as rooms from "./rooms.js";
import * as status from "./status.js";
import { mentions } from "./text.js";
import { showUnsent } from "./unsent.js";
import { words } from "./words.js";
import { nameOf, showYou, you } from "./you.js";

export let room = "";
let last, epoch, read, quietUntil, isMarked;
let me = { id: "", name: "" };

export function enter(itsRoom) {
  room = itsRoom;
  last = epoch = quietUntil = undefined;
  isMarked = false;
  read = rooms.readIn(room);
  log.show(async (query) => (await ask(`${pathOf(room)}/messages?${query}`)).json());
  people.change({ members: [], count: 0 });
  outbox.enter(room);
  connect(room, { query, state: turn, object: hear, tooLarge: outbox.tooLarge });
}

export function say(text) {
  if (!outbox.add(text)) return words.full;
  log.markFrom(0);
  log.toEnd();
}

export const draw = () => showUnsent(me);

/** The reader may have moved. */
export function look() {
  if (isSeen() && log.newest) readTo(log.newest);
  const unread = Math.max(0, log.newest - (read ?? log.newest));
  isMarked &&= unread > 0;
  notices.showUnread(unread, room);
  page.toEnd.hidden = log.isAtEnd();
  page.toEnd.textContent = `↓ ${unread ? words.unread(unread) : words.toEnd}`;
}

const isSeen = () => log.isAtEnd() && document.hasFocus() && !document.hidden;

function readTo(seq) {
  read = seq;
  rooms.read(room, seq);
}

function query() {
  const known = { name: nameOf(you), email: you.email, token, since: last, epoch };
  return Object.entries(known).filter(([, value]) => value || value === 0);
}

function turn(state) {
  if (state.is === "online") outbox.pump();
  else outbox.rest();
  status.show(state);
}

const heard = {
  welcome,
  message: take,
  gap: lose,
  presence: people.change,
  typing: people.types,
  renamed: rename,
  error: refuse,
};

const hear = (object) => heard[object.type]?.(object);

function refuse({ id, code, detail }) {
  if (code === "bad_name") composer.tell(detail);
  if (code === "too_large") composer.tooLarge(detail);
  outbox.refused(id, code, detail);
}

function welcome({ you, epoch: itsEpoch, seq, members, count, reset }) {
  if (reset) {
    log.forget();
    last = quietUntil = read = undefined;
    status.tell(words.reset);
  } else if (last !== undefined) status.tell(words.back(seq - last));
  epoch = itsEpoch;
  quietUntil ??= seq;
  read = Math.min(read ?? seq, seq);
  if (read < seq) log.markFrom(read + 1);
  if (!seq) {
    last = 0;
    page.top.textContent = words.empty(room);
  }
  iAm(you);
  people.change({ members, count }, you.id);
  log.redraw();
}

function take(message) {
  const { seq, id, from, text } = message;
  if (id) outbox.heard(id);
  people.hasSaid(from);
  log.take(message);
  if (seq <= last) return;
  last = seq;
  if (from === me.id) return readTo(seq);
  if (!isMarked && !isSeen()) {
    isMarked = true;
    log.markFrom(seq);
  }
  if (seq <= quietUntil) return;
  notices.announce(message);
  if (mentions(text, me.name)) notices.mentioned(message, room, you);
}

function lose({ from, to }) {
  last = to;
  log.lose(to);
  status.tell(words.gone(to - from + 1));
}

function rename({ from, name }) {
  people.rename(from, name);
  if (from !== me.id) return;
  iAm({ ...me, name });
  composer.tell(words.named(name));
}

function iAm(member) {
  me = member;
  showYou(me);
  log.readBy(me);
}
