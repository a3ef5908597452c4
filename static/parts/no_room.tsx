/** In place of a room that the reader may not enter. */

import { addressOf, go } from "../state/place.ts";
import { words } from "../words/words.ts";
import { Icon } from "./icon.tsx";

const LOBBY = "lobby";

export function NoRoom() {
  return (
    <div class="log no-room">
      <div class="column">
        <div class="empty">
          <div role="alert">
            <span class="sign">
              <Icon name="lock" />
            </span>
            <h2>{words.noRoom}</h2>
            <p>{words.noRoomLead}</p>
          </div>
          <p>
            <a
              class="button main"
              href={addressOf(LOBBY)}
              onClick={(event) => {
                event.preventDefault();
                go(LOBBY);
              }}
            >
              {words.toRooms}
            </a>
          </p>
        </div>
      </div>
    </div>
  );
}
