/** The pinned messages of the room, newest pin first: a press goes to one, or unpins it. */

import { useEffect } from "preact/hooks";
import { pending, pin, pins } from "../state/changes.ts";
import { cite, cited } from "../state/cited.ts";
import { mayArrange } from "../state/people.ts";
import { addressOf, go, room } from "../state/place.ts";
import { label } from "../state/rooms.ts";
import { summaryOf } from "../text/files.ts";
import { dates, words } from "../words/words.ts";
import { beside, closeDialog, Modal } from "./dialog.tsx";
import { Icon } from "./icon.tsx";

export function Pins() {
  const shown = pins.value.filter((seq) => pending.value.messages.get(seq)?.pinned !== false);
  useEffect(() => {
    if (shown.length === 0) closeDialog();
  }, [shown.length]);
  return (
    <Modal
      class="pins sheet"
      label={words.pinnedIn(label.value)}
      place={beside(document.getElementById("pins"))}
    >
      <div class="head">
        <h2 class="section">{words.pinnedIn(label.value)}</h2>
        <button type="button" class="tool" aria-label={words.close} onClick={closeDialog}>
          <Icon name="close" small />
        </button>
      </div>
      <ul>
        {shown.map((seq) => (
          <li key={seq}>
            <Pinned seq={seq} />
          </li>
        ))}
      </ul>
    </Modal>
  );
}

function Pinned({ seq }: { seq: number }) {
  useEffect(() => void cite(seq), [seq]);
  const message = cited.value.get(seq);
  const jump = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    closeDialog();
    go(room.value, seq);
  };
  return (
    <>
      <a class="hit" href={addressOf(room.value, seq)} onClick={jump}>
        {message
          ? (
            <span class="hint">
              <b>
                <bdi>{message.name}</bdi>
              </b>{" "}
              <time dateTime={new Date(message.at).toISOString()}>
                {dates.day(message.at)}, {dates.time(message.at)}
              </time>
            </span>
          )
          : message === undefined && "…"}
        <span class="line" dir="auto">
          {message ? summaryOf(message) : message === null && words.unavailable}
        </span>
      </a>
      {mayArrange.value && (
        <button
          type="button"
          class="tool"
          aria-label={words.unpinOf(message?.name ?? "…")}
          onClick={() => pin(seq, false)}
        >
          <Icon name="close" small />
        </button>
      )}
    </>
  );
}
