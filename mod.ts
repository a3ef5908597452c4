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
 * A program with routes of its own answers those and passes all other requests to `chat.fetch`,
 * unchanged and with their `info`: Deno upgrades only the very request that it served, so a copy
 * (`new Request(url, request)`) is refused. The program needs the permission `net` for its listener,
 * `read` and `write` for the file that `db` names and the folder of attachments, and `sys=hostname` if requests may name this machine.
 *
 * The page is bundled from its sources when it is first requested, which takes `read` for this package's
 * folder and `"unstable": ["bundle"]` in the program's deno.json. Without these, and for a package that is
 * imported over https, the page is the one that `deno task build` left. The search has a thread of its own,
 * which takes `read` for this package's folder too; without it there is no search.
 *
 * With `access: "invite"` only members come in. While `chat.needsAdmin` is true, the link that
 * `chat.inviteAdmin(address)` gives makes the first admin, who invites the others.
 *
 * Deno ends a program on an error that nothing catches, and everybody's chat with it. So a program that
 * serves strangers should listen for `error` and `unhandledrejection`, as `main.ts` does.
 *
 * @module
 */

export { type Chat, type ChatOptions, openChat } from "./chat.ts";
export { UsageError } from "./config/config.ts";
export { JournalError } from "./journal/journal.ts";
export { createLog, type Fields, type Log } from "./telemetry/log.ts";
