/**
 * The program: reads the flags, listens, stops; or runs the subcommand that the first word names.
 *
 * It starts with the flags, then come the certificate, the address (which is only tried), the chat and the
 * listener, so that a start that fails leaves nothing behind. On SIGINT or SIGTERM it closes the chat, then
 * the listener, and waits a few seconds at most, because a peer that does not read never lets its socket
 * close. A second signal ends it at once.
 *
 * Under `deno serve main.ts` it does not listen itself: Deno does, with the handler that is exported. There
 * is no public way to find out how a module was started; but `deno serve` grants its own address alone, so a
 * program that may not listen on `--addr` assumes that it is served. Deno cuts the connections there when a
 * signal comes.
 */

import { setTimeout as pause } from "node:timers/promises";
import { type Chat, openChat } from "./chat.ts";
import { type Config, help, parseConfig, UsageError } from "./config/config.ts";
import { LIMITS } from "./config/limits.ts";
import metadata from "./deno.json" with { type: "json" };
import { adminSocketOf, listenForAdmin } from "./http/admin_socket.ts";
import { builtPage } from "./http/pages/built_page.ts";
import { explainListenError, listen, readTls, tryAddress } from "./http/listener.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { includeProcess } from "./telemetry/metrics.ts";
import { reportStart } from "./telemetry/startup.ts";

/** Opens the chat, which a signal closes; `closed` is called after that. */
async function open(config: Config, log: Log, closed: () => void): Promise<Chat> {
  installErrorHandlers(log);
  includeProcess();
  const chat = await openChat(config, log);
  if (!config.assets) void preparePage(chat, log);
  let signals = 0;
  onSignals(async () => {
    if (++signals > 1) Deno.exit(0);
    log.info("stopping", { connections: chat.connections });
    setTimeout(() => Deno.exit(0), LIMITS.shutdownMs);
    await chat.close();
    closed();
  });
  return chat;
}

/**
 * Bundles the page before the first visitor, who would have to wait for it; but not while the server starts or
 * much is said, since it takes most of a second.
 */
async function preparePage(chat: Chat, log: Log): Promise<void> {
  do {
    await pause(LIMITS.preparingMs, undefined, { ref: false });
  } while (chat.messageRate > LIMITS.quietRate);
  await builtPage(log);
}

/** Listens until a signal comes. */
async function serve(config: Config): Promise<never> {
  const log = createLog(config.log);
  const stop = new AbortController();
  const tls = readTls(config);
  tryAddress(config);
  const chat = await open(config, log, () => stop.abort());
  let address = new URL("http://localhost/");
  const socket = adminSocketOf(config.db);
  if (socket) {
    const stopListening = listenForAdmin(socket, (args) => chat.admin(args, address), log);
    stop.signal.addEventListener("abort", stopListening);
  }
  const listening = (url: URL) => {
    address = url;
    reportStart(config, chat.access, url, log);
    void offerFirstAdmin(chat, url, log);
  };
  await listen(config, { tls, fetch: chat.fetch, log, stop: stop.signal, listening });
  return Deno.exit(0);
}

/** Opens the chat for Deno's own listener. */
async function serveElsewhere(config: Config): Promise<Deno.ServeDefaultExport> {
  const log = createLog(config.log);
  const chat = await open(config, log, () => Deno.exit(0));
  reportStart(config, chat.access, undefined, log);
  void offerFirstAdmin(chat, undefined, log);
  return { fetch: chat.fetch };
}

/** Where nobody can invite anybody yet: a link on a terminal, elsewhere the command that makes one. */
async function offerFirstAdmin(chat: Chat, url: URL | undefined, log: Log): Promise<void> {
  if (!chat.needsAdmin) return;
  if (!url || !Deno.stdout.isTerminal()) {
    log.warn("there is no admin yet", { command: "hubbub admin invite --role admin" });
    return;
  }
  try {
    const link = await chat.inviteAdmin(url);
    console.log(`There is no admin yet. This link makes one, within an hour: ${link}`);
  } catch (error) {
    log.error("no link for the first admin", { error });
  }
}

/** An error that nothing catches must not end the process, and with it everybody's chat. */
function installErrorHandlers(log: Log): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("uncaught error", { error: event.error });
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", { error: event.reason });
  });
}

function onSignals(handle: () => void): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, handle);
}

function mayListen({ addr: { host, port } }: Config): boolean {
  const name = `${host.includes(":") ? `[${host}]` : host || "0.0.0.0"}:${port}`;
  return Deno.permissions.querySync({ name: "net", host: name }).state === "granted";
}

/**
 * Makes the runtime send large frames without copying them. The memory of a copy would stay with the
 * connection: 8 KB for the welcome of a large room.
 */
function avoidFrameCopies(): void {
  try {
    Deno.env.set("DENO_USE_WRITEV", "1");
  } catch {
    // Not permitted: then it copies.
  }
}

/** The subcommands, by the program's first argument; each answers with the exit code. */
const SUBCOMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  admin: async (args) => (await import("./cli/admin.ts")).adminMain(args),
  migrate: async (args) => (await import("./cli/migrate.ts")).migrateMain(args),
  talk: async (args) => (await import("./cli/talk.ts")).talk(args),
};

async function dispatch([word, ...rest]: string[]): Promise<Deno.ServeDefaultExport> {
  if (Object.hasOwn(SUBCOMMANDS, word)) Deno.exit(await SUBCOMMANDS[word](rest));
  avoidFrameCopies();
  const order = parseConfig(Deno.args, Deno.env.get);
  if ("print" in order) {
    console.log(order.print === "help" ? help() : `hubbub ${metadata.version}`);
    Deno.exit(0);
  }
  return await (mayListen(order.serve) ? serve : serveElsewhere)(order.serve);
}

async function main(): Promise<Deno.ServeDefaultExport> {
  try {
    return await dispatch(Deno.args);
  } catch (error) {
    console.error(`hubbub: ${explainListenError(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** The handler for `deno serve main.ts`; undefined where the program listens itself. */
const server: Deno.ServeDefaultExport | undefined = import.meta.main ? await main() : undefined;

export default server;
