/// <reference lib="dom" />
/** Starts the page: the chat, the first visit, a link's page, or what there is to say in its place. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { Chat } from "./parts/chat.tsx";
import { open, showDialog } from "./parts/dialog.tsx";
import { Later } from "./parts/later.tsx";
import { Outside } from "./parts/outside.tsx";
import { showSearch } from "./parts/search.tsx";
import { Welcome } from "./parts/welcome.tsx";
import { NothingHere, NoWebSocket } from "./parts/whole.tsx";
import * as finding from "./state/finding.ts";
import { isJoining, problem, room } from "./state/place.ts";
import * as rooms from "./state/rooms.ts";
import * as session from "./state/session.ts";
import * as visit from "./state/visit.ts";
import * as writing from "./state/writing.ts";
import { change } from "./state/you.ts";
import { language } from "./words/words.ts";

const { isIn, standing } = session;

function App() {
  if (problem) return <NothingHere />;
  if (isJoining) return <Later name="join" />;
  if (!globalThis.WebSocket) return <NoWebSocket />;
  if (isIn.value) return <Chat />;
  return standing.value === "in" ? <Welcome /> : <Outside />;
}

/**
 * Typing anywhere goes into the field. Escape returns from the search, or goes to the newest; Ctrl-K goes to
 * another room, Ctrl-Shift-F searches: Ctrl-F is the browser's, and a slash begins a command.
 */
function keyed(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
  if (event.defaultPrevented || event.isComposing) return;
  const isCommand = ctrlKey || metaKey;
  if (key === "Escape" && !isIn.value && standing.value === "in") return change({});
  if (!isIn.value || open.value) return;
  if (key === "k" && isCommand) {
    event.preventDefault();
    showDialog("switcher");
  } else if (key.toLowerCase() === "f" && isCommand && shiftKey) {
    event.preventDefault();
    showSearch();
  } else if (key === "Escape") leave(event);
  else if (/^\S$/u.test(key) && !isCommand && !altKey) {
    if (!(target as Element).closest("input, textarea, .results, [popover]:popover-open")) {
      writing.focusField();
    }
  }
}

function leave(event: KeyboardEvent): void {
  if (!finding.isOpen.value && !finding.isAtResult()) return void visit.toEnd();
  event.preventDefault();
  finding.back();
}

export * from "./kit.ts";

document.documentElement.lang = language;
render(<App />, document.body);
if (!problem && !isJoining && globalThis.WebSocket) {
  addEventListener("keydown", keyed);
  session.start();
  rooms.start();
  writing.start();
  visit.start();
  finding.start();
  effect(() => {
    // On a phone the keyboard would cover half the room.
    const isFree = room.value && isIn.value && !finding.isOpen.peek();
    if (isFree && matchMedia("(hover: hover)").matches) setTimeout(writing.focusField);
  });
}
