/** The people whom an `@` in the field may mean, above it. The field keeps the focus. */

import { choose, marked, suggested } from "../state/suggest.ts";
import { words } from "../words/words.ts";
import { Disc } from "./disc.tsx";
import { Name } from "./name.tsx";

export function Suggestions() {
  if (suggested.value.length === 0) return null;
  return (
    <div class="suggested" id="suggested" role="listbox" aria-label={words.people}>
      {suggested.value.map((person, index) => (
        <div
          class="row"
          role="option"
          id={`suggested${index}`}
          key={person.id}
          aria-selected={index === marked.value}
          // Before the press takes the focus from the field.
          onPointerDown={(event) => {
            event.preventDefault();
            choose(person);
          }}
        >
          <Disc {...person} />
          <Name id={person.id} name={person.name} />
        </div>
      ))}
    </div>
  );
}

/** What the field says of them. */
export const suggestionProps = () =>
  suggested.value.length > 0
    ? {
      "aria-controls": "suggested",
      "aria-activedescendant": `suggested${marked.value}`,
    }
    : {};
