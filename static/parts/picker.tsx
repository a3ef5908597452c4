/**
 * The emoji picker, for the field and for reactions. The focus stays in the search field, as in every list
 * that is searched: arrows go through the emoji, Enter takes one, Escape closes.
 *
 * It is our own: the pickers that there are as web components bring their styles as `<style>` elements,
 * which the page's policy forbids, and those for React need React. The emoji with their names come from a
 * package; see `testing/emoji.ts`.
 */

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../sdk/mod.ts";
import { react } from "../state/changes.ts";
import { emoji, isMissing, lately, load, use } from "../state/emoji.ts";
import { chosen } from "../state/focus.ts";
import { elementOf } from "../state/scroller.ts";
import { fieldElement, insert } from "../state/writing.ts";
import {
  type Emoji,
  matching,
  type Section,
  sectionsOf,
  type Step,
  stepped,
} from "../text/emoji.ts";
import { words } from "../words/words.ts";
import { beside, closeDialog, Modal, showDialog } from "./dialog.tsx";

/** Opens the picker: for a reaction to this message, or for the field. */
export function openPicker(message?: Message): void {
  chosen.value = message;
  showDialog("picker");
}

function choose(emoji: string): void {
  const message = chosen.value;
  use(emoji);
  closeDialog();
  if (message) react(message.seq, emoji, true);
  else insert(emoji);
}

export function Picker() {
  const [typed, setTyped] = useState("");
  const at = useSignal(0);
  useEffect(() => void load(), []);
  const sections = sectionsFor(typed);
  const all = sections.flatMap(({ emoji }) => emoji);
  const message = chosen.value;
  const element = message ? elementOf(message.seq) : fieldElement();
  const kind = message ? "picker sheet" : "picker above sheet";
  const keyed = (event: KeyboardEvent) => {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const step = stepOf(event.key);
    if (event.key === "Enter" && all[at.value]) choose(all[at.value][0]);
    else if (step) at.value = stepped(at.value, step, sections.map(({ emoji }) => emoji.length));
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={words.emoji} class={kind} place={beside(element)}>
      <Search
        active={all.length > 0 ? `emoji${at.value}` : undefined}
        search={(text) => {
          at.value = 0;
          setTyped(text);
        }}
        keyed={keyed}
      />
      <div
        class="scroll"
        id="emoji"
        role="listbox"
        aria-label={words.emoji}
        tabIndex={-1}
        // On a phone the keyboard would cover them.
        autofocus={!matchMedia("(hover: hover)").matches}
      >
        {sections.map((section, index) => (
          <SectionOf
            section={section}
            title={typed.trim() ? "" : titleOf(section)}
            from={sections.slice(0, index).reduce((sum, { emoji }) => sum + emoji.length, 0)}
            at={at}
            key={`${section.group} ${section.emoji.length}`}
          />
        ))}
      </div>
      <Status found={typed.trim() ? all.length : undefined} />
    </Modal>
  );
}

function Search({ active, search, keyed }: {
  active: string | undefined;
  search: (text: string) => void;
  keyed: (event: KeyboardEvent) => void;
}) {
  return (
    <input
      class="input"
      type="text"
      role="combobox"
      aria-expanded="true"
      aria-controls="emoji"
      list={undefined}
      aria-activedescendant={active}
      aria-label={words.findEmoji}
      placeholder={words.findEmoji}
      dir="auto"
      maxLength={64}
      onInput={({ currentTarget }) => search(currentTarget.value)}
      onKeyDown={keyed}
    />
  );
}

/** @param from the number of its first emoji among all that are shown */
function SectionOf({ section: { emoji }, title, from, at }: {
  section: Section;
  title: string;
  from: number;
  at: ReadonlySignal<number>;
}) {
  // Drawn again only if the choice enters it, moves in it or leaves it.
  const chosen = useComputed(() => at.value - from < emoji.length ? at.value - from : -1).value;
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current!.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div role="group" aria-label={title || words.emoji}>
      {title && <p class="section" role="presentation">{title}</p>}
      <div class="grid" ref={list} role="presentation">
        {emoji.map(([one, name], index) => (
          <div
            id={`emoji${from + index}`}
            role="option"
            aria-selected={index === chosen}
            aria-label={name}
            title={name}
            key={one}
            onClick={() => choose(one)}
          >
            {one}
          </div>
        ))}
      </div>
    </div>
  );
}

/** @param found how many a search has found; undefined if nothing is searched */
function Status({ found }: { found: number | undefined }) {
  const note = isMissing.value
    ? words.emojiMissing
    : !emoji.value
    ? words.emojiLoading
    : found === 0
    ? words.nothingFound
    : "";
  return (
    <p class={note ? "hint" : "unseen"} role="status">
      {note || (found === undefined ? "" : words.emojiFound(found))}
      {isMissing.value && (
        <button type="button" class="plain" onClick={() => load()}>{words.tryNow}</button>
      )}
    </p>
  );
}

/** Those used lately are there before the others have come. */
function sectionsFor(typed: string): Section[] {
  const all = emoji.value ?? [];
  if (typed.trim()) return [{ emoji: matching(all, typed) }];
  const names = new Map(all.map((one) => [one[0], one]));
  const recent = lately.value.map((one): Emoji => names.get(one) ?? [one, one, "", -1]);
  return [{ emoji: recent }, ...sectionsOf(all)];
}

const titleOf = ({ group }: Section): string =>
  group === undefined ? words.usedLately : words.emojiGroups[group] ?? words.emoji;

function stepOf(key: string): Step | undefined {
  const isRightToLeft = document.documentElement.matches(":dir(rtl)");
  const steps: Record<string, Step> = {
    ArrowUp: "up",
    ArrowDown: "down",
    ArrowLeft: isRightToLeft ? "after" : "before",
    ArrowRight: isRightToLeft ? "before" : "after",
  };
  return steps[key];
}
