/** A message's text: its Markdown, an action or large emoji, and if it is very long only its beginning. */

import { useState } from "preact/hooks";
import { inlineOf } from "../text/inline.ts";
import { isolated } from "../text/people.ts";
import { actionOf, cut, isEmoji } from "../text/shape.ts";
import { words } from "../words/words.ts";
import { InlineNodes, Markdown } from "./markdown.tsx";

export function Text({ text, name }: { text: string; name: string }) {
  const action = actionOf(text);
  const [isOpen, setOpen] = useState(false);
  const whole = action ?? text;
  const beginning = cut(whole);
  const isCut = beginning !== undefined && !isOpen;
  const shown = isCut ? beginning : whole;
  const kind = action ? "action" : isEmoji(text) ? "large" : "";
  return (
    <>
      <div class={`text ${kind}`} dir="auto">
        {action && <b>{isolated(name)}</b>}
        {action && " "}
        {action ? <InlineNodes nodes={inlineOf(shown)} /> : <Markdown text={shown} />}
        {isCut && "…"}
      </div>
      {beginning !== undefined && (
        <button
          type="button"
          class="plain more"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? words.showLess : words.showAll}
        </button>
      )}
    </>
  );
}
