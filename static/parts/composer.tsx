/**
 * The field. Enter sends, unless an input method is composing. The room's draft is remembered after
 * every key, until it is in the outbox. What looks like a command but is none is said if Enter is
 * pressed again.
 */

import { signal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { forget, recall, remember } from "../state/keep.ts";
import { isAtEnd, toEnd } from "../state/log.ts";
import { room } from "../state/place.ts";
import { hint, maxBytes, rename, say, takeBack, typing } from "../state/visit.ts";
import { unread } from "../state/unread.ts";
import { isName } from "../state/you.ts";
import { bytesOf } from "../text/bytes.ts";
import { orderOf } from "../text/commands.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { Typing } from "./typing.tsx";

/** From here on the reader learns how much is left. */
const NEAR_BYTES = 500;

const text = signal("");
let field: HTMLTextAreaElement | null = null;
let warnedOf = "";

/** Puts a text into the field, to be written on. */
export function edit(given: string | undefined): void {
  if (given === undefined) return;
  put(given);
  field?.focus();
}

/** Mentions somebody where the cursor is. */
export function mention(name: string): void {
  if (!field) return;
  const { value, selectionStart, selectionEnd } = field;
  const gap = /\S$/.test(value.slice(0, selectionStart)) ? " " : "";
  field.setRangeText(`${gap}@${name} `, selectionStart, selectionEnd, "end");
  put(field.value);
  field.focus();
}

export const focusField = (): void => field?.focus();

const draftKey = () => `draft ${room.peek()}`;

function put(given: string): void {
  text.value = given;
  if (given) remember(draftKey(), given);
  else forget(draftKey());
}

function enter(): void {
  const order = orderOf(text.value, warnedOf);
  const isLong = bytesOf(text.value.trim()) > maxBytes.value;
  hint.value = "";
  if (order.do === "help") hint.value = words.help;
  if (order.do === "warn") {
    warnedOf = text.value.trim();
    hint.value = words.noCommand(order.command);
  }
  if (order.do === "rename" && !isName(order.name)) hint.value = words.badName;
  else if (order.do === "rename") rename(order.name);
  if (order.do === "say" && !isLong && !say(order.text)) hint.value = words.full;
  if (!hint.value && !isLong || order.do === "help") put("");
}

function keyed(event: KeyboardEvent): void {
  // Safari ends the composition before the Enter that confirms it, but says 229.
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) enter();
  else if (event.key === "ArrowUp" && !text.value) edit(takeBack());
  else return;
  event.preventDefault();
}

export function Composer() {
  useSignalEffect(() => {
    text.value = recall(`draft ${room.value}`, "");
  });
  const left = maxBytes.value - bytesOf(text.value.trim());
  const isLong = left < 0;
  const note = isLong
    ? words.over(-left)
    : hint.value || (left < NEAR_BYTES && text.value ? words.left(left) : "");
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        enter();
      }}
    >
      <div class="column">
        <ToEnd />
        <Typing isHidden={note !== ""} />
        <p id="hint" class={isLong ? "note failed" : "note"} role="status">{note}</p>
        <div class="field">
          <div class="write">
            <Field isLong={isLong} />
            <button
              type="submit"
              class="tool main"
              aria-label={words.send}
              disabled={isLong || !text.value.trim()}
            >
              <Icon name="send" />
            </button>
          </div>
        </div>
      </div>
    </form>
  );
}

function Field({ isLong }: { isLong: boolean }) {
  const element = useRef<HTMLTextAreaElement>(null);
  const value = text.value;
  useLayoutEffect(() => {
    field = element.current;
  }, []);
  useLayoutEffect(() => grow(element.current!), [value]);
  return (
    <textarea
      ref={element}
      rows={1}
      dir="auto"
      enterkeyhint="send"
      aria-label={words.writeTo(room.value)}
      placeholder={words.writeTo(room.value)}
      aria-describedby="hint"
      aria-invalid={isLong}
      value={value}
      onInput={({ currentTarget }) => {
        put(currentTarget.value);
        hint.value = "";
        if (!/^(?:\/|$)/.test(currentTarget.value)) typing();
      }}
      onKeyDown={keyed}
    />
  );
}

/** As tall as its text, where the style sheet cannot say so. */
function grow(element: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  element.style.height = "auto";
  element.style.height = `${element.scrollHeight}px`;
}

function ToEnd() {
  if (isAtEnd.value) return null;
  const label = unread.value ? words.newMessages(unread.value) : words.toEnd;
  return (
    <button
      type="button"
      class="button small to-end"
      aria-label={label}
      onClick={() => toEnd()}
    >
      <Icon name="down" small />
      <span>{label}</span>
    </button>
  );
}
