/**
 * Bots: programs that use the chat with a token of their own, and hooks, by which others post to one room.
 *
 * Both are found by the hashes of their tokens, which are shown once. A bot and its hook count until the
 * bot is deleted, or the member who made it is removed, banned or signed out everywhere.
 */

import { LIMITS } from "../config/limits.ts";
import type { Directory, Put } from "./directory.ts";
import { hashOf, idKey, newId, newToken } from "./ids.ts";
import type { Identity } from "./identity.ts";
import type { Members } from "./members.ts";
import type { BotRecord } from "./records.ts";
import { Refused } from "./refused.ts";

/** What the token of every bot begins with. */
export const BOT_PREFIX = "hbb_";

/** What a bot is to be. */
export interface BotOrder {
  readonly name: string;
  readonly by: string;
  /** The rooms that it may enter, open ones by name and hidden ones by address; absent: all open ones. */
  readonly rooms?: readonly string[];
  readonly metrics?: boolean;
  /** The room of its hook. */
  readonly hook?: string;
}

/** A new bot: its tokens are shown this once. */
export interface NewBot {
  readonly bot: BotRecord;
  readonly token: string;
  readonly hookToken: string | undefined;
}

/** The bots of a directory. */
export class Bots {
  readonly #directory: Directory;
  readonly #members: Members;
  /** The hash of each hook's token, and that of its bot. */
  #hooks: ReadonlyMap<string, string> | undefined;

  constructor(directory: Directory, members: Members) {
    this.#directory = directory;
    this.#members = members;
    directory.listen((kind) => {
      if (kind === "bot") this.#hooks = undefined;
    });
  }

  /** The identity of a bot's token; undefined if the token is not valid, or no longer. */
  identify(token: string): Identity | undefined {
    const hash = hashOf(token);
    const bot = this.get(hash);
    return bot && identityOf(bot, hash);
  }

  /** The bot with the token of this hash, if it counts. */
  get(hash: string): BotRecord | undefined {
    const bot = this.#directory.get("bot", hash);
    return bot && this.#isTrusted(bot) ? bot : undefined;
  }

  /** Of admins who come with tokens there are no records: the operator's own program vouches for them. */
  #isTrusted({ by, created }: BotRecord): boolean {
    return this.#members.vouches(by, created) || this.#directory.get("access", "mode") === "token";
  }

  /** The identity of a hook's token, and its room; undefined if the token is not valid, or no longer. */
  hook(token: string): { identity: Identity; room: string } | undefined {
    this.#hooks ??= new Map(
      this.#directory.all("bot").entries()
        .flatMap(([hash, { hook }]) => hook ? [[hook.hash, hash] as const] : []),
    );
    const hash = this.#hooks.get(hashOf(token));
    const bot = hash === undefined ? undefined : this.get(hash);
    return bot?.hook && { identity: identityOf(bot, hash!), room: bot.hook.room };
  }

  /** The bots that count, in the order in which they were made. */
  list(): BotRecord[] {
    return [...this.#directory.all("bot").keys()].map((hash) => this.get(hash))
      .filter((bot) => bot !== undefined);
  }

  /**
   * Makes a bot. It has no place in a hidden room yet.
   *
   * @throws {Refused} if there are too many
   */
  create({ name, by, rooms, metrics, hook }: BotOrder): Promise<NewBot> {
    const token = `${BOT_PREFIX}${newToken()}`;
    const hookToken = hook === undefined ? undefined : newToken();
    return this.#directory.change(by, () => {
      if (this.#directory.all("bot").size >= LIMITS.bots) {
        throw new Refused("full", `there are ${LIMITS.bots} bots: delete one first`);
      }
      const bot: BotRecord = {
        id: newId(),
        name,
        by,
        // The clock of another server may be ahead.
        created: Math.max(Date.now(), this.#members.get(by)?.since ?? 0),
        ...(rooms && { rooms }),
        ...(metrics && { metrics }),
        ...(hookToken !== undefined && { hook: { room: hook!, hash: hashOf(hookToken) } }),
      };
      const puts: Put[] = [["bot", hashOf(token), bot]];
      return { puts, result: { bot, token, hookToken } };
    });
  }

  /**
   * Deletes a bot, its hook and its places.
   *
   * @throws {Refused} if there is none of this id
   */
  remove(by: string, id: string): Promise<void> {
    return this.#directory.change(by, () => {
      const found = this.#directory.all("bot").entries().find(([, bot]) => bot.id === id);
      if (!found) throw new Refused("unknown", "there is no such bot");
      const [hash, { rooms = [], hook }] = found;
      const places = [...new Set([...rooms, ...hook ? [hook.room] : []])]
        .map((room) => `${room}/${idKey(id)}`)
        .filter((place) => this.#directory.get("place", place))
        .map((place): Put => ["place", place, undefined]);
      return { puts: [["bot", hash, undefined], ...places], result: undefined };
    });
  }
}

function identityOf({ id, name, rooms, hook }: BotRecord, hash: string): Identity {
  const known = { id, isLasting: true, isFromToken: true, name, role: "bot", bot: hash } as const;
  const isAllowed = rooms && hook && !rooms.includes(hook.room) ? [...rooms, hook.room] : rooms;
  return { ...known, rooms: isAllowed };
}
