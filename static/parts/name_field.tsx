/** The one field of a first visit: the reader's name. */

import { words } from "../words/words.ts";
import { Problem } from "./dialog.tsx";

const focusFirst = (field: HTMLInputElement | null) => field?.focus();

export function NameField(
  { name, setName, problem }: {
    name: string;
    setName: (name: string) => void;
    /** Why it cannot be the name; empty if it can. */
    problem: string;
  },
) {
  return (
    <>
      <label class="label">
        <b>{words.yourName}</b>
        <input
          class="input"
          dir="auto"
          maxLength={64}
          autocomplete="nickname"
          aria-describedby="nameHint"
          aria-invalid={problem !== ""}
          ref={focusFirst}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      {problem
        ? <Problem id="nameHint">{problem}</Problem>
        : <p class="hint" id="nameHint">{words.yourNameHint}</p>}
    </>
  );
}
