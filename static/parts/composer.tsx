/**
 * The field. Enter sends, unless an input method is composing. What looks like a command but is none is
 * said if Enter is pressed again.
 */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "../../sdk/mod.ts";
import { attach, attachText, mayAttach, writeAgain } from "../state/attach.ts";
import { areReady, attached, takeAll } from "../state/attached.ts";
import { chosen } from "../state/focus.ts";
import * as changes from "../state/changes.ts";
import { isAtEnd, lines } from "../state/log.ts";
import { me } from "../state/people.ts";
import { label } from "../state/rooms.ts";
import { hint } from "../state/status.ts";
import * as suggest from "../state/suggest.ts";
import { maxBytes, takeBack } from "../state/unsent.ts";
import { rename, say, toEnd, typing } from "../state/visit.ts";
import { unread } from "../state/unread.ts";
import { about, cancel, editMessage, put, setField, text } from "../state/writing.ts";
import { isName } from "../state/you.ts";
import { bytesOf } from "../text/bytes.ts";
import { orderOf } from "../text/commands.ts";
import { tidy } from "../text/shape.ts";
import { words } from "../words/words.ts";
import { About } from "./about.tsx";
import { AttachedFiles } from "./attached.tsx";
import { showDialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { openPicker } from "./picker.tsx";
import { suggestionProps, Suggestions } from "./suggestions.tsx";
import { Typing } from "./typing.tsx";

/** From here on the reader learns how much is left. */
const NEAR_BYTES = 500;

let warnedOf = "";

/** The reader's last message, if it is in the window. */
function lastOfMine(): Message | undefined {
  return lines.value.findLast(({ message: { from, deleted } }) => from === me.value?.id && !deleted)
    ?.message;
}

function enter(): void {
  if (about.value?.kind === "edit") return enterEdit(about.value.message);
  if (!areReady.value) return void (hint.value = words.filesNotReady);
  const hasFiles = attached.value.length > 0;
  const order = hasFiles && !text.value.trim()
    ? { do: "say", text: "" } as const
    : orderOf(text.value, warnedOf);
  const isLong = bytesOf(text.value.trim()) > maxBytes.value;
  hint.value = "";
  if (order.do === "help") hint.value = words.help;
  if (order.do === "warn") {
    warnedOf = text.value.trim();
    hint.value = words.noCommand(order.command);
  }
  if (order.do === "rename" && !isName(order.name)) hint.value = words.badName;
  else if (order.do === "rename") rename(order.name);
  const reply = about.value?.message.seq;
  const files = hasFiles && order.do === "say" && !isLong ? takeAll() : undefined;
  if (order.do === "say" && !isLong && !say(order.text, { reply, files })) hint.value = words.full;
  if (!hint.value && !isLong || order.do === "help") put("");
  if (order.do === "say" && !hint.value && !isLong) about.value = undefined;
}

/** An empty text asks whether the message is to go. */
function enterEdit(message: Message): void {
  const edited = tidy(text.value);
  if (bytesOf(edited) > maxBytes.value) return;
  cancel();
  if (!edited) {
    chosen.value = message;
    showDialog("delete");
  } else if (edited !== message.text || changes.pending.value.messages.has(message.seq)) {
    changes.edit(message.seq, edited);
  }
}

/** Takes back what was refused, or else edits the last message. */
function goBack(): void {
  const refused = takeBack();
  if (refused) return writeAgain(refused);
  const mine = lastOfMine();
  if (mine) editMessage(mine);
}

function keyed(event: KeyboardEvent): void {
  // Safari ends the composition before the Enter that confirms it, but says 229.
  if (event.isComposing || event.keyCode === 229) return;
  if (suggest.keyed(event)) return event.preventDefault();
  if (event.key === "Enter" && !event.shiftKey) enter();
  else if (event.key === "ArrowUp" && !text.value && !about.value) goBack();
  else if (event.key === "Escape" && about.value) cancel();
  else return;
  event.preventDefault();
}

export function Composer() {
  const left = maxBytes.value - bytesOf(text.value.trim());
  const isLong = left < 0;
  const hasFiles = attached.value.length > 0;
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
        <Suggestions />
        <Typing isHidden={note !== ""} />
        <p id="hint" class={isLong ? "note failed" : "note"} role="status">
          {note}{" "}
          {isLong && mayAttach() && (
            <button type="button" class="plain" onClick={attachText}>{words.asFile}</button>
          )}
        </p>
        <div class="field">
          <About />
          {mayAttach() && <AttachedFiles />}
          <div class="write">
            {mayAttach() && <AttachButton />}
            <Field isLong={isLong} />
            <button
              type="button"
              class="tool"
              aria-label={words.emoji}
              aria-haspopup="dialog"
              onClick={() => openPicker()}
            >
              <Icon name="smile" />
            </button>
            <button
              type="submit"
              class="tool main"
              aria-label={words.send}
              disabled={isLong || !text.value.trim() && !hasFiles || !areReady.value}
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
    setField(element.current!);
  }, []);
  useLayoutEffect(() => grow(element.current!), [value]);
  return (
    <textarea
      ref={element}
      rows={1}
      dir="auto"
      enterkeyhint="send"
      aria-label={words.writeTo(label.value)}
      placeholder={words.writeTo(label.value)}
      aria-describedby="hint"
      aria-invalid={isLong}
      value={value}
      onInput={({ currentTarget }) => {
        put(currentTarget.value);
        hint.value = "";
        suggest.look(currentTarget);
        if (!/^(?:\/|$)/.test(currentTarget.value)) typing();
      }}
      {...suggestionProps()}
      onKeyDown={keyed}
      onBlur={suggest.dismiss}
      onPaste={pasted}
    />
  );
}

/** A program that puts a text on the clipboard often adds a picture of it. */
function pasted(event: ClipboardEvent): void {
  const { files, types } = event.clipboardData!;
  if (files.length === 0 || types.includes("text/plain") || !mayAttach()) return;
  event.preventDefault();
  attach(files);
}

function AttachButton() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="tool"
        aria-label={words.attach}
        onClick={() => input.current!.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          attach(currentTarget.files!);
          currentTarget.value = "";
        }}
      />
    </>
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
