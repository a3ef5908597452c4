/** Opens the direct room with a person; with oneself it is for one's notes. */

import { HttpError, openDirectRoom } from "../../sdk/mod.ts";
import { words } from "../words/words.ts";
import { me } from "./people.ts";
import { go, server, token } from "./place.ts";
import { learn } from "./rooms.ts";
import { hint } from "./status.ts";
import { wantedName, you } from "./you.ts";

export async function openDirect(id: string): Promise<void> {
  const members = id === me.peek()?.id ? [] : [id];
  const name = wantedName(you.peek());
  try {
    const room = await openDirectRoom({ url: server, token, members, name });
    learn(room);
    go(room.name);
  } catch (error) {
    hint.value = words.notOpened(error instanceof HttpError ? error.message : words.lost);
  }
}
