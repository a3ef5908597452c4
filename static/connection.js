/**
 * The line to one room: one socket at a time, and when the next is tried. It is up from the server's
 * welcome to the loss of the socket, and comes back after a random, growing pause, or at once when asked
 * to `wake`; refused (1008, no token) only then; after flooding (4029) not for up to a minute.
 *
 * State: {is, until?, why?, mustWait?}; `is`: connecting, online, waiting (until), stopped (why).
 * Message: {seq, at, from, name, avatar?, text, id?}.
 */
import { words } from "./words.js";

const OPENING = 10_000;
const LONGEST = 30_000;
const STEADY = 10_000;

let room, on, socket, timer;
let state = {};
let tries = 0;

export const isOnline = () => state.is === "online";
export const pathOf = (room) => `/rooms/${encodeURIComponent(room)}`;

/** callbacks: query() at each attempt, state(state), object(object), tooLarge() */
export function connect(itsRoom, callbacks) {
  clearTimeout(timer);
  socket?.close();
  [room, on, tries, socket] = [itsRoom, callbacks, 0];
  open();
}

/** Returns whether it could. */
export function send(command) {
  if (!isOnline() || socket.readyState !== 1) return false;
  socket.send(JSON.stringify(command));
  return true;
}

export function wake() {
  if (!socket && !state.mustWait) open();
}

/** The line seems dead, or must be made anew. */
export function doubt() {
  if (isOnline()) lose(socket);
}

function open() {
  clearTimeout(timer);
  turn({ is: "connecting" });
  const address = location.origin.replace("http", "ws") + pathOf(room);
  const mine = socket = new WebSocket(`${address}?${new URLSearchParams(on.query())}`);
  timer = setTimeout(() => lose(mine), OPENING);
  mine.onmessage = ({ data }) => mine === socket && read(data);
  mine.onclose = (event) => lose(mine, event);
}

function turn(next) {
  state = next;
  on.state(state);
}

function read(data) {
  for (const line of data.split("\n")) {
    const object = JSON.parse(line);
    on.object(object);
    if (object.type !== "welcome") continue;
    clearTimeout(timer);
    timer = setTimeout(() => tries = 0, STEADY);
    turn({ is: "online" });
  }
}

function lose(lost, { code, reason } = {}) {
  if (lost !== socket) return;
  const wasOnline = isOnline();
  socket = undefined;
  lost.close();
  if (code === 1009) on.tooLarge();
  if (code === 1008) stop(words.closed(reason));
  else if (code === 4029) wait(60_000, words.closed(reason), true);
  else if (code === 1013) wait(10_000, words.closed(reason));
  else wait(Math.min(LONGEST, 500 * 2 ** tries++));
  if (!wasOnline) askWhy();
}

function wait(longest, why = words.lost, mustWait = false) {
  const pause = longest * (0.5 + Math.random() / 2);
  clearTimeout(timer);
  timer = setTimeout(open, pause);
  turn({ is: "waiting", until: Date.now() + pause, why, mustWait });
}

function stop(why) {
  clearTimeout(timer);
  turn({ is: "stopped", why });
}

/** Browsers do not tell why a socket was refused; a plain request is told. */
async function askWhy() {
  const then = state;
  const answer = await ask(`${pathOf(room)}/messages?limit=1`).catch(() => {});
  if (!answer || answer.ok) return;
  const { detail } = await answer.json().catch(() => ({}));
  if (state !== then) return;
  const why = answer.status === 401 ? words.noToken : detail ?? words.lost;
  if (answer.status < 429) stop(why);
  else turn({ ...state, why });
}

/** The token of the page's address, kept for the session and taken out of sight. */
export const token = (() => {
  const address = new URL(location);
  const given = address.searchParams.get("token");
  address.searchParams.delete("token");
  if (given) history.replaceState(null, "", address);
  try {
    if (given) sessionStorage.token = given;
    return sessionStorage.token;
  } catch {
    return given;
  }
})();

export function ask(path) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return fetch(path, { headers, signal: AbortSignal.timeout(OPENING) });
}
