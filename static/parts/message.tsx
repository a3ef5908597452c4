/** One message of the log, with what stands above it. */

import type { ComponentChildren } from "preact";
import type { Person } from "../../sdk/mod.ts";
import type { Line } from "../state/lines.ts";
import { me } from "../state/people.ts";
import { mentions } from "../text/mentions.ts";
import { dates, words } from "../words/words.ts";
import { Disc } from "./disc.tsx";
import { Name } from "./name.tsx";
import { Text } from "./text.tsx";

/** Since it reads signals, it is drawn again only for another line, or when one of them changes. */
export function MessageLine({ line }: { line: Line }) {
  const { message, gap, isLost, isNewDay, isFirstNew, isGrouped } = line;
  const { seq, from, name, avatar, at, text } = message;
  const isMention = from !== me.value?.id && mentions(text, me.value?.name ?? "");
  return (
    <>
      {gap > 0 && <Divider>{isLost ? words.gone(gap) : words.missing}</Divider>}
      {isNewDay && <Divider>{dates.day(at)}</Divider>}
      {isFirstNew && <Divider isNew>{words.new}</Divider>}
      <article
        class={`message ${isGrouped ? "grouped" : ""} ${isMention ? "mention" : ""}`}
        data-seq={seq}
      >
        <Head person={{ id: from, name, avatar }} at={at} isGrouped={isGrouped} />
        <Text text={text} name={name} />
      </article>
    </>
  );
}

/** The author and the time; a grouped message shows its time on hover. */
export function Head(
  { person, at, isGrouped }: { person: Person; at: number; isGrouped: boolean },
) {
  const when = (
    <time class="when" dateTime={new Date(at).toISOString()} title={dates.moment(at)}>
      {dates.time(at)}
    </time>
  );
  if (isGrouped) {
    return (
      <>
        <span class="unseen">{person.name}</span>
        {when}
      </>
    );
  }
  return (
    <>
      <Disc {...person} />
      <p class="by">
        <Name id={person.id} name={person.name} class="name" />
        {when}
      </p>
    </>
  );
}

export function Divider({ isNew, children }: { isNew?: boolean; children: ComponentChildren }) {
  return (
    <p class={isNew ? "divider new" : "divider"}>
      <span>{children}</span>
    </p>
  );
}
