/** The list of rooms: a column, or a drawer on a phone. */

import { useRef } from "preact/hooks";
import { me } from "../state/people.ts";
import { addressOf, chatName, go, room } from "../state/place.ts";
import { hasMore, type Row, rows, showMore } from "../state/rooms.ts";
import { words } from "../words/words.ts";
import { showDialog } from "./dialog.tsx";
import { Disc } from "./disc.tsx";
import { Icon, Mark } from "./icon.tsx";
import { useKeptFocus } from "./use_kept_focus.ts";

const hide = () => document.getElementById("rooms")?.hidePopover();

export function Rooms() {
  return (
    <nav class="side rooms" id="rooms" popover="auto" aria-label={words.rooms}>
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

function RoomList() {
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, rows.value);
  return (
    <div class="scroll">
      <h2 class="section">
        {words.rooms}
        <button
          type="button"
          class="tool"
          aria-label={words.addRoom}
          onClick={() => showDialog("room")}
        >
          <Icon name="plus" />
        </button>
      </h2>
      <ul ref={list}>
        {rows.value.map((row) => (
          <li key={row.name}>
            <RoomLink {...row} />
          </li>
        ))}
      </ul>
      {hasMore.value && (
        <button type="button" class="row" onClick={() => showMore()}>{words.moreRooms}</button>
      )}
    </div>
  );
}

function RoomLink({ name, isUnread }: Row) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hide();
    go(name);
  };
  return (
    <a
      class={isUnread ? "row unread" : "row"}
      href={addressOf(name)}
      aria-current={name === room.value ? "page" : undefined}
      onClick={follow}
    >
      <Icon name="hash" />
      <bdi>{name}</bdi>
      {isUnread && <span class="unseen">{words.unread}</span>}
    </a>
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
