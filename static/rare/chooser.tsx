/** Chooses people, by ticks that a part of a name narrows down. */

import { Disc, useId, useState } from "../kit.ts";
import { foldedName } from "../text/rooms.ts";
import { candidates } from "./candidates.ts";
import { useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

/** More are not shown at once. */
const MOST_SHOWN = 50;

interface Props {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly setChosen: (ids: readonly string[]) => void;
  /** How many may be chosen. */
  readonly most: number;
  /** These are not offered. */
  readonly without?: readonly string[];
}

export function Chooser({ label, chosen, setChosen, most, without = [] }: Props) {
  const { value: people = [], problem } = useLoaded(candidates);
  const [typed, setTyped] = useState("");
  const id = useId();
  const wanted = foldedName(typed.trim());
  const offered = people.filter((person) => !without.includes(person.id));
  const shown = offered.filter(({ id, name }) =>
    chosen.includes(id) || foldedName(name).includes(wanted)
  ).slice(0, MOST_SHOWN);
  const turn = (id: string, isOn: boolean) =>
    setChosen(isOn ? [...chosen, id] : chosen.filter((other) => other !== id));
  return (
    <div class="chooser" role="group" aria-label={label}>
      <input
        class="input"
        dir="auto"
        list={undefined}
        type="search"
        aria-label={rare.findPerson}
        placeholder={rare.findPerson}
        aria-describedby={id}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <ul>
        {shown.map((person) => (
          <li key={person.id}>
            <label class="tick">
              <input
                type="checkbox"
                checked={chosen.includes(person.id)}
                disabled={chosen.length >= most && !chosen.includes(person.id)}
                onChange={({ currentTarget }) => turn(person.id, currentTarget.checked)}
              />
              <Disc {...person} />
              <bdi>{person.name}</bdi>
            </label>
          </li>
        ))}
      </ul>
      <p class="hint" id={id} role="status">
        {problem || (offered.length === 0 ? rare.nobodyKnown : rare.chosen(chosen.length))}
      </p>
    </div>
  );
}
