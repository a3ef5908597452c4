/// <reference lib="dom" />
/** Starts the page: the chat, the first visit, or what there is to say in its place. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { Chat } from "./parts/chat.tsx";
import { open, showDialog } from "./parts/dialog.tsx";
import { showSearch } from "./parts/search.tsx";
import { NothingHere, NoWebSocket, Welcome } from "./parts/whole.tsx";
import * as finding from "./state/finding.ts";
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

/**
 * Typing anywhere goes into the field. Escape returns from the search, or goes to the newest; Ctrl-K goes to
 * another room, Ctrl-Shift-F searches: Ctrl-F is the browser's, and a slash begins a command.
 */
function keyed(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  if (event.defaultPrevented || event.isComposing) return;
  const isCommand = ctrlKey || metaKey;
  if (key === "Escape" && !isIn()) return change({});
  if (!isIn() || open.value) return;
  if (key === "k" && isCommand) {
    event.preventDefault();
    showDialog("switcher");
  } else if (key.toLowerCase() === "f" && isCommand && shiftKey) {
    event.preventDefault();
    showSearch();
  } else if (key === "Escape") leave(event);
  else if (/^\S$/u.test(key) && !isCommand && !altKey) {
    if (!(target as Element).closest("input, textarea, .results, [popover]:popover-open")) {
      focusField();
    }
  }
}

function leave(event: KeyboardEvent): void {
  if (!finding.isOpen.value && !finding.isAtResult()) return void visit.toEnd();
  event.preventDefault();
  finding.back();
}

document.documentElement.lang = language;
render(<App />, document.body);
if (!problem && globalThis.WebSocket) {
  addEventListener("keydown", keyed);
  rooms.start();
  visit.start();
  finding.start();
  effect(() => {
    // On a phone the keyboard would cover half the room.
    const isFree = room.value && isIn() && !finding.isOpen.peek();
    if (isFree && matchMedia("(hover: hover)").matches) setTimeout(focusField);
  });
}
