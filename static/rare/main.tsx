/** The parts of the page that are loaded later, by their names. */

import { AddRoom } from "./add_room.tsx";
import { Join } from "./join.tsx";
import { Settings } from "./settings.tsx";

export const PARTS = { join: Join, room: AddRoom, settings: Settings };
