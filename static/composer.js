/**
 * The field. Enter sends, unless an input method is composing. The room's draft is on disk after every
 * key, until it is in the outbox. A slash begins a command; what only looks like one goes out if Enter is
 * pressed again. The limit is in bytes; a refusal that names another sets it.
 */
import { forget, recall, remember } from "./keep.js";
import { page, write } from "./page.js";
import { words } from "./words.js";

const NEAR = 500;
const TYPING_EVERY = 2500;
const field = page.text;

let draft = "";
let limit = 4096;
let typedAt = 0;
let warnedOf = "";

/** on: say(text) and name(name) return a problem, if any; typing(), takeBack() */
export function start(on) {
  field.addEventListener("input", () => {
    changed();
    if (/^(\/|$)/.test(field.value) || Date.now() - typedAt < TYPING_EVERY) return;
    typedAt = Date.now();
    on.typing();
  });
  field.addEventListener("keydown", (event) => {
    // Safari ends the composition before the Enter that confirms it, but says 229.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) send(on);
    else if (event.key === "ArrowUp" && !field.value) put(on.takeBack() ?? "");
    else return;
    event.preventDefault();
  });
  page.composer.addEventListener("submit", (event) => {
    event.preventDefault();
    send(on);
  });
}

export function enter(room) {
  draft = `draft ${room}`;
  field.placeholder = field.ariaLabel = words.writeTo(room);
  put(recall(draft, ""));
}

export function mention(name) {
  const gap = /\S$/.test(field.value.slice(0, field.selectionStart)) ? " " : "";
  field.setRangeText(`${gap}@${name} `, field.selectionStart, field.selectionEnd, "end");
  changed();
  field.focus();
}

export function tooLarge(detail) {
  limit = Number(/\d+/.exec(detail)) || limit;
  changed();
}

export const tell = (text) => write(page.hint, text);

function put(text) {
  field.value = text;
  changed();
}

function changed() {
  if (field.value) remember(draft, field.value);
  else forget(draft);
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
  const left = limit - new TextEncoder().encode(field.value.trim()).length;
  tell(left < 0 ? words.over(-left) : left < NEAR && field.value ? words.left(left) : "");
  field.ariaInvalid = page.send.disabled = left < 0;
}

function send(on) {
  const text = field.value.trim();
  if (!text || page.send.disabled) return;
  const problem = obey(text, on);
  if (problem) return tell(problem);
  put("");
}

function obey(text, on) {
  const [, command, rest] = /^(\/\S*)\s*([^]*)$/.exec(text) ?? [];
  if (command === "/help") {
    put("");
    return words.help;
  }
  if ((command === "/name" || command === "/me") && !rest) return words.help;
  if (command === "/name") return on.name(rest);
  if (!command || command === "/me" || warnedOf === text) return on.say(text);
  warnedOf = text;
  return words.noCommand(command);
}
