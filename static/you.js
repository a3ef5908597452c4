/**
 * Who you are and what you like, remembered on disk, and the dialog that asks for it: at the first
 * visit, where Escape comes in as a guest, only for name and email.
 */
import { disc, showPictures } from "./avatar.js";
import { recall, remember } from "./keep.js";
import { page } from "./page.js";
import { words } from "./words.js";

const UNFIT = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const TICKS = ["pictures", "notify", "sound"];
const fields = page.youForm.elements;

export let you = { name: "", email: "", pictures: true, ...recall("you", {}) };

export const nameOf = ({ name, email }) => name || email.split("@")[0];

let changed;

/** tell: called with what you were before, when you have changed something */
export function start(tell) {
  changed = tell;
  showPictures(you.pictures);
  fields.notify.addEventListener("change", allowNotices);
  page.youButton.addEventListener("click", () => ask(words.settings, words.save));
  page.youForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = { name: fields.name.value.trim(), email: fields.email.value.trim() };
    for (const tick of TICKS) given[tick] = fields[tick].checked;
    const problem = change(given);
    page.youHint.textContent = problem ?? "";
    if (!problem) page.you.close();
  });
}

export async function meet(room) {
  if (recall("you", null)) return;
  page.settings.hidden = true;
  ask(words.comeInto(room), words.comeIn);
  await new Promise((done) => page.you.addEventListener("close", done, { once: true }));
  page.settings.hidden = false;
  remember("you", you);
}

export function change(some) {
  const before = you;
  if ([...some.name].length > 64 || UNFIT.test(some.name)) return words.badName;
  you = { ...you, ...some };
  remember("you", you);
  showPictures(you.pictures);
  changed(before);
}

export function showYou(member) {
  page.youDisc.replaceChildren(disc(member));
  page.youName.textContent = member.name;
}

function ask(title, done) {
  page.youTitle.textContent = title;
  page.youDone.textContent = done;
  page.youHint.textContent = "";
  fields.name.value = you.name;
  fields.email.value = you.email;
  for (const tick of TICKS) fields[tick].checked = you[tick];
  page.you.showModal();
}

async function allowNotices() {
  const answer = await globalThis.Notification?.requestPermission();
  fields.notify.checked &&= answer === "granted";
}
