/** Above the field: which message is being answered or edited, and the way out. */

import { about, cancel, focusField } from "../state/writing.ts";
import { summaryOf } from "../text/files.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

export function About() {
  if (!about.value) return null;
  const { kind, message } = about.value;
  return (
    <p class="about">
      <Icon name={kind} small />
      <span class="clip">
        {kind === "edit" ? words.editing : (
          <>
            {words.replyingTo}{" "}
            <b>
              <bdi>{message.name}</bdi>
            </b>: <bdi>{summaryOf(message)}</bdi>
          </>
        )}
      </span>
      <button
        type="button"
        class="tool push"
        aria-label={words.cancel}
        onClick={() => {
          cancel();
          focusField();
        }}
      >
        <Icon name="close" small />
      </button>
    </p>
  );
}
