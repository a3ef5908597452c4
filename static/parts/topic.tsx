/** The room's topic, edited in place: Enter keeps it, Escape does not. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { dismiss, pending, refusals, setTopic, THE_ROOM, topic } from "../state/changes.ts";
import { mayArrange } from "../state/people.ts";
import { words } from "../words/words.ts";

const MOST_CHARACTERS = 250;

export function Topic() {
  const [isOpen, setOpen] = useState(false);
  const shown = pending.value.topic ?? topic.value ?? "";
  if (!mayArrange.value) return <p class="topic clip" dir="auto">{shown}</p>;
  if (isOpen) return <TopicField text={shown} close={() => setOpen(false)} />;
  return (
    <>
      <button
        type="button"
        class={pending.value.topic === undefined ? "topic clip" : "topic clip pending"}
        dir="auto"
        aria-label={shown ? words.editTopic(shown) : words.addTopic}
        onClick={() => setOpen(true)}
      >
        {shown || words.addTopic}
      </button>
      {refusals.value.has(THE_ROOM) && (
        <p class="fate failed" role="alert">
          <span class="clip">{words.notChanged(refusals.value.get(THE_ROOM)!)}</span>
          <button type="button" class="plain" onClick={() => dismiss(THE_ROOM)}>
            {words.dismiss}
          </button>
        </p>
      )}
    </>
  );
}

function TopicField({ text, close }: { text: string; close: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useLayoutEffect(() => input.current!.select(), []);
  const finish = (isKept: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    const typed = input.current!.value.trim();
    if (isKept && typed !== text) setTopic(typed);
    close();
  };
  return (
    <input
      ref={input}
      class="input topic"
      dir="auto"
      maxLength={MOST_CHARACTERS}
      defaultValue={text}
      aria-label={words.topic}
      placeholder={words.addTopic}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        finish(event.key === "Enter");
      }}
    />
  );
}
