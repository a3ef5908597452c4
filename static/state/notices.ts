/**
 * Reports outside the page: in the title and on the icon how many messages of all rooms are for the reader
 * in particular, or that there are others; and each of the former on the desktop and with a sound, if the
 * reader wants that. Muted rooms are silent.
 */

import { effect } from "@preact/signals";
import type { Mention } from "../../sdk/mod.ts";
import { myRoom } from "./my_rooms.ts";
import { chatName, go } from "./place.ts";
import { isAnythingNew, label, labelFor, mentions } from "./rooms.ts";
import { isIn } from "./session.ts";
import { you } from "./you.ts";

const MOST_CHARACTERS = 200;

/** In place of a number. */
const DOT = "•";

let shown = "";
let audio: AudioContext | undefined;

const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]")!;
const calmIcon = icon.getAttribute("href")!;

/** Keeps the title and the icon up to date. */
export function start(): void {
  effect(() => {
    if (!isIn.value) return;
    const count = mentions.value;
    const sign = count > 99 ? "99+" : count > 0 ? String(count) : isAnythingNew.value ? DOT : "";
    const before = sign === DOT ? `${DOT} ` : sign && `(${sign}) `;
    document.title = `${before}${label.value} · ${chatName}`;
    if (sign === shown) return;
    shown = sign;
    icon.href = sign ? drawn(sign) : calmIcon;
  });
}

/** The reader was mentioned, answered or written to directly. */
export function mentioned({ name, text, room }: Mention): void {
  const { notify, sound } = you.peek();
  const its = myRoom(room);
  if (its?.muted) return;
  if (sound) beep();
  if (!notify || document.hasFocus() || Notification.permission !== "granted") return;
  try {
    const title = its?.people ? name : `${name} · ${labelFor(room)}`;
    const body = text.slice(0, MOST_CHARACTERS);
    new Notification(title, { body, tag: room }).onclick = () => {
      focus();
      go(room);
    };
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

function drawn(sign: string): string {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#a3281f";
  pen.arc(32, 32, 32, 0, 7);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = "bold 40px sans-serif";
  pen.textAlign = "center";
  if (sign !== DOT) pen.fillText(sign, 32, 46, 56);
  return canvas.toDataURL();
}
