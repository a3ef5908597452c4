/** The messages that wait to be kept, or were refused, with the reason, below the last message. */

import type { Draft } from "../../sdk/mod.ts";
import { me } from "../state/people.ts";
import { writeAgain } from "../state/attach.ts";
import { isOnline } from "../state/status.ts";
import { drafts, resumesAt, retry, takeBack, type Unsent } from "../state/unsent.ts";
import { type You, you } from "../state/you.ts";
import { dates, words } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { Body, Head } from "./message.tsx";
import { Quote } from "./quote.tsx";
import { useSeconds } from "./use_seconds.ts";

export function Unsent() {
  const wait = useSeconds(resumesAt.value);
  const fate = !isOnline() ? words.waits : wait > 0 ? words.tooFast(wait) : words.sending;
  if (drafts.value.length === 0) return null;
  return (
    <div role="group" aria-label={words.unsent}>
      {drafts.value.map((draft) => <UnsentMessage draft={draft} fate={fate} key={draft.id} />)}
    </div>
  );
}

function UnsentMessage({ draft, fate }: { draft: Unsent; fate: string }) {
  const { id, at, author, command: { text, reply, files }, failed } = draft;
  const person = { ...me.value ?? { id: "", name: author || guest(you.value) } };
  return (
    <article class="message pending">
      {reply !== undefined && <Quote seq={reply} />}
      <Head person={person} at={at} isGrouped={false} />
      <Body text={text} name={person.name} files={files} />
      <p class={failed ? "fate failed" : fate === words.sending ? "fate late" : "fate"}>
        <Icon name={failed ? "warn" : "clock"} small />
        <span>
          {failed ? words.notSent(reasonOf(failed, author)) : fate}{" "}
          {failed && (
            <button type="button" class="plain" onClick={() => retry(id)}>{words.retry}</button>
          )}
          <button type="button" class="plain" onClick={() => writeAgain(takeBack(id))}>
            {words.edit}
          </button>
          <button type="button" class="plain" onClick={() => takeBack(id)}>
            {words.discard}
          </button>
        </span>
      </p>
    </article>
  );
}

const guest = ({ email }: You) => email.split("@")[0] || words.guest;

function reasonOf({ code, detail }: NonNullable<Draft["failed"]>, author: string): string {
  if (code === "too_large") return words.tooLong;
  if (code === "other_author") return words.otherAuthor(author || words.guest);
  return dates.local(detail);
}
