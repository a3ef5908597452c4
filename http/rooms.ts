/** `GET /rooms`: the rooms that have people or messages. */

import type { Context } from "./context.ts";

/** The rooms that the asker may enter. */
export async function listRooms({ services, identity }: Context): Promise<Response> {
  const { rooms: allowed } = identity;
  const rooms = await services.hub.list();
  return Response.json({ rooms: rooms.filter(({ name }) => allowed?.includes(name) ?? true) });
}
