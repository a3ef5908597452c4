/** Asks before the chosen message is deleted: that cannot be undone. */

import { remove } from "../state/changes.ts";
import { chosen } from "../state/focus.ts";
import { words } from "../words/words.ts";
import { FormDialog } from "./dialog.tsx";
import { oneLine } from "../text/shape.ts";

export function DeleteDialog() {
  const { seq, text } = chosen.value!;
  return (
    <FormDialog
      title={words.deleteTitle}
      done={words.delete}
      class="ask"
      save={() => {
        remove(seq);
        return true;
      }}
    >
      <p class="hint clip" dir="auto">{oneLine(text)}</p>
      <p>{words.deleteLead}</p>
    </FormDialog>
  );
}
