/** What can be done to a message: a bar beside it, for mouse and keyboard, and a menu with everything. */

import { useComputed } from "@preact/signals";
import type { Message } from "../../sdk/mod.ts";
import { pin, pins, react } from "../state/changes.ts";
import { FREQUENT } from "../state/emoji.ts";
import { editMessage, replyTo } from "../state/writing.ts";
import { chosen, focused, hovered } from "../state/focus.ts";
import { mayArrange, mayModerate, me } from "../state/people.ts";
import { addressOf, room } from "../state/place.ts";
import { elementOf } from "../state/scroller.ts";
import { hint } from "../state/status.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { beside, closeDialog, Modal, open, showDialog } from "./dialog.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { openCard } from "./open_card.ts";
import { openPicker } from "./picker.tsx";

export function openMenu(message: Message): void {
  if (message.deleted) return;
  chosen.value = message;
  showDialog("menu");
}

const isMine = ({ from }: Message): boolean => from === me.value?.id;
const mayDelete = (message: Message): boolean => isMine(message) || mayModerate.value;

/**
 * The bar: there while the message is pointed at or has the focus. Arrows lead into it and not Tab, so
 * that a message is one stop.
 */
export function Actions({ message }: { message: Message }) {
  const { seq } = message;
  const isShown = useComputed(() => hovered.value === seq || focused.value === seq);
  if (!isShown.value) return null;
  return (
    <div class="actions" role="toolbar" aria-label={words.actions}>
      <Tool icon="smile" label={words.react} act={() => openPicker(message)} />
      <Tool icon="reply" label={words.reply} act={() => replyTo(message)} />
      {isMine(message) && <Tool icon="edit" label={words.edit} act={() => editMessage(message)} />}
      <Tool icon="more" label={words.moreActions} act={() => openMenu(message)} />
    </div>
  );
}

function Tool({ icon, label, act }: { icon: IconName; label: string; act: () => void }) {
  return (
    <button type="button" class="tool" tabIndex={-1} aria-label={label} onClick={act}>
      <Icon name={icon} />
    </button>
  );
}

/** The menu of the chosen message: beside it, or a sheet from below on a phone. */
export function Menu() {
  const message = chosen.value!;
  const { seq, text, from, name } = message;
  const isPinned = pins.value.includes(seq);
  return (
    <Modal class="menu sheet" label={words.actions} place={beside(elementOf(seq))}>
      <div role="menu" aria-label={words.actions} onKeyDown={moveFocus}>
        <div class="quick" role="group" aria-label={words.react}>
          {FREQUENT.map((emoji) => <Quick emoji={emoji} message={message} key={emoji} />)}
          <button
            type="button"
            role="menuitem"
            aria-label={words.moreEmoji}
            onClick={() => openPicker(message)}
          >
            <Icon name="plus" />
          </button>
        </div>
        <Item icon="reply" act={() => replyTo(message)}>{words.reply}</Item>
        {isMine(message) && <Item icon="edit" act={() => editMessage(message)}>{words.edit}</Item>}
        <Item icon="copy" act={() => copy(text)}>{words.copyText}</Item>
        <Item icon="link" act={() => copy(location.origin + addressOf(room.value, seq))}>
          {words.copyLink}
        </Item>
        {mayArrange.value && (
          <Item icon="pin" act={() => pin(seq, !isPinned)}>
            {isPinned ? words.unpin : words.pin}
          </Item>
        )}
        <Item icon="people" act={() => openCard({ ...message, id: from }, elementOf(seq))}>
          {words.aboutPerson(isolated(name))}
        </Item>
        {mayDelete(message) && (
          <>
            <hr />
            <Item icon="bin" isDanger act={() => showDialog("delete")}>{words.deleteIt}</Item>
          </>
        )}
      </div>
    </Modal>
  );
}

function Quick({ emoji, message: { seq, reactions } }: { emoji: string; message: Message }) {
  const isOn = !!reactions?.[emoji]?.mine;
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={isOn}
      aria-label={words.reactWith(emoji)}
      onClick={() => {
        closeDialog();
        react(seq, emoji, !isOn);
      }}
    >
      {emoji}
    </button>
  );
}

/** An entry of a menu, which closes it. */
export function Item(
  { icon, act, isDanger, children }: {
    icon: IconName;
    act: () => void;
    isDanger?: boolean;
    children: string;
  },
) {
  const choose = () => {
    closeDialog();
    act();
  };
  return (
    <button
      type="button"
      role="menuitem"
      class={isDanger ? "row danger" : "row"}
      onClick={choose}
    >
      <Icon name={icon} />
      <bdi>{children}</bdi>
    </button>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    hint.value = words.copied;
  } catch {
    // Without TLS there is no clipboard; the address can be copied from where addresses are.
    hint.value = text;
  }
}

/** Arrows go through the items, Home and End to the first and the last. */
export function moveFocus(event: KeyboardEvent): void {
  const items = [
    ...(event.currentTarget as Element).querySelectorAll<HTMLElement>("button"),
  ];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: -1,
  };
  if (!(event.key in to)) return;
  event.preventDefault();
  items.at(to[event.key] % items.length)?.focus();
}

/** Whether the menu of this message is open, or the picker for it. */
export const isMenuOf = (seq: number): boolean =>
  (open.value === "menu" || open.value === "picker") && chosen.value?.seq === seq;
