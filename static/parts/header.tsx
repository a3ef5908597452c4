/** The room's name, and on narrow windows the buttons for the lists beside it. */

import { count } from "../state/people.ts";
import { room } from "../state/place.ts";
import { hasUnread } from "../state/rooms.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

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
        <h1 class="clip" dir="auto">{room.value}</h1>
      </div>
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
