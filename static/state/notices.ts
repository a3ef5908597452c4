/**
 * Reports outside the log: the number of unread messages, in the title and on the icon; a
 * mention, on the desktop and with a sound if the reader wants that; and, to screen readers, what is
 * said: message by message in a calm room, more than three in 1.5 s as a digest.
 */

import { signal } from "@preact/signals";
import type { Message } from "../../sdk/mod.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { chatName } from "./place.ts";
import type { You } from "./you.ts";

const GATHER_MS = 1_500;
const CALM = 3;
const MOST = 1_000;
const MOST_CHARACTERS = 200;

/** A text for screen readers, and the message that it is of, if it is of one. */
export interface Announcement {
  readonly seq?: number;
  readonly text: string;
}

export const announced = signal<readonly Announcement[]>([]);

let gathered: Message[] = [];
let shown = 0;
let audio: AudioContext | undefined;

const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]")!;
const calmIcon = icon.getAttribute("href")!;

export function showUnread(count: number, room: string): void {
  const number = count > 99 ? "99+" : String(count);
  document.title = `${count ? `(${number}) ` : ""}${room} · ${chatName}`;
  if (count === shown) return;
  shown = count;
  icon.href = count ? drawn(number) : calmIcon;
}

export function announce(message: Message): void {
  if (gathered.length === 0) setTimeout(readOut, GATHER_MS);
  if (gathered.length < MOST) gathered.push(message);
}

/** A message was deleted: it is not read out, and no longer there to be read. */
export function withdraw(seq: number): void {
  gathered = gathered.filter((message) => message.seq !== seq);
  announced.value = announced.value.filter((announcement) => announcement.seq !== seq);
}

export function mentioned({ name, text }: Message, room: string, { notify, sound }: You): void {
  if (sound) beep();
  if (!notify || document.hasFocus() || Notification.permission !== "granted") return;
  try {
    const body = text.slice(0, MOST_CHARACTERS);
    new Notification(`${name} · ${room}`, { body, tag: room }).onclick = () => focus();
  } catch { /* Browsers on phones show none from a page. */ }
}

function readOut(): void {
  const people = new Set(gathered.map(({ from }) => from)).size;
  announced.value = gathered.length > CALM
    ? [{ text: words.digest(gathered.length, people) }]
    : gathered.map(({ seq, name, text }) => ({ seq, text: `${isolated(name)}: ${text}` }));
  gathered = [];
}

function beep(): void {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  loudness.gain.value = 0.05;
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.15);
}

function drawn(number: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#a3281f";
  pen.arc(32, 32, 32, 0, 7);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = "bold 40px sans-serif";
  pen.textAlign = "center";
  pen.fillText(number, 32, 46, 56);
  return canvas.toDataURL();
}
