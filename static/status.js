/**
 * The connection's state in words, always in sight. Good news stays for 5 s.
 */
import { page, write } from "./page.js";
import { words } from "./words.js";

const NEWS = 5000;

let state = { is: "connecting" };
let news = "";
let newsUntil = 0;

export function show(next) {
  state = next;
  tick();
}

export function tell(text) {
  news = text;
  newsUntil = Date.now() + NEWS;
}

/** To be called every second, for what counts down. */
export function tick() {
  const { is, why, until, mustWait } = state;
  const seconds = Math.ceil((until - Date.now()) / 1000);
  const good = newsUntil > Date.now() ? news : words.online;
  write(page.status, is === "online" ? good : why ?? words.connecting);
  page.status.className = `hint ${is}`;
  page.countdown.textContent = until ? words.again(seconds) : "";
  page.tryNow.hidden = !why || mustWait;
}
