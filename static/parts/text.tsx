/** A message's text: links, the reader's name marked, and if it is very long only its beginning. */

import { useState } from "preact/hooks";
import { me } from "../state/people.ts";
import { isolated } from "../text/people.ts";
import { type Piece, piecesOf } from "../text/pieces.ts";
import { actionOf, cut, isEmoji } from "../text/shape.ts";
import { words } from "../words/words.ts";

export function Text({ text, name }: { text: string; name: string }) {
  const action = actionOf(text);
  const [isOpen, setOpen] = useState(false);
  const whole = action ?? text;
  const beginning = cut(whole);
  const isCut = beginning !== undefined && !isOpen;
  const kind = action ? "action" : isEmoji(text) ? "large" : "";
  return (
    <>
      <div class={`text ${kind}`} dir="auto">
        {action && <b>{isolated(name)}</b>}
        {action && " "}
        {piecesOf(isCut ? beginning : whole, me.value?.name ?? "").map(show)}
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

function show({ kind, text }: Piece, index: number) {
  if (kind === "text") return text;
  if (kind === "mention") return <mark key={index}>{text}</mark>;
  return <a key={index} href={text} target="_blank" rel="noopener noreferrer">{text}</a>;
}
