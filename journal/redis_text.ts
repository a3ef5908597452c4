/**
 * Messages as they stand in Redis: JSON without number and id, which stand beside it.
 */

import type { Draft, Said } from "../journal.ts";
import type { Notice } from "./redis_following.ts";

/** A message in JSON. */
export function toText({ at, from, name, avatar, text }: Draft | Said): string {
  return JSON.stringify({ at, from, name, avatar, text });
}

/** An id in JSON, `""` for none. */
export function toId(id: string | undefined): string {
  return id === undefined ? "" : JSON.stringify(id);
}

type Fields = Pick<Said, "at" | "from" | "name" | "avatar" | "text">;

function toSaid(seq: number, { at, from, name, avatar, text }: Fields, id?: string): Said {
  return { kind: "said", seq, at, from, name, avatar, text, id };
}

/** The message of this JSON. */
export function fromText(seq: number, text: string, id: string | undefined): Said {
  return toSaid(seq, JSON.parse(text), id);
}

/** The message of an entry of a stream. */
export function fromEntry([key, [, text, , id]]: [string, string[]]): Said {
  return fromText(parseInt(key), text, id === undefined ? undefined : JSON.parse(id));
}

const NEWLINE = "\n".charCodeAt(0);
const decoder = new TextDecoder();

/** A batch that was published, its messages still to be read; see `APPEND`. */
export function parseNotice(payload: Uint8Array): Notice & { batch: string; whole: boolean } {
  const end = payload.indexOf(NEWLINE);
  const [, batch, ...numbers] = decoder.decode(payload.subarray(0, end)).split(" ");
  const [first, count, answers] = numbers.map(Number);
  return {
    batch,
    first,
    count,
    whole: answers === 1,
    messages: () => {
      const told: unknown[] = JSON.parse(decoder.decode(payload.subarray(end + 1)));
      if (told.length === 0) return;
      return Array.from(
        { length: count },
        (_, n) =>
          toSaid(first + n, told[2 * n + 1] as Fields, (told[2 * n] || undefined) as string),
      );
    },
  };
}
