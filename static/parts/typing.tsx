/** The people who are typing. */

import { typing } from "../state/people.ts";
import { isolated } from "../text/people.ts";
import { listOf, words } from "../words/words.ts";

const MOST = 3;

export function Typing({ isHidden }: { isHidden: boolean }) {
  const names = typing.value.slice(0, MOST).map(({ name }) => isolated(name));
  return (
    <p class="typing hint" hidden={isHidden}>
      {names.length > 0 && words.typing(listOf(names), names.length)}
      {names.length > 0 && (
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
    </p>
  );
}
