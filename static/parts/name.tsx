/** A person's name, marked if somebody else who is here has one that looks the same. */

import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { isShared } from "../state/people.ts";
import { shownKey } from "../text/people.ts";
import { words } from "../words/words.ts";

/** How much of an id tells two people apart. */
const ID_CHARACTERS = 4;

export function Name({ id, name, class: more }: { id: string; name: string; class?: string }) {
  return (
    <>
      <bdi class={more}>{name}</bdi>
      <SameName id={id} name={name} />
    </>
  );
}

function SameName({ id, name }: { id: string; name: string }) {
  const key = useMemo(() => shownKey(name), [name]);
  // Renders again when the answer changes, not whenever somebody comes or goes.
  const shared = useComputed(() => isShared(id, key));
  if (!shared.value) return null;
  const short = id.slice(-ID_CHARACTERS);
  return (
    <span class="tag" title={words.sameName}>
      <bdi dir="ltr" aria-hidden="true">#{short}</bdi>
      <span class="unseen">{words.sameName} ({short})</span>
    </span>
  );
}
