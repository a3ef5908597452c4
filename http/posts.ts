/**
 * Saying something without a socket: the body of `POST /rooms/{room}/messages`.
 */

import type { Services } from "../client/services.ts";
import { LIMITS } from "../config/limits.ts";
import type { Hub } from "../hub.ts";
import type { Message } from "../journal/journal.ts";
import { Problem, unavailable } from "./problem.ts";
import type { Sender } from "../hub/room.ts";
import type { Person } from "../hub/person.ts";
import { cleanText, fitsBytes, isVisible } from "../wire/sanitize.ts";
import { isId } from "../wire/json.ts";
import { messageLine } from "../wire/objects.ts";
import { mediaType, parseObject, readText } from "./body.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { personOf, roomOf } from "./join_request.ts";

/** Keeps a message, and answers with it: 201, or 200 if its `id` was kept already. */
export async function postMessage(context: Context): Promise<Response> {
  const { request, address, identity, services } = context;
  const { admission, config, hub, limits } = services;
  const room = roomOf(context);
  if (!admission.open) throw unavailable("the server is stopping, try again when it is back");
  if (!limits.messages(identity.id, address).take()) {
    throw new Problem(429, "too many messages from you or your address", { "retry-after": "1" });
  }
  const post = await readPost(request, config.maxMessage);
  const person = personOf(post.name, "", identity);
  const name = await hub.resolve(room);
  if (await isNew(services, name) && !limits.newRoom(address)) {
    throw new Problem(429, "too many new rooms from your address", { "retry-after": "1" });
  }
  const message = await say(hub, name, person, post);
  hub.counters.wire("http").received++;
  return jsonAnswer(messageLine(message), message.duplicate ? 200 : 201);
}

/** Whether a room has no messages yet. */
async function isNew({ hub, journal }: Services, room: string): Promise<boolean> {
  return (hub.newest(room) ?? (await journal.before(room, Infinity, 1)).length) === 0;
}

/** The contents of a body, checked. */
export interface Post {
  readonly text: string;
  /** `""` if none was given. */
  readonly name: string;
  readonly id: string | undefined;
}

/**
 * Reads a body, `application/json` or `text/plain`.
 *
 * @param maxMessage the largest text, in bytes of UTF-8
 * @throws {Problem} with 400, 413 or 415
 */
export async function readPost(request: Request, maxMessage: number): Promise<Post> {
  const type = mediaType(request);
  if (type !== "application/json" && type !== "text/plain") {
    throw new Problem(415, "say it as application/json or as text/plain");
  }
  const body = await readText(request, LIMITS.frameFactor * maxMessage + LIMITS.bodyBytes);
  const { text, name = "", id } = type === "text/plain" ? { text: body } : parseObject(body);
  if (typeof text !== "string") throw new Problem(400, "text must be a string");
  if (typeof name !== "string") throw new Problem(400, "name must be a string");
  if (id !== undefined && !isId(id)) {
    throw new Problem(400, `id must be a string of 1 to ${LIMITS.idLength} characters`);
  }
  const clean = cleanText(text);
  if (!isVisible(clean)) throw new Problem(400, "a message needs a text");
  if (!fitsBytes(clean, maxMessage)) {
    throw new Problem(413, `a message takes ${maxMessage} bytes at most`);
  }
  return { text: clean, name, id };
}

/**
 * Says it, and waits until it is kept.
 *
 * @throws {Problem} with 503 if it cannot be kept now
 */
export function say(
  hub: Hub,
  room: string,
  person: Person,
  { text, id }: Post,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    const sender: Sender = {
      room,
      person,
      kept: (message) => resolve(message),
      refuse: (code, detail) => {
        const later = code === "overloaded";
        reject(new Problem(later ? 503 : 400, detail, later ? { "retry-after": "1" } : {}));
      },
    };
    if (!hub.say(sender, text, id)) {
      sender.refuse("overloaded", "too much waits, try again later");
    }
  });
}
