/**
 * The outbox in sight, below the last line: what each message waits for, or why it was refused. Made
 * anew when something about it has changed.
 */
import { isOnline } from "./connection.js";
import { bodyOf } from "./line.js";
import * as outbox from "./outbox.js";
import { button, make, page } from "./page.js";
import { words } from "./words.js";

let shown = "";

export function showUnsent(me) {
  const all = outbox.all();
  const wait = Math.ceil((outbox.resumes - Date.now()) / 1000);
  const fate = !isOnline() ? words.waits : wait > 0 ? words.tooFast(wait) : words.sending;
  const key = JSON.stringify([all, me, fate]);
  if (key === shown) return;
  shown = key;
  page.unsent.replaceChildren(...all.map((unsent) => lineOf(unsent, me, fate)));
}

function lineOf({ id, text, at, failed }, me, fate) {
  const isLate = !failed && fate === words.sending;
  const state = make("p", isLate ? "fate late" : "fate", failed ? words.notSent(failed) : fate);
  if (failed) {
    const retry = button("", [words.retry], () => outbox.retry(id));
    state.append(retry, button("", [words.remove], () => outbox.remove(id)));
  }
  const body = bodyOf({ ...me, text, at }, me);
  body.append(state);
  return make("article", failed ? "line failed" : "line", body);
}
