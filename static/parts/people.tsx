/** The people in the room: a column, or a panel over the messages in narrow windows. */

import { useRef } from "preact/hooks";
import type { Person } from "../../sdk/mod.ts";
import { count, listed, me } from "../state/people.ts";
import { words } from "../words/words.ts";
import { Disc } from "./disc.tsx";
import { Name } from "./name.tsx";
import { openCard } from "./open_card.ts";
import { useKeptFocus } from "./use_kept_focus.ts";

export function People() {
  const list = useRef<HTMLUListElement>(null);
  useKeptFocus(list, listed.value);
  const more = count.value - listed.value.length;
  return (
    <aside class="side people" id="people" popover="auto" aria-label={words.people}>
      <div class="scroll">
        <h2 class="section">{words.hereCount(count.value)}</h2>
        <ul ref={list}>
          {listed.value.map((person) => (
            <li key={person.id}>
              <PersonRow {...person} />
            </li>
          ))}
        </ul>
        {more > 0 && <p class="hint section">{words.morePeople(more)}</p>}
      </div>
    </aside>
  );
}

function PersonRow(person: Person) {
  const { id, name, avatar } = person;
  const choose = (event: MouseEvent) => {
    const row = event.currentTarget as Element;
    openCard(person, row);
    document.getElementById("people")?.hidePopover();
  };
  return (
    <button type="button" class="row" aria-haspopup="dialog" onClick={choose}>
      <Disc id={id} name={name} avatar={avatar} class="here" />
      <Name id={id} name={name} />
      {id === me.value?.id && <span class="hint">{words.you}</span>}
    </button>
  );
}
