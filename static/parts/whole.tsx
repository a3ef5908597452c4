/** Whole pages in place of the chat: the first visit, and explanations where there is no chat. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { chatName, problem, room, server } from "../state/place.ts";
import { isKnown, membersOf } from "../state/rooms.ts";
import { change, isName } from "../state/you.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { Problem } from "./dialog.tsx";
import { Mark } from "./icon.tsx";

function Whole(
  { title, lead, children }: { title: string; lead: string; children?: ComponentChildren },
) {
  return (
    <main class="welcome">
      <p class="brand">
        <Mark />
        {chatName}
      </p>
      <div>
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
      </div>
      {children}
    </main>
  );
}

const focusFirst = (field: HTMLInputElement | null) => field?.focus();

/** The first visit: what this is, who is here, one field. Escape comes in as a guest. */
export function Welcome() {
  const [name, setName] = useState("");
  const [isWrong, setWrong] = useState(false);
  const here = membersOf(room.value);
  const hint = <p class="hint" id="nameHint">{words.yourNameHint}</p>;
  return (
    <Whole title={words.welcome(chatName)} lead={words.welcomeLead(isolated(room.value))}>
      {isKnown.value && <p>{here > 0 ? words.hereNow(here) : words.nobodyHere}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = name.trim();
          setWrong(!isName(given));
          if (isName(given)) change({ name: given });
        }}
      >
        <label class="label">
          <b>{words.yourName}</b>
          <input
            class="input"
            dir="auto"
            maxLength={64}
            autocomplete="nickname"
            aria-describedby="nameHint"
            aria-invalid={isWrong}
            ref={focusFirst}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
        {isWrong ? <Problem id="nameHint">{words.badName}</Problem> : hint}
        <button type="submit" class="button main">{words.join}</button>
      </form>
      <p class="hint">
        <button type="button" class="plain" onClick={() => change({})}>{words.lookFirst}</button>
        {words.lookFirstHint}
      </p>
    </Whole>
  );
}

/** The server says that there is nothing here, or that it cannot be shown. */
export function NothingHere() {
  const { status, detail } = problem!;
  const isMissing = status === 404;
  return (
    <Whole
      title={isMissing ? words.notFound : words.notServed}
      lead={isMissing ? words.notFoundLead : `${detail}.`}
    >
      <p>
        <a class="button main" href={`${server}/`}>{words.toRooms}</a>
      </p>
    </Whole>
  );
}

/** A browser that cannot chat. */
export function NoWebSocket() {
  return <Whole title={words.noWebSocket(chatName)} lead={words.noWebSocketLead} />;
}
