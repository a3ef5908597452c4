/** What the search has found, or why it has not: each result with its room, person and time. */

import { useRef } from "preact/hooks";
import { HttpError, type SearchResult } from "../../sdk/mod.ts";
import { messages, opened, openResult } from "../state/finding.ts";
import { addressOf } from "../state/place.ts";
import { labelFor } from "../state/rooms.ts";
import type { Found } from "../state/search.ts";
import { summaryOf } from "../text/files.ts";
import { dates, words } from "../words/words.ts";
import { useKeptFocus } from "./use_kept_focus.ts";

/** @param onOpen called after a result was opened */
export function Results({ onOpen }: { onOpen: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const found = messages.found.value;
  useKeptFocus(list, found);
  return (
    <div class="scroll">
      <State found={found} />
      <ul ref={list}>
        {found?.results.map((result) => (
          <li key={`${result.message.seq} ${result.room}`}>
            <Hit {...result} onOpen={onOpen} />
          </li>
        ))}
        {found?.next !== undefined && (
          <li key="more">
            <button type="button" class="row" onClick={() => messages.more()}>
              {words.moreResults}
            </button>
          </li>
        )}
      </ul>
      <p class="tips hint">
        {words.searchTips} <code dir="ltr">from: in: has: before: after:</code>
      </p>
    </div>
  );
}

/** How the search went; it is there before it says anything, so that screen readers read it. */
function State({ found }: { found: Found | undefined }) {
  const error = messages.error.value;
  const canRetry = error !== undefined ? !isFinal(error) : found?.isPartial;
  return (
    <div class="state hint">
      <p role="status">
        {messages.isSlow.value ? words.searching : error !== undefined ? troubleOf(error) : found &&
          [countOf(found), found.isPartial ? words.searchPartial : ""].join(" ")}
      </p>
      {canRetry && (
        <button type="button" class="plain" onClick={() => messages.now()}>
          {words.searchAgain}
        </button>
      )}
    </div>
  );
}

function countOf({ results: { length }, next }: Found): string {
  if (length > 0) return words.found(length, next !== undefined);
  return next === undefined ? words.nothingFound : words.nothingYet;
}

/** Whether the same question gets the same answer. */
const isFinal = (error: unknown): boolean =>
  error instanceof HttpError && [400, 403, 404].includes(error.status);

function troubleOf(error: unknown): string {
  if (!(error instanceof HttpError) || !error.isProblem) return words.searchFailed;
  switch (error.status) {
    case 404:
      return words.searchOff;
    case 429:
    case 503:
      return words.searchBusy;
    default:
      return words.badSearch(error.message);
  }
}

function Hit({ room, message, snippet, onOpen }: SearchResult & { onOpen: () => void }) {
  const { seq, at, name } = message;
  const { value: last } = opened;
  // Without a text it is its files that were found.
  const pieces = snippet.some((piece) => piece.trim()) ? snippet : [summaryOf(message)];
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openResult({ room, seq });
    onOpen();
  };
  return (
    <a
      class="hit"
      href={addressOf(room, seq)}
      aria-current={last?.room === room && last.seq === seq ? "true" : undefined}
      onClick={follow}
    >
      <span class="hint">
        <bdi>{labelFor(room)}</bdi>{" "}
        <time dateTime={new Date(at).toISOString()} title={dates.moment(at)}>
          {dates.day(at)}, {dates.time(at)}
        </time>
      </span>
      <b>
        <bdi>{name}</bdi>
      </b>
      <span class="line" dir="auto">
        {pieces.map((piece, index) => index % 2 ? <mark key={index}>{piece}</mark> : piece)}
      </span>
    </a>
  );
}
