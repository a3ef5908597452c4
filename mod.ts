/**
 * Hubbub as a part of another program: a chat server to mount in `Deno.serve`.
 *
 * ```ts
 * import { openChat } from "./mod.ts";
 *
 * const chat = await openChat({ db: "chat.db" });
 * Deno.serve(chat.fetch);
 * ```
 *
 * Its routes begin at the root: the page is `/`, the sockets are `/ws`, `/chat` and `/rooms/{room}`.
 * A program that has routes of its own answers those and hands the rest to `chat.fetch`, with the
 * `info` that came along. It needs the permissions `net` for its listener, `read` and `write` for
 * the file that `db` names.
 *
 * The page is made of its sources when it is first asked for, which takes `read` for this package's
 * folder and `"unstable": ["bundle"]` in the program's deno.json. Without these, and for a package
 * that is imported over https, it is the page that `deno task build` has left.
 *
 * Deno ends a program for an error that nothing catches, and everybody's chat with it; so a program
 * that serves strangers should listen for `error` and `unhandledrejection`, as `main.ts` does.
 *
 * @module
 */

export { type Chat, type ChatOptions, openChat } from "./chat.ts";
export { UsageError } from "./config/config.ts";
export { JournalError } from "./journal/journal.ts";
export { createLog, type Fields, type Log } from "./telemetry/log.ts";
