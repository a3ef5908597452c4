/**
 * Reports outside the page: the number of unread messages, in the title and on the icon; and a mention, on
 * the desktop and with a sound if the reader wants that.
 */

import type { Message } from "../../sdk/mod.ts";
import { chatName } from "./place.ts";
import type { You } from "./you.ts";

const MOST_CHARACTERS = 200;

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

export function mentioned({ name, text }: Message, room: string, { notify, sound }: You): void {
  if (sound) beep();
  if (!notify || document.hasFocus() || Notification.permission !== "granted") return;
  try {
    const body = text.slice(0, MOST_CHARACTERS);
    new Notification(`${name} · ${room}`, { body, tag: room }).onclick = () => focus();
  } catch { /* Browsers on phones show none from a page. */ }
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
