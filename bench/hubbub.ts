/** This server as a contestant: as it starts by itself, but for the limits on one sender's rate. */

import { serverCommand } from "../testing/support.ts";
import type { Recipe } from "./contestant.ts";

/** One address is all clients here, and they are to speak as fast as they can. */
const FLAGS = ["--rate", "0", "--max-clients-per-ip", "0"];

/** Runs it on a wire, on a SQLite file; further flags follow. */
export function hubbub(wire: "text" | "json", ...flags: string[]): Recipe {
  return {
    name: "Hubbub",
    command: [
      Deno.execPath(),
      ...serverCommand(),
      ...["--addr", "127.0.0.1:0", "--db", "{folder}/chat.db", ...FLAGS, ...flags],
    ],
    path: wire === "text" ? "/ws" : "/rooms/lobby?name=guest-{n}",
  };
}
