/**
 * The commands that are typed at a terminal: what each does to the room, and the help about them.
 *
 * Messages are named by the numbers that are shown before them, so that a message which comes while
 * something is typed changes nothing about what is meant.
 */

import type { Message, Outcome, Room } from "../../sdk/mod.ts";
import { numberOf } from "./changes.ts";

/** What is printed for `/help` and for what is no command. */
export const HELP: readonly string[] = [
  "/edit TEXT gives your last message another text, /edit #12 TEXT message 12",
  "/delete deletes your last message, /delete #12 message 12",
  "/react 👍 reacts to the last message, /react #12 👍 to message 12; again withdraws it",
  "/reply #12 TEXT answers message 12; /pin #12 pins it, again unpins it",
  "/topic TEXT sets the room's topic, /topic alone removes it",
  "/rooms lists your rooms with what is unread in them, /join ROOM shows another one",
  "/name N takes another name, /me says what you do, //x says /x, /quit or Ctrl-D leaves",
];

/** Something is wrong with what was typed; the message says what. */
export class ActionError extends Error {
  override name = "ActionError";
}

type Action = (room: Room, words: string, target: number | undefined) => Promise<Outcome>;

const ACTIONS: Readonly<Record<string, Action>> = {
  me: (room, words) => room.say(`* ${needed(words, "say what you do: /me TEXT")}`),
  edit: (room, words, target = ownLast(room)) =>
    room.edit(target, needed(words, "say the new text: /edit TEXT")),
  delete: (room, words, target = ownLast(room)) => {
    if (words) throw new ActionError(`"${words}" is no message: /delete or /delete #12`);
    return room.remove(target);
  },
  react: (room, words, target = last(room).seq) => {
    const emoji = needed(words, "say with what: /react 👍");
    return room.react(target, emoji, !has(room, target, emoji));
  },
  reply: (room, words, target) => {
    if (target === undefined) throw new ActionError("say to which message: /reply #12 TEXT");
    return room.say(needed(words, "say the answer: /reply #12 TEXT"), { reply: target });
  },
  pin: (room, _words, target = last(room).seq) => {
    return room.pin(target, !(room.pending.messages.get(target)?.pinned ?? isPinned(room, target)));
  },
  topic: (room, words) => room.setTopic(words),
};

/**
 * Does what a command says.
 *
 * @param name the word after the slash
 * @param rest what follows it: perhaps `#12`, and words
 * @returns undefined if there is no such command
 * @throws {ActionError} if something about it is missing
 */
export function act(room: Room, name: string, rest: string): Promise<Outcome> | undefined {
  if (!Object.hasOwn(ACTIONS, name)) return;
  const [, digits, words] = /^(?:#(\d{1,15})(?=\s|$))?\s*(.*)$/s.exec(rest)!;
  const target = digits === undefined ? undefined : Number(digits);
  return ACTIONS[name](room, words.trim(), target);
}

function needed(words: string, how: string): string {
  if (words) return words;
  throw new ActionError(how);
}

/** The newest message that is not deleted. */
function last(room: Room, isMeant = (_: Message) => true): Message {
  const found = room.state.messages.findLast((one) => !one.deleted && isMeant(one));
  if (found) return found;
  throw new ActionError("there is no message of which that could be said: give its number");
}

function ownLast(room: Room): number {
  return last(room, ({ from }) => from === room.state.you?.id).seq;
}

function has(room: Room, seq: number, emoji: string): boolean {
  const pending = room.pending.messages.get(seq)?.reactions?.[emoji];
  const reactions = room.state.message(seq)?.reactions ?? {};
  return pending ?? (Object.hasOwn(reactions, emoji) && reactions[emoji].mine === true);
}

function isPinned(room: Room, seq: number): boolean {
  return room.state.pins.includes(seq);
}

/** What was to be done, in words, for a line that says that it was not. */
export function describeCommand(command: Room["outbox"]["drafts"][number]["command"]): string {
  switch (command.type) {
    case "say":
      return command.text;
    case "edit":
      return `/edit ${numberOf(command.of)} ${command.text}`;
    case "delete":
      return `/delete ${numberOf(command.of)}`;
    case "react":
      return `/react ${numberOf(command.of)} ${command.emoji}`;
    case "pin":
      return `/pin ${numberOf(command.of)}`;
    case "room":
      return `/topic ${command.topic ?? ""}`;
  }
}
