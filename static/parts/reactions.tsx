/** The reactions below a message: one press joins or withdraws. What waits is shown as it will be. */

import type { Message, PendingChange } from "../../sdk/mod.ts";
import { react } from "../state/changes.ts";
import { nameOf } from "../state/names.ts";
import { me } from "../state/people.ts";
import { isolated } from "../text/people.ts";
import { listOf, words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { openPicker } from "./picker.tsx";

interface Shown {
  readonly emoji: string;
  readonly count: number;
  readonly others: readonly string[];
  readonly isMine: boolean;
  readonly isPending: boolean;
}

export function Reactions(
  { message, pending }: { message: Message; pending: PendingChange | undefined },
) {
  const all = shownOf(message, pending?.reactions ?? {}, me.value?.id);
  if (all.length === 0) return null;
  return (
    <ul class="reactions" aria-label={words.reactions}>
      {all.map((shown) => (
        <li key={shown.emoji}>
          <ReactionButton seq={message.seq} {...shown} />
        </li>
      ))}
      <li>
        <button
          type="button"
          class="reaction"
          aria-label={words.react}
          onClick={() => openPicker(message)}
        >
          <Icon name="smile" small />
        </button>
      </li>
    </ul>
  );
}

function ReactionButton(
  { seq, emoji, count, others, isMine, isPending }: Shown & { seq: number },
) {
  const label = words.reaction(emoji, count, namesOf(count, others, isMine)) +
    (isPending ? ` (${words.notYet})` : "");
  return (
    <button
      type="button"
      class={isPending ? "reaction pending" : "reaction"}
      aria-pressed={isMine}
      aria-label={label}
      title={label}
      onClick={() => react(seq, emoji, !isMine)}
    >
      <span>{emoji}</span>
      {count}
    </button>
  );
}

function shownOf(
  { reactions = {} }: Message,
  pending: Readonly<Record<string, boolean>>,
  id: string | undefined,
): Shown[] {
  const all = new Set([...Object.keys(reactions), ...Object.keys(pending)]);
  return [...all].map((emoji) => {
    const { count = 0, from = [], mine = false } = reactions[emoji] ?? {};
    const was = mine || from.some((other) => other === id);
    const isMine = pending[emoji] ?? was;
    const others = from.filter((other) => other !== id);
    const shown = count + Number(isMine) - Number(was);
    return { emoji, count: shown, others, isMine, isPending: isMine !== was };
  }).filter(({ count }) => count > 0);
}

/** The reader first; those whose names are not known are counted. */
function namesOf(count: number, others: readonly string[], isMine: boolean): string {
  const names = others.map(nameOf).filter((name) => name !== undefined).map(isolated);
  if (isMine) names.unshift(words.you);
  const rest = count - names.length;
  return listOf(rest > 0 ? [...names, words.andOthers(rest)] : names);
}
