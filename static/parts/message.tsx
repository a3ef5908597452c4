/** One message of the log, with what stands above it. */

import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Message, NamedFile, Person } from "../../sdk/mod.ts";
import { pending } from "../state/changes.ts";
import { focused } from "../state/focus.ts";
import type { Line } from "../state/lines.ts";
import { lastShown } from "../state/log.ts";
import { me } from "../state/people.ts";
import { addressOf, go, room, target } from "../state/place.ts";
import { mentions } from "../text/mentions.ts";
import { dates, words } from "../words/words.ts";
import { Actions, isMenuOf } from "./actions.tsx";
import { Disc } from "./disc.tsx";
import { Fate } from "./fate.tsx";
import { Files } from "./files.tsx";
import { Name } from "./name.tsx";
import { Quote } from "./quote.tsx";
import { Reactions } from "./reactions.tsx";
import { Text } from "./text.tsx";

/** Since it reads signals, it is drawn again only for another line, or when one of them changes. */
export function MessageLine({ line }: { line: Line }) {
  const { message, gap, isLost, isNewDay, isFirstNew, isGrouped } = line;
  return (
    <>
      {gap > 0 && <Divider>{isLost ? words.gone : words.missing}</Divider>}
      {isNewDay && <Divider>{dates.day(message.at)}</Divider>}
      {isFirstNew && <Divider isNew>{words.new}</Divider>}
      <Article message={message} isGrouped={isGrouped} />
    </>
  );
}

function Article({ message, isGrouped }: { message: Message; isGrouped: boolean }) {
  const { seq, from, name, avatar, at, edited, reply, deleted, files } = message;
  const change = useComputed(() => pending.value.messages.get(seq)).value;
  const isFound = useComputed(() => target.value?.seq === seq).value;
  const isOpen = useComputed(() => isMenuOf(seq)).value;
  const isStop = useComputed(() => (focused.value ?? lastShown.value) === seq).value;
  const text = change?.text ?? message.text;
  const isMention = from !== me.value?.id && mentions(text, me.value?.name ?? "");
  const isPending = change?.text !== undefined || change?.deleted;
  const kinds = {
    grouped: isGrouped,
    mention: isMention,
    found: isFound,
    deleted,
    pending: isPending,
    "is-active": isOpen,
  };
  const head = { person: { id: from, name, avatar }, at, edited, isGrouped, seq };
  return (
    <article
      class={["message", ...Object.entries(kinds).flatMap(([kind, is]) => is ? [kind] : [])].join(
        " ",
      )}
      data-seq={seq}
      tabIndex={isStop ? 0 : -1}
    >
      {reply !== undefined && <Quote seq={reply} />}
      <Head {...head} />
      {deleted
        ? <p class="text">{words.deleted}</p>
        : <Body text={text} name={name} files={files} />}
      <Reactions message={message} pending={change} />
      <Fate seq={seq} pending={change} />
      {!deleted && <Actions message={message} />}
    </article>
  );
}

/** The text and the files of a message, which has one of them at least. */
export function Body(
  { text, name, files = [] }: { text: string; name: string; files?: readonly NamedFile[] },
) {
  return (
    <>
      {(text || files.length === 0) && <Text text={text} name={name} />}
      <Files files={files} />
    </>
  );
}

interface HeadOf {
  person: Person;
  at: number;
  isGrouped: boolean;
  /** When it was edited, and its number if it has one already. */
  edited?: number;
  seq?: number;
}

/** The author and the time; a grouped message shows its time on hover. */
export function Head({ person, at, isGrouped, edited, seq }: HeadOf) {
  const when = <When at={at} seq={seq} />;
  const change = edited === undefined ? null : <Edited at={edited} />;
  if (isGrouped) {
    return (
      <>
        <span class="unseen">{person.name}</span>
        {when}
        {change && <p class="by">{change}</p>}
      </>
    );
  }
  return (
    <>
      <Disc {...person} />
      <p class="by">
        <Name id={person.id} name={person.name} class="name" />
        {when}
        {change}
      </p>
    </>
  );
}

/** The time, which leads to the message. */
function When({ at, seq }: { at: number; seq: number | undefined }) {
  const time = (
    <time dateTime={new Date(at).toISOString()} title={dates.moment(at)}>{dates.time(at)}</time>
  );
  if (seq === undefined) return <span class="when">{time}</span>;
  return (
    <a
      class="when"
      href={addressOf(room.value, seq)}
      tabIndex={-1}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(room.value, seq);
      }}
    >
      {time}
    </a>
  );
}

function Edited({ at }: { at: number }) {
  return (
    <span class="edited">
      {words.edited}{" "}
      <time dateTime={new Date(at).toISOString()} title={dates.moment(at)}>{dates.time(at)}</time>
    </span>
  );
}

export function Divider({ isNew, children }: { isNew?: boolean; children: ComponentChildren }) {
  return (
    <p class={isNew ? "divider new" : "divider"}>
      <span>{children}</span>
    </p>
  );
}
