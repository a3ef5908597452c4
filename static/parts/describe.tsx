/** Asks what a file shows, for those who do not see it. */

import { useState } from "preact/hooks";
import { attached, describe, described } from "../state/attached.ts";
import { words } from "../words/words.ts";
import { FormDialog } from "./dialog.tsx";

const MOST_CHARACTERS = 500;

export function DescribeDialog() {
  const file = attached.value.find(({ key }) => key === described.value);
  const [alt, setAlt] = useState(file?.alt ?? "");
  return (
    <FormDialog
      title={words.describeTitle}
      done={words.save}
      class="describe"
      save={() => {
        if (file) describe(file.key, alt.trim());
        return true;
      }}
    >
      {file?.preview && <img class="preview" src={file.preview} alt="" />}
      <label class="label">
        <b>
          <bdi>{file?.name}</bdi>
        </b>
        <input
          class="input"
          dir="auto"
          maxLength={MOST_CHARACTERS}
          aria-describedby="altHint"
          value={alt}
          onInput={({ currentTarget }) => setAlt(currentTarget.value)}
        />
      </label>
      <p class="hint" id="altHint">{words.describeHint}</p>
    </FormDialog>
  );
}
