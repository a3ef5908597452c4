/** Says until when the open room that is shown is closed to newcomers. */

import { current } from "../state/rooms.ts";
import { dates, words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { useSeconds } from "./use_seconds.ts";

export function ClosedNote() {
  const { closed = 0 } = current();
  const isClosed = useSeconds(closed) > 0;
  const text = isClosed ? words.closedUntil(`${dates.day(closed)}, ${dates.time(closed)}`) : "";
  return (
    <p class={isClosed ? "note closed" : "unseen"} role="status">
      {isClosed && <Icon name="lock" small />}
      {text}
    </p>
  );
}
