/** `GET /rooms`: the rooms that have people or messages, a page at a time. */

import { LIMITS } from "../config/limits.ts";
import type { Context } from "./context.ts";
import { wholeNumber } from "./query.ts";

/**
 * The rooms that the asker may enter: by newest activity, or by name after `?after=`, and only those
 * whose names contain `?q=`.
 */
export async function listRooms({ url, services, identity }: Context): Promise<Response> {
  const { searchParams } = url;
  const most = LIMITS.roomsListed;
  const { rooms, more } = await services.hub.list({
    after: searchParams.get("after") ?? undefined,
    q: searchParams.get("q") ?? undefined,
    names: identity.rooms,
    limit: wholeNumber(searchParams, "limit", { least: 1, most }) ?? most,
  });
  return Response.json({
    rooms: rooms.map(({ name, members, seq, messages, at, topic }) => ({
      name,
      members,
      seq,
      messages,
      at,
      topic,
      access: "open",
    })),
    more,
  });
}
