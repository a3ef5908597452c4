/**
 * The logs of version 0.1, a stream for each room, and their conversion when a script first meets one.
 *
 * The stream is set aside at once, where servers of version 0.1 do not find it, and then converted in
 * steps. It may be stopped at any moment, and several nodes may do it at once: a step counts only if
 * it begins with the oldest entry that is left.
 */

import { LIMITS } from "../../config/limits.ts";
import { toMessage } from "../journal.ts";
import type { Reply } from "./caller.ts";
import type { RedisLink } from "./link.ts";
import { toElement } from "./log_encoding.ts";
import { CONVERT, SET_ASIDE } from "./log_import.ts";
import { logKeys, type Script } from "./scripts.ts";

/** Runs a script of a room's log, which is converted first if it is of version 0.1. */
export async function runInLog(
  link: RedisLink,
  script: Script,
  room: string,
  words: string[],
): Promise<Reply> {
  const keys = logKeys(room);
  try {
    return await link.run(script, keys, words);
  } catch (error) {
    if (!(error as Error).message.startsWith("CONVERT")) throw error;
    await convert(link, room);
    return await link.run(script, keys, words);
  }
}

/** An entry of a stream: `17-0`, and the fields `m`, the message, and `i`, its id, both in JSON. */
type Old = [key: string, fields: string[]];

async function convert(link: RedisLink, room: string): Promise<void> {
  const keys = logKeys(room);
  if (await link.run(SET_ASIDE, keys, []) !== 1) return;
  const converting = keys[8];
  for (;;) {
    const count = String(LIMITS.missedPage);
    const page = await link.call("XRANGE", converting, "-", "+", "COUNT", count) as Old[];
    if (page.length === 0) return;
    const [first, last] = [seqOf(page[0]), seqOf(page.at(-1)!)];
    const words = [page[0][0], `${last + 1}-0`, String(first), ...toElements(page)];
    await link.run(CONVERT, keys, words);
  }
}

function seqOf([key]: Old): number {
  return parseInt(key);
}

/** Its messages had no changes, so that their numbers counted the messages. */
function toElements(page: readonly Old[]): string[] {
  return page.map((old) => {
    const [, [, text, , id]] = old;
    const draft = { ...JSON.parse(text), id: id === undefined ? undefined : JSON.parse(id) };
    const message = toMessage(draft, seqOf(old));
    return `m${message.seq} ${message.at}\n${toElement(message)}`;
  });
}
