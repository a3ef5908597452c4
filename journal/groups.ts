/**
 * Groups of changes, which are kept all or none.
 *
 * Their keys differ and none is of a message, so no change of a group has a say in whether another one
 * is refused: all are judged first, and then kept.
 */

import { LIMITS } from "../config/limits.ts";
import { isChange, isKey, keyOf, targetOf } from "./changes.ts";
import type { ChangeDraft, Draft } from "./journal.ts";

/** The changes of the group that begins at a place among drafts; of a draft without one, itself. */
export function groupAt(drafts: readonly Draft[], start: number): readonly ChangeDraft[] {
  const { room, group } = drafts[start] as ChangeDraft;
  let end = start + 1;
  while (group !== undefined && end < drafts.length && belongs(drafts[end], room, group)) end++;
  return drafts.slice(start, end) as ChangeDraft[];
}

function belongs(draft: Draft, room: string, group: number): boolean {
  return isChange(draft) && draft.room === room && draft.group === group;
}

/** Whether changes may be kept as a group. */
export function isValidGroup(group: readonly ChangeDraft[]): boolean {
  if (group.length === 1) return true;
  const keys = new Set(group.map(({ action, from }) => keyOf(action, from)));
  const ids = group.flatMap(({ id }) => id === undefined ? [] : [id]);
  return group.length <= LIMITS.group && keys.size === group.length &&
    new Set(ids).size === ids.length &&
    group.every(({ action }) => targetOf(action) === undefined && isKey(action));
}
