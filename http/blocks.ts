/** `/me/blocks`: the people whom the asker blocks. Nobody else learns of it. */

import { LIMITS } from "../config/limits.ts";
import { isPersonId } from "../wire/room_order.ts";
import { shownName } from "../wire/wire.ts";
import { readObject } from "./body.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { Problem } from "./problem.ts";

/** `GET /me/blocks` */
export function getBlocks(context: Context): Response {
  const { people: { members, blocks }, hub } = context.services;
  const blocked = blocks.of(ownId(context)).map((id, n) => {
    // Visitors are looked for in all rooms, so only a few of them.
    const visitor = n < LIMITS.visitorsNamed ? hub.find(id)?.name : undefined;
    return { id, name: shownName({ id, name: members.get(id)?.name ?? visitor ?? "" }) };
  });
  return personal({ blocks: blocked });
}

/** `POST /me/blocks`: 201, or 200 if it was so already. */
export async function postBlock(context: Context): Promise<Response> {
  const own = ownId(context);
  const { id } = await readObject(context.request);
  const isNew = await context.services.people.blocks.add(own, otherOf(id));
  return personal({ id }, isNew ? 201 : 200);
}

/** `DELETE /me/blocks?id=` */
export async function deleteBlock(context: Context): Promise<Response> {
  const own = ownId(context);
  await context.services.people.blocks.remove(own, otherOf(context.url.searchParams.get("id")));
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

function ownId({ identity: { id, isLasting } }: Context): string {
  if (isLasting) return id;
  throw new Problem(401, "there is no session: POST /me gives one", {
    "www-authenticate": "Bearer",
  });
}

function otherOf(id: unknown): string {
  if (isPersonId(id)) return id;
  throw new Problem(400, "id must be the id of a person");
}

function personal(body: unknown, status = 200): Response {
  const answer = jsonAnswer(JSON.stringify(body), status);
  answer.headers.set("cache-control", "no-store");
  return answer;
}
