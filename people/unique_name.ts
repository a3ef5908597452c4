/** Names for people who did not choose one here. */

import { LIMITS } from "../config/limits.ts";
import { cleanName } from "../wire/sanitize.ts";
import type { Members } from "./members.ts";

/** The name of somebody whose issuer says none that is visible. */
const NAMELESS = "Member";

/**
 * A name that no member has: as it was wished, or with a number behind it.
 *
 * @param id ends the name where all numbers are taken
 *
 * @example
 * ```ts
 * uniqueName("Ann", id, members); // "Ann 2", if there is an Ann
 * ```
 */
export function uniqueName(
  wish: string | undefined,
  id: string,
  members: Pick<Members, "idOf">,
): string {
  const letters = [...(wish ?? "").trim()].slice(0, LIMITS.userName).join("");
  const name = cleanName(letters) ?? NAMELESS;
  if (members.idOf(name) === undefined) return name;
  for (let number = 2; number <= LIMITS.namesTried; number++) {
    const numbered = ended(name, String(number));
    if (members.idOf(numbered) === undefined) return numbered;
  }
  return ended(name, id);
}

function ended(name: string, end: string): string {
  const room = LIMITS.userName - end.length - 1;
  return `${[...name].slice(0, room).join("").trim()} ${end}`;
}
