/**
 * A room as somebody sees it who fetches everything, to compare with what a client has made of the log.
 */

import { isDeepStrictEqual } from "node:util";
import { history, type Message, type RoomState, roomUrl } from "../sdk/mod.ts";
import { parseFrame } from "../sdk/decode.ts";
import { within } from "./wait.ts";

/** Everything in a room, at one moment. */
export interface RoomCopy {
  /** The number of the newest entry. */
  readonly head: number;
  /** All messages that are kept, oldest first. */
  readonly messages: readonly Message[];
  readonly topic: string | undefined;
  readonly pins: readonly number[];
}

/** Tries until nothing has changed while everything was fetched. */
const TRIES = 50;
const PAGE = 200;
/** Differences that are described. */
const DESCRIBED = 5;

/** Fetches everything; what is said meanwhile makes it begin again. */
export async function fetchRoom(host: string, room: string): Promise<RoomCopy> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { seq, topic, pins } = await welcomeOf(host, room);
    const messages = await allMessages(host, room, seq);
    if (messages) return { head: seq, messages, topic, pins };
  }
  throw new Error(`${room} does not come to rest`);
}

/** All messages, if the room's head is still this one at the end. */
async function allMessages(
  host: string,
  room: string,
  head: number,
): Promise<Message[] | undefined> {
  const messages: Message[] = [];
  for (let after = 0, more = true; more;) {
    const page = await history({ url: `http://${host}`, room, after, limit: PAGE });
    if (page.head !== head) return;
    messages.push(...page.messages);
    more = page.more;
    after = messages.at(-1)?.seq ?? 0;
  }
  return messages;
}

/** What a connection is told first. */
async function welcomeOf(host: string, room: string) {
  const url = roomUrl(`http://${host}`, room);
  url.protocol = "ws";
  url.search = "?replay=0";
  const socket = new WebSocket(url);
  const first = new Promise<string>((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
  });
  const [welcome] = parseFrame(await within(first, "a welcome"));
  if (welcome?.type !== "welcome") throw new Error("the first object is no welcome");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await within(closed, "the socket to close");
  return { seq: welcome.seq, topic: welcome.topic || undefined, pins: welcome.pins ?? [] };
}

/**
 * What a client knows otherwise, in words; nothing if it knows what somebody knows who fetches it all.
 *
 * @param since the number after which the client must have every message; older ones may be missing
 */
export function differences(state: RoomState, copy: RoomCopy, since: number): string[] {
  const found: string[] = [];
  const expect = (what: string, is: unknown, expected: unknown) => {
    if (!isDeepStrictEqual(is, expected)) {
      found.push(`${what} is ${JSON.stringify(is)}, not ${JSON.stringify(expected)}`);
    }
  };
  expect("the position", state.position?.seq, copy.head);
  expect("the topic", state.topic, copy.topic);
  expect("the pins", state.pins, copy.pins);
  const kept = new Set(copy.messages.map(({ seq }) => seq));
  for (const { seq } of state.messages) if (!kept.has(seq)) found.push(`${seq} is not there`);
  for (const message of copy.messages) {
    const held = state.message(message.seq);
    if (held || message.seq > since) {
      expect(`message ${message.seq}`, held && withoutOwn(held), message);
    }
  }
  return found.slice(0, DESCRIBED);
}

/** The message without what only this client knows of it. */
function withoutOwn({ textVersion: _, reactions, ...message }: Message): Message {
  if (!reactions) return message;
  const shown = Object.entries(reactions).map((
    [emoji, { count, from }],
  ) => [emoji, { count, from }]);
  return { ...message, reactions: Object.fromEntries(shown) };
}
