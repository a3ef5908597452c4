/** A room in which nobody has said anything: what it is for, and how to invite people. */

import { useState } from "preact/hooks";
import { label } from "../state/my_rooms.ts";
import { addressOf, room } from "../state/place.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

export function EmptyRoom() {
  const [isCopied, setCopied] = useState(false);
  const link = location.origin + addressOf(room.value);
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
  return (
    <div class="empty">
      <div>
        <span class="sign">
          <Icon name="hash" />
        </span>
        <h2>{words.beginning(isolated(label.value))}</h2>
        <p>{words.nobodyYet}</p>
      </div>
      <div>
        <h3>{words.invitePeople}</h3>
        <p>{words.inviteHint}</p>
      </div>
      <form
        class="copyable"
        onSubmit={(event) => {
          event.preventDefault();
          void copy(event.currentTarget.elements[0] as HTMLInputElement);
        }}
      >
        <input class="input" readOnly aria-label={words.link} value={link} />
        <button type="submit" class="button main">
          <Icon name="copy" small />
          <span aria-live="polite">{isCopied ? words.copied : words.copyLink}</span>
        </button>
      </form>
    </div>
  );
}
