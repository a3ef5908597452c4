/** The room's name, topic, pins and search, and on narrow windows the buttons for the lists beside it. */

import { pins } from "../state/changes.ts";
import { close, isOpen } from "../state/finding.ts";
import { count } from "../state/people.ts";
import { room } from "../state/place.ts";
import { hasUnread, label } from "../state/rooms.ts";
import { isHidden } from "../text/rooms.ts";
import { words } from "../words/words.ts";
import { showDialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { showSearch } from "./search.tsx";
import { Topic } from "./topic.tsx";

export function Header() {
  return (
    <header class="bar">
      <button
        type="button"
        class={hasUnread.value ? "tool only-phone dotted" : "tool only-phone"}
        popovertarget="rooms"
        aria-label={hasUnread.value ? words.openRoomsUnread : words.openRooms}
      >
        <Icon name="menu" />
      </button>
      <div class="title">
        <h1 class="clip" dir="auto">{label.value}</h1>
        <Topic key={room.value} />
      </div>
      {pins.value.length > 0 && (
        <button
          type="button"
          class="tool"
          id="pins"
          aria-label={words.pinned(pins.value.length)}
          aria-haspopup="dialog"
          onClick={() => showDialog("pins")}
        >
          <Icon name="pin" />
          {pins.value.length}
        </button>
      )}
      {isHidden(room.value) && (
        <button
          type="button"
          class="tool"
          aria-label={words.aboutRoom}
          aria-haspopup="dialog"
          onClick={() => showDialog("about")}
        >
          <Icon name="settings" />
        </button>
      )}
      <button
        type="button"
        class="tool"
        aria-label={words.search}
        aria-expanded={isOpen.value}
        title={words.searchKeys}
        onClick={() => isOpen.value ? close() : showSearch()}
      >
        <Icon name="search" />
      </button>
      <button
        type="button"
        class="tool"
        id="room-menu"
        aria-label={words.roomActions}
        aria-haspopup="menu"
        onClick={() => showDialog("roomMenu")}
      >
        <Icon name="more" />
      </button>
      <button
        type="button"
        class="tool only-narrow"
        popovertarget="people"
        aria-label={words.peopleHere(count.value)}
      >
        <Icon name="people" />
        {count.value || ""}
      </button>
    </header>
  );
}
