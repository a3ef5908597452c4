/** A button for what cannot be undone: it asks first. */

import { useState, words } from "../kit.ts";
import { useFocus } from "./use_focus.ts";

export function Sure(
  { label, name, question, done, act }: {
    /** On the first button. */
    label: string;
    /** What it is called, if that is more than what is on it. */
    name?: string;
    question: string;
    /** On the button that does it. */
    done: string;
    act: () => unknown;
  },
) {
  const [isAsking, setAsking] = useState(false);
  const control = useFocus<HTMLButtonElement>(isAsking);
  if (!isAsking) {
    return (
      <button
        ref={control}
        type="button"
        class="button small danger"
        aria-label={name}
        onClick={() => setAsking(true)}
      >
        {label}
      </button>
    );
  }
  const answer = (isYes: boolean) => {
    setAsking(false);
    if (isYes) act();
  };
  return (
    <div class="sure">
      <p role="alert">{question}</p>
      <div class="buttons">
        <button
          ref={control}
          type="button"
          class="button small"
          onClick={() => answer(false)}
        >
          {words.cancel}
        </button>
        <button type="button" class="button small danger" onClick={() => answer(true)}>
          {done}
        </button>
      </div>
    </div>
  );
}
