/** The list of rooms: a column, or a drawer on a phone. */

import { useRef } from "preact/hooks";
import { me } from "../state/people.ts";
import { addressOf, chatName, go, room } from "../state/place.ts";
import { hasMore, type Row, rows, showMore } from "../state/rooms.ts";
import { isAdmin } from "../state/session.ts";
import { words } from "../words/words.ts";
import { type DialogName, showDialog } from "./dialog.tsx";
import { Disc } from "./disc.tsx";
import { Icon, Mark } from "./icon.tsx";
import { RoomSign } from "./room_sign.tsx";
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
      {isAdmin.value && (
        <button
          type="button"
          class="row members"
          onClick={() => showDialog("members")}
        >
          <Icon name="people" />
          <bdi>{words.members}</bdi>
        </button>
      )}
      <You />
    </nav>
  );
}

function RoomList() {
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list, rows.value);
  const isDirect = ({ room }: Row) => room.access === "direct";
  return (
    <div class="scroll" ref={list}>
      <Section title={words.rooms} add={words.addRoom} dialog="room" />
      <ul>
        {rows.value.filter((row) => !isDirect(row)).map((row) => (
          <RoomItem {...row} key={row.name} />
        ))}
      </ul>
      <Section title={words.directMessages} add={words.newDirect} dialog="direct" />
      <ul>
        {rows.value.filter(isDirect).map((row) => <RoomItem {...row} key={row.name} />)}
      </ul>
      {hasMore.value && (
        <button
          type="button"
          class="row"
          onClick={() => showMore()}
        >
          {words.moreRooms}
        </button>
      )}
    </div>
  );
}

function Section({ title, add, dialog }: { title: string; add: string; dialog: DialogName }) {
  return (
    <h2 class="section">
      {title}
      <button type="button" class="tool" aria-label={add} onClick={() => showDialog(dialog)}>
        <Icon name="plus" />
      </button>
    </h2>
  );
}

function RoomItem(row: Row) {
  const { name, label, isUnread, room: summary } = row;
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hide();
    go(name);
  };
  const kinds = ["row", isUnread && "unread", summary.archived && "archived"];
  return (
    <li>
      <a
        class={kinds.filter(Boolean).join(" ")}
        href={addressOf(name)}
        aria-current={name === room.value ? "page" : undefined}
        onClick={follow}
      >
        <RoomSign {...row} />
        <bdi>{label}</bdi>
        {summary.archived && <span class="tag">{words.archived}</span>}
        {isUnread && <span class="unseen">{words.unread}</span>}
      </a>
    </li>
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
