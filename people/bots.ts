/**
 * Bots: programs that use the chat with a token of their own.
 *
 * A bot counts until it is deleted, or the member who made it is removed or banned.
 */

import type { Directory } from "./directory.ts";
import { hashOf } from "./ids.ts";
import type { Identity } from "./identity.ts";
import type { Members } from "./members.ts";
import type { BotRecord } from "./records.ts";

/** What the token of every bot begins with. */
export const BOT_PREFIX = "hbb_";

/** The bots of a directory. */
export class Bots {
  readonly #directory: Directory;
  readonly #members: Members;

  constructor(directory: Directory, members: Members) {
    this.#directory = directory;
    this.#members = members;
  }

  /** The identity of a bot's token; undefined if the token is not valid, or no longer. */
  identify(token: string): Identity | undefined {
    const hash = hashOf(token);
    const bot = this.get(hash);
    if (!bot) return;
    const { id, name, rooms } = bot;
    return { id, isLasting: true, isFromToken: true, name, rooms, role: "bot", bot: hash };
  }

  /** The bot with the token of this hash, if it counts. */
  get(hash: string): BotRecord | undefined {
    const bot = this.#directory.get("bot", hash);
    return bot && this.#members.vouches(bot.by, bot.created) ? bot : undefined;
  }
}
