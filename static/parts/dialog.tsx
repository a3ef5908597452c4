/** Dialogs: one at a time, modal, closed by Escape, the cross or Cancel without changing anything. */

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

/** Those that are loaded when they are first opened. */
export type LaterDialog = "about" | "card" | "closing" | "direct" | "members" | "room" | "settings";
export type DialogName =
  | LaterDialog
  | "roomMenu"
  | "switcher"
  | "menu"
  | "picker"
  | "delete"
  | "pins"
  | "picture"
  | "describe";

/** Which one is open. */
export const open = signal<DialogName | undefined>(undefined);

export const showDialog = (name: DialogName): void => {
  document.getElementById("rooms")?.hidePopover();
  open.value = name;
};

export const closeDialog = (): void => {
  open.value = undefined;
};

/** Custom properties for a dialog that belongs to an element: how far that is from the window's edges. */
export function beside(element: Element | null | undefined): Record<string, string> {
  const { top = 0, left = 0, right = innerWidth } = element?.getBoundingClientRect() ?? {};
  const end = document.documentElement.matches(":dir(rtl)") ? left : innerWidth - right;
  return { "--top": `${top}px`, "--bottom": `${innerHeight - top}px`, "--end": `${end}px` };
}

/** A modal dialog, from when it is drawn until it is closed. */
export function Modal(
  { label, class: more, place, children }: {
    label: string;
    class?: string;
    /** Custom properties that say where it is. */
    place?: Record<string, string>;
    children: ComponentChildren;
  },
) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isHere = useRef(true);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const element = dialog.current!;
    element.showModal();
    return () => {
      // Its close event comes later, when another dialog may be open.
      isHere.current = false;
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={more}
      style={place}
      aria-label={label}
      onClose={() => isHere.current && closeDialog()}
      // A press on what is behind it.
      onClick={({ target }) => target === dialog.current && closeDialog()}
    >
      {children}
    </dialog>
  );
}

/** A dialog with a title and a form; it stays open if `save` returns false. */
export function FormDialog(
  { title, done, class: more, save, children }: {
    title: string;
    done: string;
    class?: string;
    save: () => boolean | Promise<boolean>;
    children: ComponentChildren;
  },
) {
  return (
    <Modal label={title} class={more}>
      <form
        noValidate
        onSubmit={async (event) => {
          event.preventDefault();
          if (await save()) closeDialog();
        }}
      >
        <div class="head">
          <h2>{title}</h2>
          <button type="button" class="tool" aria-label={words.close} onClick={closeDialog}>
            <Icon name="close" />
          </button>
        </div>
        <div class="inside">{children}</div>
        <div class="foot">
          <button type="button" class="button" onClick={closeDialog}>{words.cancel}</button>
          <button type="submit" class="button main">{done}</button>
        </div>
      </form>
    </Modal>
  );
}

/** The fault of a field, below it. */
export function Problem({ id, children }: { id: string; children: ComponentChildren }) {
  return (
    <p class="fate failed" id={id} role="alert">
      {children && <Icon name="warn" small />}
      {children}
    </p>
  );
}
