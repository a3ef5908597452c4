/** The commands to the hub: everything that happens in a room is one. */

import type { Member, Room, Sender } from "./room.ts";

/** A command to the hub. */
export type Command =
  | { kind: "say"; sender: Sender; text: string; id: string | undefined }
  | { kind: "join" | "leave" | "typing"; member: Member }
  | { kind: "rename"; member: Member; name: string }
  | { kind: "opened"; asked: string; room: Room; fresh: boolean }
  | { kind: "failed"; asked: string; error: unknown }
  | { kind: "flushPresence" | "news"; room: Room };
