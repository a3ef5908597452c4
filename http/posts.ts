/** `POST /rooms/{room}/messages`: saying something without a socket. */

import { LIMITS } from "../config/limits.ts";
import type { Attachment, MessageDraft } from "../journal/journal.ts";
import { FILES_TAKEN, isId, isIds, isSeq, parseFiles } from "../wire/commands.ts";
import { cleanText, fitsBytes, isVisible } from "../wire/sanitize.ts";
import type { AskedFile } from "../wire/wire.ts";
import { mediaType, parseObject, readText } from "./body.ts";
import type { Context } from "./context.ts";
import { roomOf } from "./join_request.ts";
import { Problem } from "./problem.ts";
import { checkNewRoom, entryAnswer, submit } from "./submit.ts";

/** Keeps a message, and answers with it: 201, or 200 if its `id` was kept already. */
export async function postMessage(context: Context): Promise<Response> {
  const { request, services: { config, hub } } = context;
  const { text, name, id, files, ...mentions } = await readPost(request, config.maxMessage);
  await checkNewRoom(context);
  const more = files ? { ...mentions, files: await prepareFiles(context, files) } : mentions;
  return entryAnswer(
    await submit(context, (sender) => hub.say(sender, text, id, more), name),
  );
}

/** The files as the message is to name them; none at all if one cannot be named. */
async function prepareFiles(
  context: Context,
  asked: readonly AskedFile[],
): Promise<readonly Attachment[]> {
  const { identity, services: { files, hub } } = context;
  const room = await hub.resolve(roomOf(context));
  return await files?.prepare(asked, room, identity.id) ?? [];
}

/** The contents of a body, checked. */
export interface Post extends Pick<MessageDraft, "reply" | "to"> {
  readonly text: string;
  /** `""` if none was given. */
  readonly name: string;
  readonly id: string | undefined;
  readonly files: readonly AskedFile[] | undefined;
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
  const fields = type === "text/plain" ? { text: body } : parseObject(body);
  const { text, name = "", id, reply, to, ...more } = fields as Record<string, unknown>;
  if (typeof name !== "string") throw new Problem(400, "name must be a string");
  if (reply !== undefined && !isSeq(reply)) {
    throw new Problem(400, "reply must be the seq of a message");
  }
  if (to !== undefined && !isIds(to)) {
    throw new Problem(400, `to must be ${LIMITS.mentions} ids of members at most`);
  }
  const files = more.files === undefined ? undefined : parseFiles(more.files);
  if (more.files !== undefined && !files) throw new Problem(400, FILES_TAKEN);
  return { text: textOf(text, maxMessage, !!files), name, id: idOf(id), reply, to, files };
}

/**
 * A text as it is kept. Throws a {@linkcode Problem} for one that is no message; beside files it may be
 * empty or absent.
 */
export function textOf(text: unknown, maxMessage: number, hasFiles = false): string {
  if (hasFiles && text === undefined) return "";
  if (typeof text !== "string") throw new Problem(400, "text must be a string");
  const clean = cleanText(text);
  if (!isVisible(clean) && hasFiles) return "";
  if (!isVisible(clean)) throw new Problem(400, "a message needs a text");
  if (fitsBytes(clean, maxMessage)) return clean;
  throw new Problem(413, `a message takes ${maxMessage} bytes at most`);
}

/** The id of a command, if it has one. Throws a {@linkcode Problem} for one that is no good. */
export function idOf(id: unknown): string | undefined {
  if (id === undefined || isId(id)) return id;
  throw new Problem(400, `id must be a string of 1 to ${LIMITS.idLength} characters`);
}
