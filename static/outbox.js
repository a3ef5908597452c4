/**
 * What was written in one room and is not known to be kept by the server: on disk, a key for each
 * message, so that two tabs never overwrite each other's.
 *
 * Order: one message is under way at a time, until it is `heard` or refused. Every tab says the whole
 * list from its start: that doubles nothing, since the server keeps an id once, and keeps the order,
 * since each tab says the earlier first. What was refused for good stays, with the reason in `failed`,
 * until somebody retries or removes it.
 */
import { doubt, send } from "./connection.js";
import { forget, keysUnder, recall, remember } from "./keep.js";
import { redraw } from "./log.js";
import { words } from "./words.js";

const MOST = 100;
const ECHO = 10_000;
const LONGEST = 30_000;

/** When a refusal for haste is over. */
export let resumes = 0;
let underWay, timer;
let prefix = "unsent ";
let pause = 1000;

export function enter(room) {
  prefix = `unsent ${room} `;
  resumes = 0;
  rest();
}

/** {id, text, at, failed?}, oldest first. */
export const all = () => keysUnder(prefix).map((key) => recall(key, {})).filter(({ id }) => id);

export function add(text) {
  const waiting = all();
  if (waiting.length >= MOST) return false;
  put({ id: newId(), text, at: Math.max(Date.now(), (waiting.at(-1)?.at ?? 0) + 1) });
  return true;
}

export function pump() {
  redraw();
  if (underWay || resumes > Date.now()) return;
  const next = all().find(({ failed }) => !failed);
  if (!next || !send({ type: "say", id: next.id, text: next.text })) return;
  underWay = next.id;
  timer = setTimeout(doubt, ECHO);
}

/** Nothing is under way; on a new line, what was is said again. */
export function rest() {
  underWay = undefined;
  clearTimeout(timer);
  redraw();
}

export function heard(id) {
  const unsent = find(id);
  if (unsent) forget(keyOf(unsent));
  if (id !== underWay) return;
  pause = 1000;
  rest();
  pump();
}

export function refused(id, code, detail = "") {
  const unsent = find(id);
  if (id === underWay) rest();
  if (!unsent) return;
  const isHaste = code === "rate_limited" || code === "overloaded";
  if (isHaste) slowDown();
  else put({ ...unsent, failed: code === "too_large" ? words.tooLarge : detail });
}

/** What is under way has ended the connection by its size. */
export const tooLarge = () => refused(underWay, "too_large");

export const retry = (id) => put({ ...find(id), failed: undefined });

export function remove(id) {
  forget(keyOf(find(id)));
  redraw();
}

export function takeBack() {
  const last = all().findLast(({ failed }) => failed);
  if (last) remove(last.id);
  return last?.text;
}

function slowDown() {
  resumes = Date.now() + pause;
  timer = setTimeout(pump, pause + 10);
  pause = Math.min(LONGEST, pause * 2);
}

const find = (id) => all().find((unsent) => unsent.id === id);
const keyOf = ({ at, id }) => `${prefix}${String(at).padStart(15, "0")} ${id}`;

function put(unsent) {
  remember(keyOf(unsent), unsent);
  pump();
}

/** Plain http from another machine has no `randomUUID`. */
const newId = () => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint8Array(16)).join("-");

// Another tab has changed something.
addEventListener("storage", pump);
