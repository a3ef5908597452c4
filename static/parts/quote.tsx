/** One line of the message that another one answers; a press goes there. */

import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { cite, cited } from "../state/cited.ts";
import { addressOf, go, room } from "../state/place.ts";
import { summaryOf } from "../text/files.ts";
import { words } from "../words/words.ts";

export function Quote({ seq }: { seq: number }) {
  useEffect(() => void cite(seq), [seq]);
  const message = useComputed(() => cited.value.get(seq)).value;
  const jump = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(room.value, seq);
  };
  return (
    <a class="reply" href={addressOf(room.value, seq)} onClick={jump}>
      {message && (
        <b>
          <bdi>{message.name}</bdi>
        </b>
      )}
      <span class="clip" dir="auto">
        {message === undefined
          ? "…"
          : message === null
          ? words.unavailable
          : message.deleted
          ? words.deleted
          : summaryOf(message)}
      </span>
    </a>
  );
}
