/** `/bots`: programs that use the chat with tokens of their own, which admins make. */

import { LIMITS } from "../config/limits.ts";
import { isHidden } from "../people/access.ts";
import type { NewBot } from "../people/bots.ts";
import { adminOf } from "./admins.ts";
import { readObject } from "./body.ts";
import type { Context } from "./context.ts";
import { allowedRoom, nameOf } from "./join_request.ts";
import { hookAddress, personalAnswer } from "./personal.ts";
import { Problem } from "./problem.ts";

/** `GET /bots`: those that count, without their tokens. */
export function listBots(context: Context): Response {
  adminOf(context);
  const bots = context.services.people.bots.list()
    .map(({ id, name, by, created, rooms, metrics, hook }) => {
      return { id, name, by, created, rooms, metrics, hook: hook?.room };
    });
  return personalAnswer({ bots });
}

/** `POST /bots`: a new one. Its token, and the address of its hook, are shown this once. */
export async function createBot(context: Context): Promise<Response> {
  const by = adminOf(context);
  const { services: { people } } = context;
  const fields = await readObject(context.request);
  const order = { by, ...readOrder(fields, context) };
  const made = await people.bots.create(order);
  const { bot: { id, name, rooms, metrics } } = made;
  try {
    await enterHidden(context, id, [...order.rooms ?? [], ...order.hook ? [order.hook] : []]);
  } catch (error) {
    await people.bots.remove(by, id);
    throw error;
  }
  await people.audit.note({ by, action: "bot", to: id });
  const answer = { id, name, token: made.token, rooms, metrics, hook: hookOf(context, made) };
  return personalAnswer(answer, 201);
}

/** `DELETE /bots/{id}` */
export async function deleteBot(context: Context): Promise<Response> {
  const by = adminOf(context);
  const { params: { bot }, services: { people } } = context;
  await people.bots.remove(by, bot);
  await people.audit.note({ by, action: "delete bot", to: bot });
  return personalAnswer(undefined);
}

function readOrder({ name, rooms, metrics, hook }: Record<string, unknown>, context: Context) {
  if (typeof name !== "string" || nameOf(name) === "") throw new Problem(400, "a bot needs a name");
  if (metrics !== undefined && typeof metrics !== "boolean") {
    throw new Problem(400, "metrics must be true or false");
  }
  if (rooms !== undefined && (!Array.isArray(rooms) || rooms.length > LIMITS.botRooms)) {
    throw new Problem(400, `rooms must be ${LIMITS.botRooms} names or addresses at most`);
  }
  return {
    name: nameOf(name),
    metrics: metrics as boolean | undefined,
    rooms: rooms && [...new Set(rooms.map((room) => roomNamed(room, context)))],
    hook: hook === undefined ? undefined : roomNamed(hook, context),
  };
}

/** A room that the admin may enter: nobody lets a bot in where they are not. */
function roomNamed(room: unknown, { identity, services }: Context): string {
  if (typeof room === "string") return allowedRoom(room, identity, services.people);
  throw new Problem(400, "a room is given by its name or its address");
}

/** Adds a bot to the hidden rooms among these, where others see it come. */
async function enterHidden(context: Context, id: string, rooms: readonly string[]): Promise<void> {
  const { identity, services } = context;
  const actor = { person: { id: identity.id, name: identity.name ?? "" }, isAdmin: false };
  for (const room of new Set(rooms.filter(isHidden))) {
    await services.rooms.change(actor, room, { add: [id] });
  }
}

function hookOf({ url, services: { config } }: Context, { hookToken }: NewBot) {
  return hookToken === undefined ? undefined : hookAddress(hookToken, config, url);
}
