/**
 * The search: a column in place of the people, so that it is seen where a result comes from; in narrow
 * windows a modal panel, which gives way to the result that is opened.
 */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { back, close, isEverywhere, isOpen, messages, typed } from "../state/finding.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { Results } from "./results.tsx";

/** As long as a query may be. */
const LONGEST = 1_000;
const ID = "find";

/** Whether the search lies over the messages. */
const narrow = matchMedia("(width < 68em)");

/** Opens the search, or goes to its field. */
export function showSearch(): void {
  isOpen.value = true;
  const field = document.getElementById(ID) as HTMLInputElement | null;
  field?.focus();
  field?.select();
}

export function Search() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => present(dialog.current!), []);
  return (
    <dialog
      ref={dialog}
      class="side results"
      aria-label={words.search}
      onKeyDown={(event) => move(event, dialog)}
      onCancel={(event) => {
        event.preventDefault();
        back();
      }}
      // A press on what is behind it.
      onClick={({ target }) => narrow.matches && target === dialog.current && close()}
    >
      <Form />
      <Results onOpen={() => narrow.matches && (isOpen.value = false)} />
    </dialog>
  );
}

/** Shows the panel as the window's width asks, until it goes; then the focus is where it was. */
function present(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  const show = () => {
    dialog.close();
    if (narrow.matches) dialog.showModal();
    else dialog.show();
    showSearch();
  };
  show();
  narrow.addEventListener("change", show);
  return () => {
    narrow.removeEventListener("change", show);
    dialog.close();
    if (before instanceof HTMLElement) before.focus();
  };
}

/** The arrows go from the field to the results and back. */
function move(event: KeyboardEvent, { current }: RefObject<HTMLDialogElement | null>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing) return;
  const stops = [...current!.querySelectorAll<HTMLElement>(`#${ID}, .hit`)];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  stops[at + step]?.focus();
}

function Form() {
  const take = ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
    typed.value = currentTarget.value;
  return (
    <form
      class="find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        messages.now();
      }}
    >
      <div class="line">
        <input
          class="input"
          id={ID}
          type="search"
          dir="auto"
          enterKeyHint="search"
          autocomplete="off"
          maxLength={LONGEST}
          aria-label={words.searchMessages}
          placeholder={words.searchMessages}
          // Not controlled: a word that is being composed must not be replaced.
          defaultValue={typed.peek()}
          onInput={(event) => event.isComposing || take(event)}
          onCompositionEnd={take}
        />
        <button type="button" class="tool" aria-label={words.closeSearch} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <Where />
    </form>
  );
}

function Where() {
  const choice = (everywhere: boolean, label: string) => (
    <button
      type="button"
      aria-pressed={isEverywhere.value === everywhere}
      onClick={() => isEverywhere.value = everywhere}
    >
      {label}
    </button>
  );
  return (
    <div class="choices" role="group" aria-label={words.where}>
      {choice(false, words.thisRoom)}
      {choice(true, words.allRooms)}
    </div>
  );
}
