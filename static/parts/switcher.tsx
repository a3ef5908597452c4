/** Ctrl-K: goes to a room, or to the direct room with a person, by a part of their name; or makes the room. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Person } from "../../sdk/mod.ts";
import { openDirect } from "../state/direct.ts";
import { listed } from "../state/people.ts";
import { go } from "../state/place.ts";
import { find, isNews, matching, type Row } from "../state/rooms.ts";
import { foldedName, isRoom, roomOf } from "../text/rooms.ts";
import { words } from "../words/words.ts";
import { closeDialog, Modal } from "./dialog.tsx";
import { Disc } from "./disc.tsx";
import { Icon } from "./icon.tsx";
import { RoomSign } from "./room_sign.tsx";
import { Badge } from "./rooms.tsx";

const MOST = 8;

interface Choice {
  readonly key: string;
  readonly group: string;
  readonly label: ComponentChildren;
  readonly isNews?: boolean;
  readonly act: () => void;
}

export function Switcher() {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  useEffect(() => void find(typed), [typed]);
  const choices = choicesFor(typed);
  const at = Math.min(chosen, choices.length - 1);
  const choose = (choice: Choice) => {
    closeDialog();
    choice.act();
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.isComposing || choices.length === 0) return;
    if (event.key === "Enter") choose(choices[at]);
    else if (event.key === "ArrowDown") setChosen((at + 1) % choices.length);
    else if (event.key === "ArrowUp") setChosen((at + choices.length - 1) % choices.length);
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={words.goToLabel} class="switcher">
      <div class="ask">
        <Icon name="search" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="found"
          aria-activedescendant={at >= 0 ? `found${at}` : undefined}
          aria-label={words.roomOrPerson}
          dir="auto"
          value={typed}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={keyed}
        />
      </div>
      <Found choices={choices} chosen={at} choose={choose} />
      <Keys />
    </Modal>
  );
}

function Keys() {
  return (
    <p class="keys hint">
      <span>
        <kbd>↑</kbd> <kbd>↓</kbd> {words.choose}
      </span>
      <span>
        <kbd>Enter</kbd> {words.go}
      </span>
      <span>
        <kbd>Esc</kbd> {words.close}
      </span>
    </p>
  );
}

function Found({ choices, chosen, choose }: {
  choices: readonly Choice[];
  chosen: number;
  choose: (choice: Choice) => void;
}) {
  return (
    <div class="list" id="found" role="listbox" aria-label={words.goToLabel}>
      {choices.length === 0 && <p class="section">{words.nothingFound}</p>}
      {choices.map((choice, index) => (
        <>
          {choice.group !== choices[index - 1]?.group && (
            <p class="section" role="presentation" key={choice.group}>{choice.group}</p>
          )}
          <div
            class={choice.isNews ? "row unread" : "row"}
            id={`found${index}`}
            role="option"
            aria-selected={index === chosen}
            key={choice.key}
            onClick={() => choose(choice)}
          >
            {choice.label}
          </div>
        </>
      ))}
    </div>
  );
}

function choicesFor(typed: string): Choice[] {
  const wanted = foldedName(typed.trim());
  const people = wanted
    ? listed.value.filter(({ name }) => foldedName(name).includes(wanted)).slice(0, MOST)
    : [];
  const isDirect = ({ room }: Row) => room.access === "direct";
  const found = matching(typed);
  const rooms = found.filter((row) => !isDirect(row));
  const direct = found.filter(isDirect);
  const made = roomOf(typed);
  const isNew = isRoom(made) && !rooms.some(({ name }) => foldedName(name) === foldedName(made));
  return [
    ...rooms.slice(0, MOST).map(roomChoice),
    ...direct.slice(0, MOST).map(roomChoice),
    ...people.map(personChoice),
    ...isNew ? [newChoice(made)] : [],
  ];
}

function roomChoice(row: Row): Choice {
  const { name, room: { access } } = row;
  const label = (
    <>
      <RoomSign {...row} />
      <bdi>{row.label}</bdi>
      <Badge {...row} />
    </>
  );
  const group = access === "direct" ? words.directMessages : words.rooms;
  const act = () => go(name);
  return { key: `room ${name}`, group, label, isNews: isNews(row), act };
}

function personChoice(person: Person): Choice {
  const { id, name } = person;
  const label = (
    <>
      <Disc {...person} class="here" />
      <bdi>{name}</bdi>
    </>
  );
  return { key: `person ${id}`, group: words.people, label, act: () => void openDirect(id) };
}

function newChoice(name: string): Choice {
  const label = (
    <>
      <Icon name="plus" />
      <bdi>{words.makeRoom(name)}</bdi>
    </>
  );
  return { key: "new", group: words.addRoom, label, act: () => go(name) };
}
