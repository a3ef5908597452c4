/**
 * Conversations over the JSON wire: peers that say very much, and what must be true of the numbers
 * that come on a connection.
 */

import { assert } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import type { Peer } from "./peer.ts";
import type { Random } from "./random.ts";
import { within } from "./wait.ts";

/** Where a client starts in a room. */
export interface Place {
  since?: number;
  epoch?: string;
  replay?: number;
}

/** The path of a room for a client that starts at this place. */
export function roomPath(room: string, { since, epoch, replay }: Place = {}): string {
  const query = new URLSearchParams();
  if (since !== undefined) query.set("since", String(since));
  if (epoch !== undefined) query.set("epoch", epoch);
  if (replay !== undefined) query.set("replay", String(replay));
  return `/rooms/${room}?${query}`;
}

/** The numbers of the messages that came on a connection, in the order in which they came. */
export function seqsOf(peer: Peer): number[] {
  return peer.all("message").map(({ seq }) => seq);
}

/** Fails unless the numbers are `first`, `first + 1` and so on. */
export function assertUnbroken(seqs: readonly number[], first: number, what: string): void {
  const at = seqs.findIndex((seq, index) => seq !== first + index);
  const near = seqs.slice(Math.max(at - 3, 0), at + 4).join(" ");
  assert(at < 0, `${what}: expected ${first + at} where ${seqs[at]} came (${near})`);
}

/** Waits until a line with these words has come, or so many lines have. */
export async function lineWith(peer: Peer, words: string, lines = Infinity): Promise<void> {
  let at = 0;
  await peer.until(() => {
    while (at < peer.lines.length) if (peer.lines[at++].includes(words)) return true;
    return at >= lines;
  }, words);
}

/** Waits until the message with this number has come. */
export async function messageAt(peer: Peer, seq: number): Promise<void> {
  await lineWith(peer, `"type":"message","seq":${seq},`);
}

/** Says so many messages, a hundred in a frame, and waits until the last has come back. */
export async function sayMany(peer: Peer, count: number, word = "word"): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    const lines = Array.from(
      { length: Math.min(100, count - from) },
      (_, n) => JSON.stringify({ type: "say", text: `${word} ${from + n}` }),
    );
    peer.send(lines.join("\n"));
  }
  await lineWith(peer, `"text":"${word} ${count - 1}"`);
}

/** How far one that chats may be ahead of what comes back to it, in messages. */
const AHEAD = 400;

/** The most that one says. */
const MOST = 1_000_000;

/** Somebody who says frames of random lengths, as fast as they come back. */
export interface Chatter extends AsyncDisposable {
  /** Ends it; answers with how many messages it has said. */
  stop(): Promise<number>;
}

/** Starts to chat. */
export function chat(peer: Peer, random: Random): Chatter {
  let count = 0;
  let over = false;
  const run = async () => {
    while (count < MOST && !over) {
      const many = 1 + random.int(random.chance(1, 4) ? 60 : 6);
      const lines = Array.from({ length: many }, (_, n) => {
        const text = `${count + n} ${"x".repeat(random.int(200))}`;
        return JSON.stringify({ type: "say", text });
      });
      peer.send(lines.join("\n"));
      count += many;
      await setImmediate();
      await peer.until(() => over || peer.lines.length > count - AHEAD, "the echo");
    }
  };
  const running = run();
  const stop = async () => {
    over = true;
    await running;
    return count;
  };
  return { stop, [Symbol.asyncDispose]: async () => void await stop() };
}

/** Connections that follow a room and keep nothing. */
export async function openCrowd(
  host: string,
  room: string,
  count: number,
): Promise<AsyncDisposable> {
  const sockets = Array.from(
    { length: count },
    () => new WebSocket(`ws://${host}${roomPath(room, { replay: 0 })}`),
  );
  const all = (event: "onopen" | "onclose") =>
    within(
      Promise.all(sockets.map((socket) => new Promise((resolve) => socket[event] = resolve))),
      event,
    );
  await all("onopen");
  return {
    async [Symbol.asyncDispose]() {
      const closed = all("onclose");
      for (const socket of sockets) socket.close();
      await closed;
    },
  };
}
