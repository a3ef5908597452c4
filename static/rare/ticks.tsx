/** Chooses from a list by ticks, which a part of a name narrows down. */

import { type ComponentChildren, useId, useState } from "../kit.ts";
import { foldedName } from "../text/rooms.ts";
import { rare } from "./words.ts";

/** More are not shown at once. */
const MOST_SHOWN = 50;

/** Something that can be chosen. */
export interface Choosable {
  readonly id: string;
  readonly name: string;
  /** What is drawn before the name. */
  readonly sign: ComponentChildren;
}

interface Props {
  readonly label: string;
  /** What the field for a part of a name is called. */
  readonly find: string;
  readonly offered: readonly Choosable[];
  readonly chosen: readonly string[];
  readonly setChosen: (ids: readonly string[]) => void;
  /** How many may be chosen. */
  readonly most: number;
  /** What is said in place of the number that is chosen. */
  readonly problem?: string;
}

export function Ticks({ label, find, offered, chosen, setChosen, most, problem }: Props) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const wanted = foldedName(typed.trim());
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
        aria-label={find}
        placeholder={find}
        aria-describedby={id}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <ul>
        {shown.map(({ id, name, sign }) => (
          <li key={id}>
            <label class="tick">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                disabled={chosen.length >= most && !chosen.includes(id)}
                onChange={({ currentTarget }) => turn(id, currentTarget.checked)}
              />
              {sign}
              <bdi>{name}</bdi>
            </label>
          </li>
        ))}
      </ul>
      <p class="hint" id={id} role="status">{problem || rare.chosen(chosen.length)}</p>
    </div>
  );
}
