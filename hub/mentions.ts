/**
 * Mentions: the people whom a message is for, and the entries that report it to them.
 *
 * A message mentions the members that its sender lists. Without a list it is for those whose name
 * follows an `@` in the text: of all names that could be meant the longest, and only as a whole word, so
 * that a name that is part of another one does not ring. It is also for the author of the message that it
 * answers, and for the people of a direct room.
 */

import { LIMITS } from "../config/limits.ts";
import type { ChangeDraft, Journal, Message } from "../journal/journal.ts";
import { foldName } from "./room_name.ts";

/** The people whom a text may mention. */
export interface Names {
  /** The id of the person who has a folded name. */
  find(fold: string): string | undefined;
  /** Whether a name may begin at this place of a text; false only if none does. */
  mayBegin(text: string, at: number): boolean;
}

const PART_OF_WORD = /[\p{L}\p{N}\p{M}_]/u;

/** Whether a character is part of a word; for most of ASCII that costs no regular expression. */
function isInWord(character: string): boolean {
  return character >= "a" && character <= "z" || character >= "0" && character <= "9" ||
    character !== " " && PART_OF_WORD.test(character);
}

/**
 * The ids of the people whose names follow an `@`, {@linkcode LIMITS.mentions} at most.
 *
 * @example
 * ```ts
 * const people = new Map([["ann", "1"], ["ann lee", "2"]]);
 * const names = { find: (fold: string) => people.get(fold), mayBegin: () => true };
 * mentionsIn("@Ann Lee, @anna: hello @Ann.", names); // ["2", "1"]
 * ```
 */
export function mentionsIn(text: string, names: Names): readonly string[] {
  let found: Set<string> | undefined;
  let tried = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    if (!names.mayBegin(text, at + 1) || at > 0 && isInWord(text[at - 1])) continue;
    const id = longestName(text, at + 1, names);
    if (id !== undefined) (found ??= new Set()).add(id);
    // The hub does this between the messages of everybody else.
    if (++tried === LIMITS.mentions) break;
  }
  return found ? [...found] : NOBODY;
}

const NOBODY: readonly string[] = [];

/** The person with the longest name that the text has at this place. */
function longestName(text: string, from: number, names: Names): string | undefined {
  const characters = [...text.slice(from, from + 2 * LIMITS.userName + 2)];
  for (const end of endsOf(characters).reverse()) {
    const id = names.find(foldName(characters.slice(0, end).join("")));
    if (id !== undefined) return id;
  }
}

/** Where a name may end that begins a text, {@linkcode LIMITS.nameEnds} places at most. */
function endsOf(characters: readonly string[]): number[] {
  const ends: number[] = [];
  const longest = Math.min(characters.length, LIMITS.userName);
  for (let end = 1; end <= longest && ends.length < LIMITS.nameEnds; end++) {
    const last = characters[end - 1];
    const isInside = end < characters.length && isInWord(characters[end]) && isInWord(last);
    if (!isInside && last.trim()) ends.push(end);
  }
  return ends;
}

/** What is needed to find these people. */
export interface MentionServices {
  readonly journal: Journal;
  /** The people of a direct room; none of any other. */
  readonly direct: (room: string) => readonly string[];
  /** Whether somebody may enter a room and wants to hear of somebody else. */
  readonly wants: (member: string, room: string, from: string) => boolean;
  /** The entry in a person's own log. */
  readonly draft: (member: string, room: string, seq: number, at: number) => ChangeDraft;
}

/** Whether a message may concern somebody in particular, wherever it was said. */
export function isForSomebody({ to, reply }: Pick<Message, "to" | "reply">): boolean {
  return to !== undefined && to.length > 0 || reply !== undefined;
}

/** The entries that report a message to the people whom it is for. */
export async function draftsOf(
  room: string,
  { seq, at, from, to = [], reply }: Message,
  { journal, direct, wants, draft }: MentionServices,
): Promise<ChangeDraft[]> {
  const people = new Set([...to, ...direct(room)]);
  if (reply !== undefined) {
    const { messages: [answered] } = await journal.page(room, { after: reply - 1, limit: 1 });
    // Even if it was deleted meanwhile: it was there when it was answered.
    if (answered?.seq === reply) people.add(answered.from);
  }
  people.delete(from);
  return [...people].filter((member) => wants(member, room, from))
    .map((member) => draft(member, room, seq, at));
}

/** The message of a mention as it is now; undefined if it has been deleted, or is no longer kept. */
export async function mentionedIn(
  room: string,
  seq: number,
  journal: Pick<Journal, "page">,
): Promise<Message | undefined> {
  const { messages: [message] } = await journal.page(room, { after: seq - 1, limit: 1 });
  return message?.seq === seq && !message.deleted ? message : undefined;
}
