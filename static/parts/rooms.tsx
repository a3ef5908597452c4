/** The list of rooms: a column, or a drawer on a phone. */

import { useRef } from "preact/hooks";
import { me } from "../state/people.ts";
import { readAll } from "../state/my_rooms.ts";
import { access, addressOf, chatName, go, room } from "../state/place.ts";
import {
  hasMore,
  isAnythingNew,
  isNews,
  refresh,
  type Row,
  rows,
  showMore,
} from "../state/rooms.ts";
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
      {isAdmin.value && (
        <button
          type="button"
          class="row members"
          onClick={() => showDialog("members")}
        >
          <Icon name="people" />
          <bdi>{access === "token" ? words.forAdmins : words.members}</bdi>
        </button>
      )}
      <You />
    </nav>
  );
}

const SECTIONS = ["starred", "rooms", "direct"] as const;
const TITLES = { starred: words.starred, rooms: words.rooms, direct: words.directMessages };

function RoomList() {
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list, rows.value);
  return (
    <div class="scroll" ref={list}>
      {SECTIONS.map((section) => <Section section={section} key={section} />)}
      {hasMore.value && (
        <button
          type="button"
          class="row"
          onClick={() => showMore()}
        >
          {words.moreRooms}
        </button>
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

/** The rooms of one kind. */
function Section({ section }: Pick<Row, "section">) {
  const its = rows.value.filter((row) => row.section === section);
  if (section === "starred" && its.length === 0) return null;
  return (
    <>
      <h2 class="section">
        {TITLES[section]}
        {section === "rooms" && <Add label={words.addRoom} dialog="room" />}
        {section === "direct" && <Add label={words.newDirect} dialog="direct" />}
      </h2>
      <ul>{its.map((row) => <RoomItem {...row} key={row.name} />)}</ul>
    </>
  );
}

function Add({ label, dialog }: { label: string; dialog: DialogName }) {
  return (
    <button type="button" class="tool" aria-label={label} onClick={() => showDialog(dialog)}>
      <Icon name="plus" />
    </button>
  );
}

function RoomItem(row: Row) {
  const { name, label, isMuted, room: { archived } } = row;
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    hide();
    go(name);
  };
  const kinds = ["row", isNews(row) && "unread", isMuted && "soft", archived && "archived"];
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
        {archived && <span class="tag">{words.archived}</span>}
        <Badge {...row} />
      </a>
    </li>
  );
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
