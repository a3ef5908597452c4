/**
 * The rooms: the server's list, asked for every 15 s while the page is seen, and how far each has been
 * read (on disk, for the 200 read last). What lies beyond is unread, except in a room never entered. A
 * name is up to 64 letters, digits, marks, - _ or . in NFC, the first a letter or digit.
 */
import { ask, doubt, pathOf } from "./connection.js";
import { recall, remember } from "./keep.js";
import { make, page } from "./page.js";
import { words } from "./words.js";

const EVERY = 15_000;
const MOST = 200;
const VALID = /^([\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,63})?$/u;

let all = [];
let current = "";
let drawn = "";
let enterRoom;

export function start(choose) {
  enterRoom = choose;
  const field = page.roomName;
  field.addEventListener("input", () => {
    field.setCustomValidity(VALID.test(roomOf(field.value)) ? "" : words.badRoom);
    draw();
  });
  page.roomForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const room = roomOf(field.value);
    field.value = "";
    if (room) enterRoom(room);
  });
  setInterval(refresh, EVERY);
}

export function enter(room) {
  current = room;
  draw();
  refresh();
}

export async function refresh() {
  if (document.hidden) return;
  try {
    const { rooms } = await (await ask("/rooms")).json();
    all = rooms?.slice(0, MOST) ?? [];
    draw();
  } catch {
    doubt();
  }
}

export const readIn = (room) => recall("read", {})[room];

export function read(room, seq) {
  const { [room]: before, ...others } = recall("read", {});
  if (before === seq) return;
  const kept = [[room, seq], ...Object.entries(others)].slice(0, MOST);
  remember("read", Object.fromEntries(kept));
}

function draw() {
  const read = recall("read", {});
  const wanted = page.roomName.value.trim().toLowerCase();
  const isListed = all.some(({ name }) => name === current);
  const listed = (isListed ? all : [...all, { name: current, seq: 0 }])
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((room) => ({ ...room, unread: room.name === current ? 0 : room.seq - read[room.name] }));
  page.roomsDot.hidden = !listed.some(({ unread }) => unread > 0);
  const key = JSON.stringify([current, listed]);
  if (key === drawn) return;
  drawn = key;
  page.roomList.replaceChildren(...listed.map((room) => make("li", "", linkOf(room))));
}

function linkOf({ name, members, unread }) {
  const link = make("a", "row", make("bdi", "", name));
  link.href = pathOf(name);
  if (name === current) link.ariaCurrent = "page";
  const note = make("span", unread > 0 ? "badge" : "hint");
  note.textContent = unread > 0 ? unread : members || "";
  note.title = unread > 0 ? words.unread(unread) : words.here(members);
  link.append(note);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    enterRoom(name);
  });
  return link;
}

const roomOf = (typed) => typed.trim().replace(/\s+/g, "-").normalize("NFC");

/** The room of the page's address: `/` is the lobby. */
export function roomOfAddress() {
  const [, name = "lobby"] = /^\/rooms\/([^/]+)/.exec(location.pathname) ?? [];
  return decodeURIComponent(name).normalize("NFC");
}
