/** A link or a token to copy: in a field, from which it can also be copied by hand. */

import { useState } from "preact/hooks";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

export function Copyable({ link, label, copy: copyLabel = words.copyLink }: {
  link: string;
  label: string;
  /** On the button. */
  copy?: string;
}) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (field: HTMLInputElement) => {
    field.select();
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Plain http has no clipboard; the selection can be copied by hand.
      return;
    }
    setCopied(true);
  };
  const field = (button: HTMLElement) =>
    button.parentElement!.querySelector<HTMLInputElement>("input")!;
  return (
    <div class="copyable">
      <input class="input" readOnly aria-label={label} value={link} />
      <button
        type="button"
        class="button main"
        onClick={({ currentTarget }) => void copy(field(currentTarget))}
      >
        <Icon name="copy" small />
        <span aria-live="polite">{isCopied ? words.copied : copyLabel}</span>
      </button>
    </div>
  );
}
