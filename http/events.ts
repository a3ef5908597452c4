/** `GET /rooms/{room}/events`: messages as Server-Sent Events. */

import { Client } from "../client.ts";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { eventsOf, parsePosition } from "../wire/events.ts";
import type { Context } from "./context.ts";
import { EventStream } from "./event_stream.ts";
import { joinRequestOf, roomOf } from "./join_request.ts";
import { Problem } from "./problem.ts";

/** A client without a socket, which follows the room and is not present in it. */
export function streamEvents(context: Context): Response {
  const { request, url, address, services } = context;
  const room = roomOf(context);
  if (request.method === "HEAD") return answer(null);
  resumeFrom(request, url);
  const joinRequest = joinRequestOf(context, room, eventsOf(services.journal.epoch));
  const { admission, hub } = services;
  const slot = admission.acquire(address);
  const stream = new EventStream(() => {
    slot.release();
    admission.delete(client);
    client.end(CLOSE_REASONS.left);
  });
  const client = new Client(stream, joinRequest, services);
  admission.add(client, slot);
  hub.join(client);
  return answer(stream.body);
}

/** Puts a position into the query, where the clients of other wires have theirs. */
function resumeFrom({ headers }: Request, { searchParams }: URL): void {
  const last = headers.get("last-event-id");
  // The query is that of the first connection: its position is no longer true.
  if (last) { for (const name of ["since", "epoch", "at"]) searchParams.delete(name); }
  const id = last || searchParams.get("since");
  if (!id) return;
  const position = parsePosition(id);
  if (!position) throw new Problem(400, "since and Last-Event-ID take the id of an event");
  const { epoch, seq, at } = position;
  searchParams.set("since", String(seq));
  if (epoch) searchParams.set("epoch", epoch);
  if (at) searchParams.set("at", String(at));
}

function answer(body: ReadableStream<Uint8Array> | null): Response {
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // A proxy that buffers answers would delay the events.
      "x-accel-buffering": "no",
    },
  });
}
