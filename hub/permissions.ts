/**
 * Who may do what: decided where a draft is made, and again by everything that reads.
 *
 * The rules for people come from outside, see {@linkcode Rules}. What must still be true when a change
 * gets its number (a message exists, was written by its editor) becomes a condition, which the journal
 * checks.
 */

import type { Action, Condition } from "../journal/journal.ts";
import type { Refusal } from "../wire/wire.ts";

/** Somebody who asks for something in a room. */
export interface Asker {
  readonly person: { readonly id: string };
  /** A token makes them an admin; others are admins by the rules. */
  readonly isAdmin: boolean;
}

/** Why somebody may not do something; `detail` is for people. */
export interface Denial {
  readonly code: Refusal;
  readonly detail: string;
}

/** What is true of a room whatever is said in it. */
export interface RoomDescription {
  readonly access: "open" | "private" | "direct";
  readonly title?: string;
  readonly archived?: true;
  /** Of an open room that is closed to newcomers: until when, in milliseconds since 1970. */
  readonly closed?: number;
}

/** What the hub must know about people and rooms. Every answer is immediate. */
export interface Rules {
  /** Why somebody may not write in a room now; undefined if they may. */
  denial(asker: Asker, room: string): Denial | undefined;
  /** Whether somebody may delete what others said in a room, and change the room. */
  mayModerate(asker: Asker, room: string): boolean;
  /** How a room is entered, and its title if it has one. */
  describe(room: string): RoomDescription;
  /** Whether somebody may enter a room. */
  admits(id: string, room: string): boolean;
  /** The hidden rooms that somebody may enter. */
  hiddenRooms(id: string): ReadonlySet<string>;
  /** The people of a direct room; none of any other. */
  peopleOf(room: string): readonly { readonly id: string; readonly name: string }[];
  /** Somebody with a folded name who may enter a room, whether they are present or not. */
  personNamed(fold: string, room: string): string | undefined;
  /** Whether such a name may begin at this place of a text; false only if none does. */
  mayBegin(text: string, at: number): boolean;
  /** Whether somebody wants to hear nothing of another person. */
  blocks(id: string, other: string): boolean;
  /** Whether everybody in a room may pin messages and set its topic. */
  isShared(room: string): boolean;
  /** A moderator has deleted message `of`. Returns at once. */
  moderated(by: string, room: string, of: number): void;
}

/** The rules of a chat in which everybody may do everything but what only admins may. */
export const NO_RULES: Rules = {
  denial: () => undefined,
  mayModerate: ({ isAdmin }) => isAdmin,
  describe: () => ({ access: "open" }),
  admits: () => true,
  hiddenRooms: () => new Set(),
  peopleOf: () => [],
  personNamed: () => undefined,
  mayBegin: () => false,
  blocks: () => false,
  isShared: () => true,
  moderated: () => {},
};

/**
 * Why somebody may not say something or do this in a room, whatever the journal has; undefined if they
 * may. In a private room its owner pins and sets the topic, elsewhere everybody does.
 */
export function denialOf(
  action: Action | undefined,
  asker: Asker,
  room: string,
  rules: Rules,
): Denial | undefined {
  const denial = rules.denial(asker, room);
  if (denial || !action) return denial;
  const isForModerators = action.type === "pin" || action.type === "room";
  if (!isForModerators || rules.isShared(room) || rules.mayModerate(asker, room)) return;
  return { code: "not_allowed", detail: "only the owner of this room does that" };
}

/**
 * The condition under which the journal may keep a change: people edit and delete their own messages,
 * a moderator deletes any.
 *
 * @param version the version of the text that an editor saw
 */
export function conditionOf(
  action: Action,
  asker: Asker,
  mayModerate: boolean,
  version?: number,
): Condition {
  const isOwnOnly = action.type === "edit" || action.type === "delete" && !mayModerate;
  return { by: isOwnOnly ? asker.person.id : undefined, version };
}
