/** What became of a change of a message, below it: it waits, or it was refused, and why. */

import type { PendingChange } from "../../sdk/mod.ts";
import { discardEdit, dismiss, refusals, refusedEdits, retryEdit } from "../state/changes.ts";
import { isOnline } from "../state/status.ts";
import { dates, words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

export function Fate({ seq, pending }: { seq: number; pending: PendingChange | undefined }) {
  const edit = refusedEdits.value.get(seq)?.failed?.detail;
  const other = refusals.value.get(seq);
  if (edit === undefined && other === undefined) {
    return pending?.text !== undefined || pending?.deleted ? <Waiting /> : null;
  }
  return (
    <p class="fate failed" role="alert">
      <Icon name="warn" small />
      <span>
        {words.notChanged(dates.local(edit ?? other!))}{" "}
        {edit !== undefined && (
          <button type="button" class="plain" onClick={() => retryEdit(seq)}>{words.retry}</button>
        )}
        <button
          type="button"
          class="plain"
          onClick={() => edit === undefined ? dismiss(seq) : discardEdit(seq)}
        >
          {edit === undefined ? words.dismiss : words.discard}
        </button>
      </span>
    </p>
  );
}

function Waiting() {
  const isLate = isOnline();
  return (
    <p class={isLate ? "fate late" : "fate"}>
      <Icon name="clock" small />
      <span>{isLate ? words.changing : words.changeWaits}</span>
    </p>
  );
}
