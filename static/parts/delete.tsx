/** Asks before the chosen message is deleted: that cannot be undone. */

import { remove } from "../state/changes.ts";
import { chosen } from "../state/focus.ts";
import { words } from "../words/words.ts";
import { FormDialog } from "./dialog.tsx";
import { summaryOf } from "../text/files.ts";

export function DeleteDialog() {
  const message = chosen.value!;
  return (
    <FormDialog
      title={words.deleteTitle}
      done={words.delete}
      class="ask"
      save={() => {
        remove(message.seq);
        return true;
      }}
    >
      <p class="hint clip" dir="auto">{summaryOf(message)}</p>
      <p>{words.deleteLead}</p>
    </FormDialog>
  );
}
