/**
 * What is told outside the log: the count of the unread, in the title and on the icon; a mention, by a
 * desktop notice and a sound, if asked for; and, to those who listen, what is said: message by message
 * in a calm room, more than three in 1.5 s as a digest.
 */
import { isolated, make, page } from "./page.js";
import { words } from "./words.js";

const GATHER = 1500;
const CALM = 3;
const MOST = 1000;

let gathered = [];
let shown = 0;
let audio;

export function showUnread(count, room) {
  document.title = `${count ? `(${count}) ` : ""}${room} · Hubbub`;
  if (count === shown) return;
  shown = count;
  page.icon.href = count ? drawn(count > 99 ? "99+" : count) : "/icon.svg";
}

export function announce(message) {
  if (!gathered.length) setTimeout(readOut, GATHER);
  if (gathered.length < MOST) gathered.push(message);
}

export function mentioned({ name, text }, room, { notify, sound }) {
  if (sound) beep();
  if (!notify || document.hasFocus() || Notification.permission !== "granted") return;
  try {
    const notice = new Notification(`${name} · ${room}`, { body: text.slice(0, 200), tag: room });
    notice.onclick = () => focus();
  } catch { /* Browsers on phones show none from a page. */ }
}

function readOut() {
  const who = new Set(gathered.map(({ from }) => from)).size;
  const texts = gathered.length > CALM
    ? [words.digest(gathered.length, who)]
    : gathered.map(({ name, text }) => `${isolated(name)}: ${text}`);
  page.announcer.replaceChildren(...texts.map((text) => make("p", "", text)));
  gathered = [];
}

function beep() {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  loudness.gain.value = 0.05;
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
}

function drawn(count) {
  const canvas = make("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#a3281f";
  pen.arc(32, 32, 32, 0, 7);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = "bold 40px sans-serif";
  pen.textAlign = "center";
  pen.fillText(count, 32, 46, 56);
  return canvas.toDataURL();
}
