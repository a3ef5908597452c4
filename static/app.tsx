/// <reference lib="dom" />
/** Starts the page: the chat, the first visit, or what there is to say in its place. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { Chat } from "./parts/chat.tsx";
import { open, showDialog } from "./parts/dialog.tsx";
import { NothingHere, NoWebSocket, Welcome } from "./parts/whole.tsx";
import { problem, room, token } from "./state/place.ts";
import * as rooms from "./state/rooms.ts";
import * as visit from "./state/visit.ts";
import { focusField } from "./state/writing.ts";
import { change, isKnown } from "./state/you.ts";
import { language } from "./words/words.ts";

const isIn = () => isKnown.value || token !== undefined;

function App() {
  if (problem) return <NothingHere />;
  if (!globalThis.WebSocket) return <NoWebSocket />;
  return isIn() ? <Chat /> : <Welcome />;
}

/** Typing anywhere goes into the field; Escape goes to the newest; Ctrl-K to another room. */
function keyed(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (event.defaultPrevented) return;
  const isCommand = ctrlKey || metaKey;
  if (key === "Escape" && !isIn()) return change({});
  if (!isIn() || open.value) return;
  if (key === "k" && isCommand) {
    event.preventDefault();
    showDialog("switcher");
  } else if (key === "Escape") void visit.toEnd();
  else if (/^\S$/u.test(key) && !isCommand && !altKey) {
    if (!(target as Element).closest("input, textarea, [popover]:popover-open")) focusField();
  }
}

document.documentElement.lang = language;
render(<App />, document.body);
if (!problem && globalThis.WebSocket) {
  addEventListener("keydown", keyed);
  rooms.start();
  visit.start();
  effect(() => {
    // On a phone the keyboard would cover half the room.
    if (room.value && isIn() && matchMedia("(hover: hover)").matches) setTimeout(focusField);
  });
}
