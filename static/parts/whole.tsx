/** Whole pages in place of the chat, and explanations where there is no chat. */

import type { ComponentChildren } from "preact";
import { chatName, problem, server } from "../state/place.ts";
import { words } from "../words/words.ts";
import { Mark } from "./icon.tsx";

export function Whole(
  { title, lead, children }: {
    title: string;
    lead?: ComponentChildren;
    children?: ComponentChildren;
  },
) {
  return (
    <main class="welcome">
      <p class="brand">
        <Mark />
        {chatName}
      </p>
      <div>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children}
    </main>
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
