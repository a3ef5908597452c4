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
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => void load(), []);
  const sections = sectionsFor(typed);
  const all = sections.flatMap(({ emoji }) => emoji);
  // A signal, since the whole list would be drawn again for each arrow otherwise.
  const active = useComputed(() => `emoji${at.value}`);
  const list = {
    "aria-activedescendant": all.length > 0 ? active : undefined,
    onKeyDown(event: KeyboardEvent) {
      if (event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
      // On a phone the list has the focus until something is typed.
      if (/^\S$/u.test(event.key)) return search.current!.focus();
      const step = stepOf(event.key);
      if (event.key === "Enter" && all[at.value]) choose(all[at.value][0]);
      else if (step) at.value = stepped(at.value, step, sections.map(({ emoji }) => emoji.length));
      else return;
      event.preventDefault();
    },
  };
  const message = chosen.value;
  return (
    <Modal
      label={words.emoji}
      class={message ? "picker sheet" : "picker above sheet"}
      place={beside(message ? elementOf(message.seq) : fieldElement())}
    >
      <input
        {...list}
        ref={search}
        class="input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="emoji"
        aria-label={words.findEmoji}
        placeholder={words.findEmoji}
        list={undefined}
        dir="auto"
        maxLength={64}
        onInput={({ currentTarget }) => {
          at.value = 0;
          setTyped(currentTarget.value);
        }}
      />
      <div
        {...list}
        class="scroll"
        id="emoji"
        role="listbox"
        aria-label={words.emoji}
        tabIndex={-1}
        // On a phone the keyboard would cover them.
        autofocus={!matchMedia("(hover: hover)").matches}
      >
        <Sections sections={sections} isFound={typed.trim() !== ""} at={at} />
      </div>
      <Status found={typed.trim() ? all.length : undefined} />
    </Modal>
  );
}

function Sections({ sections, isFound, at }: {
  sections: readonly Section[];
  isFound: boolean;
  at: ReadonlySignal<number>;
}) {
  let next = 0;
  return (
    <>
      {sections.map((section) => {
        const from = next;
        next += section.emoji.length;
        return (
          <SectionOf
            section={section}
            title={isFound ? "" : titleOf(section)}
            from={from}
            at={at}
            key={`${section.group} ${section.emoji.length}`}
          />
        );
      })}
    </>
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
