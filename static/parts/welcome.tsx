/** The first visit: what this is, who is here, one field. Escape comes in as a guest. */

import { useEffect, useState } from "preact/hooks";
import { crowd, look } from "../state/crowd.ts";
import { chatName, room } from "../state/place.ts";
import { change, isName } from "../state/you.ts";
import { isolated } from "../text/people.ts";
import { listOf, words } from "../words/words.ts";
import { Disc } from "./disc.tsx";
import { NameField } from "./name_field.tsx";
import { Whole } from "./whole.tsx";

/** More are counted, not named. */
const MOST_NAMED = 2;
const MOST_DISCS = 3;

export function Welcome() {
  const [name, setName] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <Whole title={words.welcome(chatName)} lead={words.welcomeLead(isolated(room.value))}>
      <Crowd />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const given = name.trim();
          setWrong(!isName(given));
          if (isName(given)) change({ name: given });
        }}
      >
        <NameField name={name} setName={setName} problem={isWrong ? words.badName : ""} />
        <button type="submit" class="button main">{words.join}</button>
      </form>
      <p class="hint">
        <button type="button" class="plain" onClick={() => change({})}>{words.lookFirst}</button>
        {words.lookFirstHint}
      </p>
    </Whole>
  );
}

/** Who is here now. */
function Crowd() {
  useEffect(look, []);
  if (!crowd.value) return null;
  const { people, count } = crowd.value;
  if (count === 0) return <p>{words.nobodyHere}</p>;
  const named = people.slice(0, count > MOST_NAMED + 1 ? MOST_NAMED : count);
  const names = named.map(({ name }) => isolated(name));
  if (count > named.length) names.push(words.andOthers(count - named.length));
  return (
    <div class="crowd">
      <span class="discs">
        {people.slice(0, MOST_DISCS).map((person) => <Disc {...person} key={person.id} />)}
      </span>
      <p>
        <b>{listOf(names)}</b> {words.areHere(count)}
      </p>
    </div>
  );
}
