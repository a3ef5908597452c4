/**
 * What an operator asks for: the words after `hubbub admin`, checked.
 *
 * The program that is typed and the server that it is sent to read them with the same code.
 */

import { LIMITS } from "../../config/limits.ts";
import {
  choice,
  number,
  onOff,
  parseWords,
  repeatable,
  text,
  UsageError,
  type Values,
  valuesOf,
} from "../../config/flags.ts";

const FLAGS = {
  role: choice("what an invitation makes of somebody", "member", "admin"),
  uses: number("N", 1, "how often an invitation can be used", 1, LIMITS.inviteUses),
  days: number("N", 7, "for how long an invitation can be used", 1, LIMITS.inviteDays),
  room: repeatable(text("ROOM", "a room: of a bot, or a hidden one of an invitation")),
  hook: text("ROOM", "the room of a bot's hook"),
  metrics: onOff("the bot may read the metrics"),
  all: onOff("everybody"),
  limit: number("N", 50, "entries that are shown", 1, 500),
};

/** How the command is used. */
export const USAGE = `Administers a chat. Usage: admin COMMAND [flags]

  invite [--role admin] [--uses N] [--days N] [--room ADDRESS]   a link that makes a member
  link ID                    a link that signs a member in
  members                    lists the members
  role ID admin|member       gives a member another role; in an open chat also a visitor
  remove ID                  removes a member
  ban ID, unban ID           bans somebody, or no longer
  sign-out ID, sign-out --all   ends sessions, passkeys, links and bots' tokens
  rooms                      lists the rooms, hidden ones too
  delete ROOM SEQ            deletes a message
  forget ID                  deletes everything that somebody has said
  bots                       lists the bots
  bot NAME [--room ROOM] [--metrics] [--hook ROOM]   makes a bot
  delete-bot ID              deletes a bot
  audit [--limit N]          shows who did what

  --db WHERE     the chat's --db: chat.db unless another one is given
  --url URL      the chat's public address, for links

It asks the server that runs with this database; without one it opens the database itself.`;

/** The commands, and how many words each takes. */
const WORDS: Readonly<Record<string, number>> = {
  invite: 0,
  link: 1,
  members: 0,
  role: 2,
  remove: 1,
  ban: 1,
  unban: 1,
  "sign-out": 1,
  rooms: 0,
  delete: 2,
  forget: 1,
  bots: 0,
  bot: 1,
  "delete-bot": 1,
  audit: 0,
};

const MOST_WORDS = 3;

/** A command with its words and flags. */
export interface AdminOrder {
  readonly command: string;
  readonly words: readonly string[];
  readonly flags: Values<typeof FLAGS>;
  /** The flags that were given. */
  readonly given: ReadonlySet<string>;
}

/**
 * Reads the words of a command line.
 *
 * @throws {UsageError} for words that make no command
 */
export function parseOrder(args: readonly string[]): AdminOrder {
  const { flags: given, positionals: [command, ...words] } = parseWords(
    [...args],
    FLAGS,
    MOST_WORDS,
  );
  if (command === undefined || !Object.hasOwn(WORDS, command)) {
    const asked = command === undefined ? "a command is needed" : `there is no "${command}"`;
    throw new UsageError(`admin: ${asked}, see admin --help`);
  }
  const flags = valuesOf(FLAGS, given);
  const isAll = command === "sign-out" && flags.all;
  if (words.length !== (isAll ? 0 : WORDS[command])) {
    throw new UsageError(`admin ${command}: these are not its words, see admin --help`);
  }
  return { command, words, flags, given: new Set(Object.keys(given)) };
}
