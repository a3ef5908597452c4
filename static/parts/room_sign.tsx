/** What a room's name begins with in lists: a sign for its kind, or the picture of the one other person. */

import { partnerOf } from "../state/labels.ts";
import type { Row } from "../state/rooms.ts";
import { Disc } from "./disc.tsx";
import { Icon } from "./icon.tsx";

export function RoomSign({ room, label, isMuted }: Row) {
  if (isMuted && room.access !== "direct") return <Icon name="silent" />;
  if (room.access === "private") return <Icon name="lock" />;
  if (room.access !== "direct") return <Icon name="hash" />;
  return <Disc {...partnerOf(room) ?? { id: room.name, name: label }} />;
}
