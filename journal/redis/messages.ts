/**
 * The messages of the rooms: appending, reading, importing.
 *
 * A batch is one script for each room in it. The first message in a room claims its name, in any case
 * and width, so that several servers agree on the room that a name means.
 */

import { AppendError, type Draft, type Message } from "../journal.ts";
import type { Reply } from "./caller.ts";
import { fromAppend, fromEntry, toId, toText } from "./encoding.ts";
import type { RedisLink } from "./link.ts";
import type { RedisRooms } from "./rooms.ts";
import { APPEND, IMPORT, keysOf } from "./scripts.ts";
import type { RedisSubscriptions } from "./subscriptions.ts";

/** What messages need of their journal. */
export interface MessageServices {
  readonly keep: number;
  readonly link: RedisLink;
  readonly rooms: RedisRooms;
  readonly subscriptions: RedisSubscriptions;
  /** Redis has less than was shown. */
  lost(): Promise<void>;
}

/** The messages of all rooms. */
export class RedisMessages {
  readonly #services: MessageServices;

  constructor(services: MessageServices) {
    this.#services = services;
  }

  /** Keeps drafts, as `Journal.append` promises. */
  async append(drafts: readonly Draft[]): Promise<(Message | AppendError)[]> {
    const rooms = Map.groupBy(drafts.keys(), (index) => drafts[index].room);
    if (rooms.size === 1) return await this.#appendAs(drafts[0].room, drafts);
    const kept: (Message | AppendError)[] = [];
    await Promise.all(Array.from(rooms, async ([room, indexes]) => {
      try {
        const messages = await this.#appendAs(room, indexes.map((index) => drafts[index]));
        indexes.forEach((index, n) => kept[index] = messages[n]);
      } catch (error) {
        for (const index of indexes) kept[index] = new AppendError(error);
      }
    }));
    return kept;
  }

  /** Keeps drafts in the room that this name means. */
  async #appendAs(name: string, drafts: readonly Draft[]): Promise<Message[]> {
    const { rooms, subscriptions } = this.#services;
    const known = (subscriptions.get(name)?.seq ?? 0) > 0;
    const room = known ? name : await rooms.claim(name);
    const messages = await this.#appendTo(room, drafts);
    return room === name ? messages : messages.map((message) => ({ ...message, keptIn: room }));
  }

  async #appendTo(room: string, drafts: readonly Draft[]): Promise<Message[]> {
    const { keep, link, rooms, subscriptions } = this.#services;
    const { log, ids } = keysOf(room);
    const subscription = subscriptions.get(room);
    const batch = subscriptions.nameBatch(room, drafts);
    const known = subscription?.seq ?? 0;
    const words = [String(keep), String(known), subscriptions.channelOf(room), batch];
    for (const draft of drafts) words.push(toText(draft), toId(draft.id));
    try {
      const answer = await link.run(APPEND, [log, ids], words) as Reply[];
      const messages = fromAppend(drafts, answer);
      const added = messages.filter(({ duplicate }) => !duplicate);
      if (added.length > 0) rooms.touch(room, added.at(-1)!.at);
      subscriptions.get(room)?.offer(added);
      return messages;
    } catch (error) {
      if ((error as Error).message.startsWith("LOST")) await this.#services.lost();
      throw error;
    }
  }

  async after(room: string, seq: number, limit: number): Promise<Message[]> {
    return await this.#range("XRANGE", room, [`${seq + 1}-0`, "+"], limit);
  }

  async before(room: string, seq: number, limit: number): Promise<Message[]> {
    if (seq <= 1) return [];
    const end = Number.isSafeInteger(seq) ? `${seq - 1}-0` : "+";
    return (await this.#range("XREVRANGE", room, [end, "-"], limit)).reverse();
  }

  async #range(command: string, room: string, ends: string[], limit: number): Promise<Message[]> {
    const words = [command, keysOf(room).log, ...ends, "COUNT", String(limit)];
    return (await this.#services.link.call(...words) as [string, string[]][]).map(fromEntry);
  }

  async import(room: string, messages: readonly Message[]): Promise<void> {
    const { link, rooms } = this.#services;
    const { log, ids } = keysOf(room);
    const words = messages.flatMap((m) => [String(m.seq), toText(m), toId(m.id)]);
    // Listed first, so that an import that is stopped in between does not hide the room.
    await rooms.list(room, messages.at(-1)!.at);
    await link.run(IMPORT, [log, ids], words);
  }
}
