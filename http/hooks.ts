/**
 * `POST /hooks/{token}`: posting to one room as Slack's incoming webhooks do, so that services which know
 * those can post here without an adapter.
 *
 * The address is the credential. What is posted mentions nobody, and `channel` is ignored.
 */

import { LIMITS } from "../config/limits.ts";
import { cleanName, cleanText, fitsBytes, isVisible } from "../wire/sanitize.ts";
import { mediaType, parseObject, readText } from "./body.ts";
import { type Context, textAnswer } from "./context.ts";
import { nothingHere, Problem, tooManyRequests } from "./problem.ts";
import { slackText } from "./slack.ts";
import { submit } from "./submit.ts";

/** Posts what a payload says. */
export async function postHook(context: Context): Promise<Response> {
  const { params: { token }, address, services: { people, limits, config, hub } } = context;
  if (!limits.request(address)) throw tooManyRequests();
  const hook = people.bots.hook(token);
  if (!hook) throw nothingHere();
  const payload = await readPayload(context.request);
  const text = shorten(cleanText(slackText(payload)), config.maxMessage);
  if (!isVisible(text)) throw new Problem(400, "the payload has no text that can be shown");
  const { identity, room } = hook;
  const known = { ...context, identity: named(identity, payload.username), params: { room } };
  await submit(known, (sender) => hub.say(sender, text, undefined, { to: [] }));
  return textAnswer("ok");
}

/** A payload, as JSON or as Slack's older forms have it. */
async function readPayload(request: Request): Promise<Record<string, unknown>> {
  const type = mediaType(request);
  const body = await readText(request, LIMITS.hookBytes);
  if (type !== "application/x-www-form-urlencoded") return parseObject(body);
  const payload = new URLSearchParams(body).get("payload");
  if (payload === null) throw new Problem(400, "a form has the JSON in its field payload");
  return parseObject(payload);
}

/** `username (bot name)`, so that no hook can pass for somebody. */
function named<T extends { readonly name?: string }>(identity: T, username: unknown): T {
  const clean = typeof username === "string" ? cleanName(username.slice(0, LIMITS.nameLength)) : "";
  const { name = "" } = identity;
  if (!clean || clean === name) return identity;
  const room = LIMITS.userName - [...name].length - 3;
  const shown = [...clean].slice(0, Math.max(room, 0)).join("").trim();
  return shown ? { ...identity, name: `${shown} (${name})` } : identity;
}

/** The beginning of a text that is too long. */
function shorten(text: string, most: number): string {
  if (fitsBytes(text, most)) return text;
  let short = text.slice(0, most - 3);
  while (!fitsBytes(`${short}…`, most)) short = short.slice(0, Math.floor(short.length * 0.9));
  return `${short.toWellFormed().replace(/\uFFFD$/, "")}…`;
}
