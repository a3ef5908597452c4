/**
 * `hubbub admin`, or `deno task admin`: administers a chat without its page.
 *
 * It asks the server that runs with the database, over a socket beside it. Without one it opens the
 * database itself; a Redis always, since servers share it. Exit codes: 0 when it is done, 2 for bad usage,
 * 1 for everything else.
 */

import { openChat } from "../chat.ts";
import { parseConfig } from "../config/config.ts";
import { UsageError } from "../config/flags.ts";
import { type AdminAnswer, adminSocketOf, askServer } from "../http/admin_socket.ts";
import { parseOrder, USAGE } from "../people/admin/order.ts";
import { createLog } from "../telemetry/log.ts";

/** The flags that say which chat it is. */
const PLACE = ["--db", "--url"];

/**
 * Does what these words ask for.
 *
 * @returns the exit code
 * @throws {UsageError} for words that are not accepted
 */
export async function adminMain(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  const { place, words } = split(args);
  parseOrder(words);
  const order = parseConfig(place, Deno.env.get);
  if (!("serve" in order)) throw new UsageError("admin: this is no command, see admin --help");
  const { db, url } = order.serve;
  if (db === ":memory:") throw new UsageError("--db: a chat in memory cannot be administered");
  const socket = adminSocketOf(db);
  const answer = socket && await askServer(socket, words) || await runHere(db, url, words);
  for (const line of answer.lines) (answer.code === 0 ? console.log : console.error)(line);
  return answer.code;
}

/** Opens the chat for one command. */
async function runHere(db: string, url: string[], words: string[]): Promise<AdminAnswer> {
  if (!/^rediss?:/.test(db)) await existing(db);
  const chat = await openChat({ db, url, search: "off" }, createLog("text"));
  try {
    return await chat.admin(words, url[0] ?? "http://localhost:8080");
  } finally {
    await chat.close();
  }
}

async function existing(path: string): Promise<void> {
  try {
    await Deno.stat(path);
  } catch {
    throw new UsageError(`--db: "${path}" is not there: start the server first`);
  }
}

/** Separates the words that say which chat it is from those of the command. */
function split(args: readonly string[]): { place: string[]; words: string[] } {
  const place: string[] = [];
  const words: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    const isPlace = PLACE.some((flag) => word === flag || word.startsWith(`${flag}=`));
    if (!isPlace) words.push(word);
    else if (word.includes("=")) place.push(word);
    else place.push(...args.slice(at, ++at + 1));
  }
  return { place, words };
}
