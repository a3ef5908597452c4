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
 * `connectRoom` is all that most programs need; one that follows several rooms, or wants to know what is
 * unread in them, uses `connectRooms`:
 *
 * ```ts
 * import { connectRooms } from "./sdk/mod.ts";
 *
 * const chat = connectRooms({ url: "http://localhost:8080", name: "porter" });
 * chat.on("mention", ({ room, name, text }) => console.log(`${name} in ${room}: ${text}`));
 * chat.on("rooms", () => console.log(chat.list.filter(({ unread }) => unread > 0)));
 * const lobby = chat.enter("lobby");
 * lobby.on("message", ({ seq }) => chat.read("lobby", seq));
 * ```
 *
 * The library uses nothing but `WebSocket`, `fetch` (for files `XMLHttpRequest`, where there is one) and
 * timers, and it works with servers from version 0.1 on.
 *
 * @module
 */

export { applyChange, textVersionOf, versionOf } from "./changes.ts";
export type {
  Command,
  DeleteCommand,
  EditCommand,
  NamedFile,
  PinCommand,
  ReactCommand,
  RoomCommand,
  SayCommand,
} from "./commands.ts";
export {
  type AuditEntry,
  type Bot,
  closeToNewcomers,
  createBot,
  deleteBot,
  listBots,
  type NewBot,
  readAudit,
} from "./http_admin.ts";
export { connectRoom } from "./connect_room.ts";
export type { Timing } from "./connection.ts";
export { fileUrl, uploadFile, type UploadOptions } from "./files.ts";
export {
  getMessage,
  history,
  type HistoryQuery,
  HttpError,
  listRooms,
  type Post,
  postMessage,
  roomUrl,
  type Server,
  type Token,
} from "./http.ts";
export {
  deleteMessage,
  editMessage,
  getReaction,
  type MessageAddress,
  setPin,
  setReaction,
  setTopic,
} from "./http_changes.ts";
export {
  changeMe,
  createDeviceLink,
  describeLink,
  endSession,
  getMe,
  type Link,
  type LinkPurpose,
  listBlocks,
  listSessions,
  type Me,
  openSession,
  type SessionSummary,
  setBlock,
  signOut,
  useLink,
} from "./http_me.ts";
export {
  changeMember,
  createInvite,
  createSignInLink,
  type Invite,
  listInvites,
  listMembers,
  type Member,
  muteMember,
  removeMember,
  withdrawInvite,
} from "./http_members.ts";
export {
  type AccountSummary,
  addPasskey,
  type Ceremony,
  deletePasskey,
  listAccounts,
  listPasskeys,
  type PasskeySummary,
  type SignInWays,
  signInWays,
  signInWithPasskey,
  startAccount,
  unlinkAccount,
} from "./http_sign_in.ts";
export {
  changeRoom,
  createPrivateRoom,
  listRoomMembers,
  type NewRoom,
  openDirectRoom,
  type RoomMember,
  type RoomOrder,
} from "./http_rooms.ts";
export { search, type SearchPage, type SearchQuery, type SearchResult } from "./http_search.ts";
export type { PendingPage } from "./message_list.ts";
export type { Outbox, Outcome } from "./outbox.ts";
export {
  type Draft,
  type KeyValueStorage,
  MemoryStore,
  type OutboxStore,
  WebStore,
} from "./outbox_store.ts";
export { type Pending, type PendingChange, pendingOf } from "./pending.ts";
export type { PresenceChange } from "./people.ts";
export type {
  Attachment,
  Change,
  Delete,
  Edit,
  Entry,
  Gap,
  History,
  Message,
  MessageChange,
  Person,
  Pin,
  Presence,
  React,
  Reaction,
  Refusal,
  Renamed,
  RoomAccess,
  RoomChange,
  RoomObject,
  RoomSummary,
  Skip,
  Typing,
  Welcome,
} from "./protocol.ts";
export { Room } from "./room.ts";
export { connectRooms, Rooms } from "./rooms.ts";
export type { RoomsEvents, RoomsOptions } from "./rooms_options.ts";
export type { Mention } from "./rooms_protocol.ts";
export type { MyRoom } from "./rooms_state.ts";
export { RoomCommands } from "./room_commands.ts";
export type { RoomEvents, RoomOptions } from "./room_options.ts";
export { RoomState } from "./room_state.ts";
export type { Applied, Position, StateEvents } from "./state_events.ts";
export type { Status, Why } from "./status.ts";
