/** Chooses rooms, among those that the reader may enter. */

import { Icon, matching, type Row } from "../kit.ts";
import { isHidden } from "../text/rooms.ts";
import { Ticks } from "./ticks.tsx";
import { rare } from "./words.ts";

interface Props {
  readonly label: string;
  /** The rooms that are offered. */
  readonly offered: readonly Row[];
  /** Their names and addresses. */
  readonly chosen: readonly string[];
  readonly setChosen: (rooms: readonly string[]) => void;
  /** How many may be chosen. */
  readonly most: number;
}

/** The reader's private rooms in which something can be said. */
export const privateRooms = (): Row[] =>
  matching("").filter(({ room }) => room.access === "private" && !room.archived);

/** These and the open ones. */
export const openAndPrivateRooms = (): Row[] =>
  matching("").filter(({ room }) => room.access !== "direct" && !room.archived);

export function RoomChooser({ offered, ...props }: Props) {
  const rows = offered.map(({ name, label }) => {
    const sign = <Icon name={isHidden(name) ? "lock" : "hash"} />;
    return { id: name, name: label, sign };
  });
  return <Ticks {...props} find={rare.findRoom} offered={rows} />;
}
