/**
 * The client library of Hubbub, for browsers, Deno, Node (22 and later) and Bun.
 *
 * ```ts
 * import { connectRoom } from "./sdk/mod.ts";
 *
 * const room = connectRoom({ url: "http://localhost:8080", room: "lobby", name: "clock" });
 * room.on("message", async ({ from, text }) => {
 *   if (from !== room.state.you?.id && /what time is it/i.test(text)) {
 *     await room.say(`It is ${new Date().toLocaleTimeString()}.`);
 *   }
 * });
 * ```
 *
 * `connectRoom` is all that most programs need. It uses nothing but `WebSocket`, `fetch` and timers,
 * and it works with servers from version 0.1 on.
 *
 * @module
 */

export type { Timing } from "./connection.ts";
export {
  history,
  type HistoryQuery,
  HttpError,
  listRooms,
  postMessage,
  roomUrl,
  type Server,
  type Token,
} from "./http.ts";
export type { Outbox, Outcome } from "./outbox.ts";
export {
  type Draft,
  type KeyValueStorage,
  MemoryStore,
  type OutboxStore,
  type SayCommand,
  WebStore,
} from "./outbox_store.ts";
export type {
  Gap,
  History,
  Message,
  Person,
  Presence,
  Refusal,
  Renamed,
  RoomObject,
  RoomSummary,
  Typing,
  Welcome,
} from "./protocol.ts";
export { connectRoom, Room, type RoomEvents, type RoomOptions } from "./room.ts";
export { type Position, type PresenceChange, RoomState, type StateEvents } from "./room_state.ts";
export type { Status, Why } from "./status.ts";
