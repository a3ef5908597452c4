/** What a `room` command and `PATCH /rooms/{room}` take, checked field by field. */

import { LIMITS } from "../config/limits.ts";
import { cleanText, isVisible, oneLine } from "./sanitize.ts";
import type { RoomOrder } from "./wire.ts";

/** Reads an order; a string says what is wrong with it. */
export function parseRoomOrder(
  { topic, title, add, remove, archived }: Readonly<Record<string, unknown>>,
): RoomOrder | string {
  const [added, removed] = [add, remove].map(peopleOf);
  const clean = {
    topic: topic === undefined ? undefined : cleanTopic(topic),
    title: title === undefined ? undefined : cleanTitle(title),
    add: added,
    remove: removed,
  };
  if (topic !== undefined && clean.topic === undefined) return TOPIC;
  if (title !== undefined && clean.title === undefined) return TITLE;
  if (add !== undefined && !added || remove !== undefined && !removed) return PEOPLE;
  if (archived !== undefined && typeof archived !== "boolean") return "archived is true or false";
  if (added && removed && added.some((id) => removed.includes(id))) {
    return "add and remove must not have the same people";
  }
  const fields = Object.entries({ ...clean, archived }).filter(([, value]) => value !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields) : NOTHING;
}

const TOPIC = `topic must be a string of ${LIMITS.topic} characters at most`;
const TITLE = `title must be a string of 1 to ${LIMITS.title} characters, some of them visible`;
const PEOPLE = `add and remove take a person's id, or 1 to ${LIMITS.membersAtOnce} of them`;
const NOTHING = "give a topic, a title, people to add or remove, or archived";

/** One id of a person or several, each once. Undefined for anything else. */
export function peopleOf(value: unknown): string[] | undefined {
  const ids = Array.isArray(value) ? value : [value];
  if (ids.length === 0 || ids.length > LIMITS.membersAtOnce || !ids.every(isPersonId)) return;
  return [...new Set<string>(ids)];
}

/** Whether the value may be a person's id. */
export function isPersonId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LIMITS.subjectLength &&
    value.isWellFormed() && !value.includes("\0");
}

/** A topic as it is kept, on one line; `""` takes it away. Undefined for one that is no good. */
export function cleanTopic(value: unknown): string | undefined {
  return cleanLine(value, LIMITS.topic);
}

/** A title as it is kept, on one line. Undefined for one that is no good. */
export function cleanTitle(value: unknown): string | undefined {
  const clean = cleanLine(value, LIMITS.title);
  return clean !== undefined && isVisible(clean) ? clean : undefined;
}

function cleanLine(value: unknown, most: number): string | undefined {
  if (typeof value !== "string" || value.length > 2 * most) return;
  const clean = cleanText(oneLine(value)).trim();
  return [...clean].length <= most ? clean : undefined;
}
