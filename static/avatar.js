/**
 * A person's disc: initials on a colour made from the name, and over it the Gravatar, if it can be had.
 * It is asked for only while pictures are wanted, and not again once it has failed.
 */
import { make } from "./page.js";

const MOST_FAILED = 1000;
const failed = new Set();
const segmenter = new Intl.Segmenter();
let wanted = true;

export function showPictures(show) {
  wanted = show;
  document.querySelectorAll(".disc").forEach(dress);
}

export function disc({ name, avatar = "" }) {
  const made = make("span", "disc", initials(name));
  const hue = [...(avatar || name)].reduce((sum, char) => (sum * 31 + char.charCodeAt()) % 360, 7);
  made.style.setProperty("--hue", hue);
  made.ariaHidden = "true";
  if (/^[0-9a-f]{64}$/.test(avatar)) made.dataset.hash = avatar;
  dress(made);
  return made;
}

function dress(disc) {
  const { hash } = disc.dataset;
  disc.querySelector("img")?.remove();
  if (!hash || !wanted || failed.has(hash)) return;
  const image = make("img");
  image.loading = "lazy";
  image.onload = () => image.classList.add("there");
  image.onerror = () => {
    if (failed.size < MOST_FAILED) failed.add(hash);
    image.remove();
  };
  image.src = `https://www.gravatar.com/avatar/${hash}?s=80&d=404`;
  disc.append(image);
}

function initials(name) {
  const parts = name.split(/[\s._-]+/).filter(Boolean);
  return [parts[0] ?? "?", ...parts.slice(1).slice(-1)].map(firstOf).join("").toUpperCase();
}

/** The first character as a reader sees it, be it made of many. */
const firstOf = (text) => [...segmenter.segment(text)][0].segment;
