/** A room in which nobody has said anything: what it is for, and who can read it. */

import { access } from "../state/people.ts";
import { addressOf, room } from "../state/place.ts";
import { label } from "../state/rooms.ts";
import { isolated } from "../text/people.ts";
import { words } from "../words/words.ts";
import { Copyable } from "./copyable.tsx";
import { Icon } from "./icon.tsx";

export function EmptyRoom() {
  const isOpen = (access.value ?? "open") === "open";
  return (
    <div class="empty">
      <div>
        <span class="sign">
          <Icon name={isOpen ? "hash" : "lock"} />
        </span>
        <h2>{words.beginning(isolated(label.value))}</h2>
        <p>{isOpen ? words.nobodyYet : words.onlyMembers}</p>
      </div>
      {isOpen && (
        <>
          <div>
            <h3>{words.invitePeople}</h3>
            <p>{words.inviteHint}</p>
          </div>
          <Copyable link={location.origin + addressOf(room.value)} label={words.link} />
        </>
      )}
    </div>
  );
}
