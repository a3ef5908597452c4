/** The list of rooms: a column, or a drawer on a phone. */

import { useRef } from "preact/hooks";
import { me } from "../state/people.ts";
import { readAll } from "../state/my_rooms.ts";
import { addressOf, chatName, go, room } from "../state/place.ts";
import {
  hasMore,
  isAnythingNew,
  isNews,
  refresh,
  type Row,
  rows,
  showMore,
} from "../state/rooms.ts";
import { words } from "../words/words.ts";
import { showDialog } from "./dialog.tsx";
import { Disc } from "./disc.tsx";
import { Icon, Mark } from "./icon.tsx";
import { useKeptFocus } from "./use_kept_focus.ts";

const hide = () => document.getElementById("rooms")?.hidePopover();

export function Rooms() {
  return (
    <nav
      class="side rooms"
      id="rooms"
      popover="auto"
      aria-label={words.rooms}
      onToggle={() => void refresh()}
    >
      <p class="brand">
        <Mark />
        {chatName}
      </p>
      <button type="button" class="jump" onClick={() => showDialog("switcher")}>
        <Icon name="search" small />
        {words.goTo}
        <kbd>Ctrl K</kbd>
      </button>
      <RoomList />
      <You />
    </nav>
  );
}

const SECTIONS = ["starred", "rooms", "direct"] as const;

function RoomList() {
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list, rows.value);
  return (
    <div class="scroll" ref={list}>
      {SECTIONS.map((section) => <Section section={section} key={section} />)}
      {hasMore.value && (
        <button type="button" class="row" onClick={() => showMore()}>{words.moreRooms}</button>
      )}
      {isAnythingNew.value && (
        <button type="button" class="row soft" onClick={readAll}>
          <Icon name="check" />
          <bdi>{words.readAll}</bdi>
        </button>
      )}
    </div>
  );
}

/** The rooms of one kind; where there are none, nothing, but for the open rooms. */
function Section({ section }: Pick<Row, "section">) {
  const its = rows.value.filter((row) => row.section === section);
  if (its.length === 0 && section !== "rooms") return null;
  return (
    <>
      <h2 class="section">
        {words[section]}
        {section === "rooms" && (
          <button
            type="button"
            class="tool"
            aria-label={words.addRoom}
            onClick={() => showDialog("room")}
          >
            <Icon name="plus" />
          </button>
        )}
      </h2>
      <ul>
        {its.map((row) => (
          <li key={row.name}>
            <RoomLink {...row} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RoomLink(row: Row) {
  const { name, label, isMuted } = row;
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hide();
    go(name);
  };
  return (
    <a
      class={`row${isNews(row) ? " unread" : ""}${isMuted ? " soft" : ""}`}
      href={addressOf(name)}
      aria-current={name === room.value ? "page" : undefined}
      onClick={follow}
    >
      <RoomIcon {...row} />
      <bdi>{label}</bdi>
      <Badge {...row} />
    </a>
  );
}

/** A picture of whom a direct room is with, or a sign. */
export function RoomIcon({ people, isMuted }: Row) {
  const [other = people?.[0]] = people?.filter(({ id }) => id !== me.value?.id) ?? [];
  if (other) return <Disc {...other} />;
  return <Icon name={isMuted ? "silent" : "hash"} />;
}

/** How many messages are for the reader in particular, or, for screen readers alone, that there are others. */
export function Badge({ isUnread, mentions }: Row) {
  if (mentions === 0) return isUnread ? <span class="unseen">{words.unread}</span> : null;
  return (
    <>
      <span class="badge" aria-hidden="true">{mentions > 99 ? "99+" : mentions}</span>
      <span class="unseen">{words.forYou(mentions)}</span>
    </>
  );
}

function You() {
  const { id, name, avatar } = me.value ?? { id: "", name: "" };
  return (
    <div class="me">
      <button type="button" class="row" onClick={() => showDialog("settings")}>
        <Disc id={id} name={name} avatar={avatar} class={id ? "here" : ""} />
        <bdi>{name}</bdi>
        <Icon name="settings" />
        <span class="unseen">{words.settings}</span>
      </button>
    </div>
  );
}
