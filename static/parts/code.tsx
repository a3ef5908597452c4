/** A block of code: coloured once it is in sight, with a button that copies it. Its text is never changed. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Piece } from "../highlighter.ts";
import { loadHighlighter } from "../state/highlight.ts";
import { hint } from "../state/status.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

export function Code({ text, language }: { text: string; language: string }) {
  const block = useRef<HTMLPreElement>(null);
  const pieces = usePieces(block, text, language);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    hint.value = words.copied;
  };
  return (
    <div class="code">
      <pre ref={block} tabIndex={0} role="group" aria-label={words.code(language)}><code>{
        pieces.map(({ kind, text }, index) => kind ? <span class={kind} key={index}>{text}</span> : text)
      }</code></pre>
      {navigator.clipboard && (
        <button type="button" class="tool" aria-label={words.copyCode} onClick={copy}>
          <Icon name="copy" small />
        </button>
      )}
    </div>
  );
}

/** The code in pieces; one piece until it has been in sight. */
function usePieces(
  block: RefObject<HTMLElement | null>,
  text: string,
  language: string,
): readonly Piece[] {
  const [coloured, setColoured] = useState<{ of: string; pieces: readonly Piece[] }>();
  useEffect(() => {
    if (!language || !globalThis.IntersectionObserver) return;
    let isGone = false;
    const colour = async () => {
      const pieces = (await loadHighlighter())(text, language);
      if (pieces && !isGone) setColoured({ of: text, pieces });
    };
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      colour().catch(() => {});
    });
    observer.observe(block.current!);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, [text, language]);
  return coloured?.of === text ? coloured.pieces : [{ text }];
}
