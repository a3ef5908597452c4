/** Keeps the keyboard's focus in a list whose entries come and go. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * If the entry with the focus goes, the one in its place gets it. Entries that stay keep it anyway,
 * since they stay the same elements.
 *
 * @param list the list whose links and buttons are meant
 * @param entries drawn again whenever these change
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, entries: unknown): void {
  const index = useRef(-1);
  const candidates = () => [...list.current?.querySelectorAll<HTMLElement>("a, button") ?? []];
  useLayoutEffect(() => {
    if (index.current >= 0 && document.activeElement === document.body) {
      const all = candidates();
      all[Math.min(index.current, all.length - 1)]?.focus();
    }
  }, [entries]);
  useLayoutEffect(() => {
    const element = list.current!;
    const note = ({ target }: FocusEvent) =>
      index.current = candidates().indexOf(target as HTMLElement);
    // Some browsers also report this of an element that is being removed.
    const left = ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        if ((target as Element).isConnected) index.current = -1;
      });
    element.addEventListener("focusin", note);
    element.addEventListener("focusout", left);
    return () => {
      element.removeEventListener("focusin", note);
      element.removeEventListener("focusout", left);
    };
  }, []);
}
