/** A button for what cannot be undone: it asks first. */

import { useState, words } from "../kit.ts";

export function Sure(
  { label, question, done, act }: {
    /** On the first button. */
    label: string;
    question: string;
    /** On the button that does it. */
    done: string;
    act: () => unknown;
  },
) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <button type="button" class="button small danger" onClick={() => setAsking(true)}>
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
        <button type="button" class="button small" autofocus onClick={() => answer(false)}>
          {words.cancel}
        </button>
        <button type="button" class="button small danger" onClick={() => answer(true)}>
          {done}
        </button>
      </div>
    </div>
  );
}
