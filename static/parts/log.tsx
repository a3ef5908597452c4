/** The messages, the ones not sent yet, and where the room begins. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { isLostBefore, lines, moved } from "../state/log.ts";
import { room } from "../state/place.ts";
import * as scroller from "../state/scroller.ts";
import { isEmpty, status } from "../state/status.ts";
import { words } from "../words/words.ts";
import { EmptyRoom } from "./empty_room.tsx";
import { Divider, MessageLine } from "./message.tsx";
import { pointing } from "./pointing.ts";
import { Unsent } from "./unsent.tsx";

export function Log() {
  const log = useRef<HTMLDivElement>(null);
  return (
    <div
      class="log"
      role="log"
      aria-live="off"
      aria-busy={status.value.is !== "online"}
      aria-label={words.messages}
      tabIndex={0}
      ref={log}
    >
      <div class="column">
        {isLostBefore.value && <Divider>{words.gone}</Divider>}
        {isEmpty.value && <EmptyRoom key={room.value} />}
        <Messages log={log} />
        <Unsent />
      </div>
    </div>
  );
}

function Messages({ log }: { log: { current: HTMLElement | null } }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => scroller.attach(log.current!, list.current!, moved), []);
  const shown = lines.value;
  useLayoutEffect(() => {
    scroller.settle();
    moved();
  }, [shown]);
  return (
    <div ref={list} class="messages" {...pointing}>
      {shown.map((line) => <MessageLine line={line} key={line.message.seq} />)}
    </div>
  );
}
