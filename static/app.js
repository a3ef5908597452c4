/** Puts the page together, and enters the room of the address. */
import * as composer from "./composer.js";
import * as connection from "./connection.js";
import * as log from "./log.js";
import { takeBack } from "./outbox.js";
import { page } from "./page.js";
import * as people from "./people.js";
import * as rooms from "./rooms.js";
import * as status from "./status.js";
import * as visit from "./visit.js";
import { spell, words } from "./words.js";
import * as me from "./you.js";

const ASLEEP = 30_000;

function enter(room) {
  page.rooms.hidePopover();
  if (room === visit.room) return;
  page.title.textContent = room;
  composer.enter(room);
  visit.enter(room);
  rooms.enter(room);
  // On a phone the keyboard would cover half the room.
  if (matchMedia("(hover: hover)").matches) page.text.focus();
}

function go(room) {
  history.pushState(null, "", connection.pathOf(room));
  enter(room);
}

/** A new name is told; else the line is made anew. */
function changed(before) {
  const name = me.nameOf(me.you);
  if (me.you.email !== before.email || !name) connection.doubt();
  else if (name !== me.nameOf(before)) connection.send({ type: "name", name });
}

function everySecond() {
  let before = Date.now();
  setInterval(() => {
    // So late a tick was slept through, and the line with it.
    if (Date.now() - before > ASLEEP) connection.doubt();
    before = Date.now();
    status.tick();
    people.showTyping();
    visit.draw();
    visit.look();
  }, 1000);
}

function listen() {
  addEventListener("online", connection.wake);
  addEventListener("offline", connection.doubt);
  addEventListener("popstate", () => enter(rooms.roomOfAddress()));
  document.addEventListener("visibilitychange", rooms.refresh);
  document.addEventListener("keydown", keyed);
  page.tryNow.addEventListener("click", connection.wake);
  page.toEnd.addEventListener("click", log.toEnd);
}

/** Typing anywhere goes into the field; Escape goes to the newest. */
function keyed({ key, target, ctrlKey, metaKey }) {
  if (key === "Escape") log.toEnd();
  const isText = /^\S$/u.test(key) && !ctrlKey && !metaKey;
  if (isText && !target.closest("input, textarea")) page.text.focus();
}

async function start() {
  spell();
  if (!globalThis.WebSocket) {
    page.unable.textContent = words.noWebSocket;
    return;
  }
  log.on.draw = visit.draw;
  log.on.move = visit.look;
  me.start(changed);
  rooms.start(go);
  composer.start({
    say: visit.say,
    name: (name) => me.change({ name }),
    typing: () => connection.send({ type: "typing" }),
    takeBack,
  });
  const room = rooms.roomOfAddress();
  if (!connection.token) await me.meet(room);
  enter(room);
  listen();
  everySecond();
}

start();
