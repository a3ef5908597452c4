/**
 * A client for the terminal: `talk URL [--name N] [--email E] [--token T]`.
 *
 * At a terminal it edits a line below the messages, and takes commands (see `/help`); it follows all
 * rooms and shows one of them. Where stdin or stdout is none, each line of stdin is said in one room, and
 * each message of it is a line of stdout without colours.
 * Needs the permission `net` for the server, and `env` for the variable `CHAT_TOKEN`, which keeps a
 * token out of the list of processes.
 */

import { parseWords, text, UsageError, valuesOf } from "../config/flags.ts";
import { LIMITS } from "../config/limits.ts";
import { connectRoom, connectRooms, type RoomOptions } from "../sdk/mod.ts";
import { HELP } from "./talk/actions.ts";
import { parseAddress } from "./talk/address.ts";
import { runInPipe } from "./talk/pipe.ts";
import { runAtTerminal } from "./talk/session.ts";

const USAGE = "talk URL [--name N] [--email E] [--token T]: the URL of a server or of a room, " +
  "such as localhost:8080 or https://chat.example/rooms/tea; a token may be in CHAT_TOKEN";

const FLAGS = {
  name: text("N", "your name"),
  email: text("E", "your email address"),
  token: text("T", "the token that lets you in"),
};

/**
 * Talks until the user or the server ends it.
 *
 * @returns the exit code: 0; 1 if the server refused, cannot be reached, or has not kept everything;
 *   128 and the signal's number after a signal
 * @throws {UsageError} for words that are not accepted
 */
export async function talk(args: string[]): Promise<number> {
  const options = optionsOf(args);
  if (!options) {
    console.log([USAGE, "", "At a terminal:", ...HELP.map((line) => `  ${line}`)].join("\n"));
    return 0;
  }
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (!isTerminal) return await runInPipe(connectRoom(options));
  return await runAtTerminal(connectRooms(options), options.room);
}

/** What the words ask for; undefined for help. */
function optionsOf(args: string[]): Omit<RoomOptions, "store"> | undefined {
  try {
    const { flags, positionals } = parseWords(args, FLAGS, 1);
    if (flags.help) return;
    if (positionals.length !== 1) throw new UsageError("one URL is needed");
    const { url, room, ...given } = parseAddress(positionals[0]);
    const { name, email, token } = valuesOf(FLAGS, flags);
    return {
      url,
      room,
      name: name || given.name,
      email: email || undefined,
      token: token || Deno.env.get("CHAT_TOKEN") || given.token,
      replay: LIMITS.talkReplay,
      unsent: LIMITS.talkOutbox,
    };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split("\n")[0]}. ${USAGE}`);
  }
}

if (import.meta.main) {
  try {
    Deno.exit(await talk(Deno.args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`hubbub: ${error.message}`);
    Deno.exit(2);
  }
}
