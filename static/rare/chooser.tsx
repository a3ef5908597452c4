/** Chooses people. */

import { Disc } from "../kit.ts";
import { candidates } from "./candidates.ts";
import { Ticks } from "./ticks.tsx";
import { useLoaded } from "./use_act.tsx";
import { rare } from "./words.ts";

interface Props {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly setChosen: (ids: readonly string[]) => void;
  /** How many may be chosen. */
  readonly most: number;
  /** These are not offered. */
  readonly without?: readonly string[];
}

export function Chooser({ without = [], ...props }: Props) {
  const { value: people = [], problem } = useLoaded(candidates);
  const offered = people.filter(({ id }) => !without.includes(id));
  return (
    <Ticks
      {...props}
      find={rare.findPerson}
      offered={offered.map((person) => ({ ...person, sign: <Disc {...person} /> }))}
      problem={problem || (offered.length === 0 ? rare.nobodyKnown : undefined)}
    />
  );
}
