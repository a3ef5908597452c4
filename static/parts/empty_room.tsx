/** A room in which nobody has said anything: what it is for, and how to invite people. */

import { label } from "../state/my_rooms.ts";
import { addressOf, room } from "../state/place.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { Copyable } from "./copyable.tsx";
import { Icon } from "./icon.tsx";

export function EmptyRoom() {
  return (
    <div class="empty">
      <div>
        <span class="sign">
          <Icon name="hash" />
        </span>
        <h2>{words.beginning(isolated(label.value))}</h2>
        <p>{words.nobodyYet}</p>
      </div>
      <div>
        <h3>{words.invitePeople}</h3>
        <p>{words.inviteHint}</p>
      </div>
      <Copyable link={location.origin + addressOf(room.value)} label={words.link} />
    </div>
  );
}
