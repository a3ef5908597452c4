/**
 * The line that says what is wrong with the connection, what happens to the reader's text, and who can
 * do something about it. It is silent while all is well, but for a moment after a reconnection.
 */

import { isShut } from "../state/endings.ts";
import { isKnown as serverAnswers } from "../state/rooms.ts";
import { news, status, wasOnline } from "../state/status.ts";
import { wake } from "../state/visit.ts";
import { troubleOf } from "../text/trouble.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { useSeconds } from "./use_seconds.ts";

export function Banner() {
  const now = status.value;
  const facts = {
    isOffline: !navigator.onLine,
    wasOnline: wasOnline.value,
    answers: serverAnswers.value,
  };
  // What is shown in place of the room says so.
  const trouble = isShut.value ? undefined : troubleOf(now, facts, words);
  const seconds = useSeconds(now.is === "waiting" ? now.until : 0);
  const mayTry = now.is === "stopped" || (now.is === "waiting" && !now.mustWait);
  const kind = trouble ? "banner" : news.value ? "banner good" : "unseen";
  return (
    <div class={kind}>
      {trouble && <Icon name="offline" />}
      <p role="status">
        {trouble ? <b>{trouble.what}</b> : news.value}
        {trouble && ` ${trouble.remedy}`}
      </p>
      {trouble && seconds > 0 && <span class="hint">{words.again(seconds)}</span>}
      {trouble && mayTry && (
        <button type="button" class="button small" onClick={wake}>{words.tryNow}</button>
      )}
    </div>
  );
}
