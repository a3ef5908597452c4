/** What a client of a drill does to messages. */

import { textVersionOf } from "../sdk/changes.ts";
import type { Command } from "../sdk/commands.ts";
import type { RoomState } from "../sdk/room_state.ts";
import type { Random } from "../testing/random.ts";

/** It changes one of this many newest messages. */
const NEWEST = 60;
const EMOJI = ["👍", "🎉", "👀"];

/**
 * Chooses a change of a message that this client knows.
 *
 * @returns undefined if a message is to be said instead
 */
export function chooseCommand({ messages, you }: RoomState, random: Random): Command | undefined {
  const newest = messages.slice(-NEWEST).filter(({ deleted }) => !deleted);
  if (newest.length === 0 || random.chance(1, 2)) return;
  if (random.chance(1, 2)) {
    const of = random.pick(newest).seq;
    return { type: "react", of, emoji: random.pick(EMOJI), on: random.chance(2, 3) };
  }
  const own = newest.filter(({ from }) => from === you?.id);
  if (own.length === 0) return;
  const message = random.pick(own);
  if (random.chance(1, 6)) return { type: "delete", of: message.seq };
  const v = textVersionOf(message);
  return { type: "edit", of: message.seq, text: `edited ${random.int(1e6)}`, v };
}
