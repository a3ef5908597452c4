/** The menu of the room that is shown: what it is to the reader. */

import { mine, mute, star } from "../state/my_rooms.ts";
import { room } from "../state/place.ts";
import { isAdmin } from "../state/session.ts";
import { isHidden } from "../text/rooms.ts";
import { words } from "../words/words.ts";
import { Item, moveFocus } from "./actions.tsx";
import { beside, Modal, showDialog } from "./dialog.tsx";

export function RoomMenu() {
  const name = room.value;
  const { starred = false, muted = false } = mine.value.get(name) ?? {};
  return (
    <Modal
      class="menu sheet"
      label={words.roomActions}
      place={beside(document.getElementById("room-menu"))}
    >
      <div role="menu" aria-label={words.roomActions} onKeyDown={moveFocus}>
        <Item icon="star" act={() => star(name, !starred)}>
          {starred ? words.unstar : words.star}
        </Item>
        <Item icon={muted ? "bell" : "silent"} act={() => mute(name, !muted)}>
          {muted ? words.unmute : words.mute}
        </Item>
        {isAdmin.value && !isHidden(name) && (
          <Item icon="lock" act={() => showDialog("closing")}>{words.newcomers}</Item>
        )}
      </div>
    </Modal>
  );
}
