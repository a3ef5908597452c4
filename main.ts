/**
 * The program: reads the flags, listens, stops; or does what the first word says (`WORDS`).
 *
 * Starting: the flags, the chat, the listener, in this order, so that a bad flag opens nothing. The
 * permission to run programs, which a compiled program has for the drill, is given up before.
 * Stopping, on SIGINT or SIGTERM: the chat closes, then the listener; neither is waited for longer
 * than a few seconds, because a peer that does not read never lets its socket close. A second
 * signal ends at once.
 *
 * Under `deno serve main.ts` it listens not by itself: Deno does, and is given the handler. There is
 * no word for how a module was started; but `deno serve` grants its own address alone, so a program
 * that may not listen on `--addr` is taken for one that is served. A bad flag opens nothing there
 * either. Deno cuts the connections there when a signal comes.
 */

import { type Chat, openChat } from "./chat.ts";
import { type Config, help, parseConfig, UsageError } from "./config/config.ts";
import { LIMITS } from "./config/limits.ts";
import metadata from "./deno.json" with { type: "json" };
import { createLog, type Log } from "./telemetry/log.ts";
import { registerProcessMetrics } from "./telemetry/metrics.ts";

/** Opens the chat, which closes on a signal; then `closed` is called. */
async function open(config: Config, log: Log, closed: () => void): Promise<Chat> {
  installErrorHandlers(log);
  registerProcessMetrics();
  const chat = await openChat(config, log);
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

async function serve(config: Config): Promise<never> {
  const log = createLog(config.log);
  const stop = new AbortController();
  const secret = tlsOf(config);
  tryAddress(config);
  const chat = await open(config, log, () => stop.abort());
  await listen(config, secret, chat, log, stop.signal);
  return Deno.exit(0);
}

/** Opens the chat for a listener that is not ours. */
async function served(config: Config): Promise<Deno.ServeDefaultExport> {
  const log = createLog(config.log);
  const { fetch } = await open(config, log, () => Deno.exit(0));
  log.info("waiting for deno serve", { why: "there is no permission to listen on --addr" });
  return { fetch };
}

/** Listens until told to stop, and anew if the listener dies, as it does without descriptors. */
async function listen(
  { addr: { host, port } }: Config,
  secret: Secret | undefined,
  chat: Chat,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  for (let first = true; !stop.aborted; first = false) {
    const onListen = (address: Deno.NetAddr) => {
      port = address.port;
      if (first) announce(secret ? "https" : "http", host, port);
    };
    const options = { hostname: host || "0.0.0.0", port, ...secret, onListen };
    const server = Deno.serve(options, chat.fetch);
    const shutdown = () => void server.shutdown();
    stop.addEventListener("abort", shutdown);
    try {
      await server.finished;
    } catch (error) {
      log.error("listener died", { error });
      await new Promise((resolve) => setTimeout(resolve, LIMITS.relistenMs));
    }
    stop.removeEventListener("abort", shutdown);
  }
}

/** Throws unless the address is free: a start that fails leaves no new database behind. */
function tryAddress({ addr: { host, port } }: Config): void {
  Deno.listen({ hostname: host || "0.0.0.0", port }).close();
}

interface Secret {
  cert: string;
  key: string;
}

/** The certificate and its key, tried on a port that nobody knows. */
function tlsOf({ cert, key }: Config): Secret | undefined {
  if (!cert) return;
  const secret = { cert: Deno.readTextFileSync(cert), key: Deno.readTextFileSync(key) };
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...secret }).close();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return secret;
    const { message } = error as Error;
    throw new UsageError(`--cert and --key must be PEM and belong together: ${message}`);
  }
  return secret;
}

function announce(scheme: string, host: string, port: number): void {
  const shown = !host || host === "0.0.0.0" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  console.log(`Listening on ${scheme}://${shown}:${port}/`);
}

/** An error that no code of ours catches must not end the process, and with it everybody's chat. */
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

function explain(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "this address is taken by another program: stop that one, or choose another with --addr";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address: choose another with --addr";
  }
  if (!(error instanceof Error)) return String(error);
  return /failed to lookup/.test(error.message)
    ? "--addr: this host is not known here, give an address of this machine or leave it out"
    : error.message;
}

function mayListen({ addr: { host, port } }: Config): boolean {
  const name = `${host.includes(":") ? `[${host}]` : host || "0.0.0.0"}:${port}`;
  return Deno.permissions.querySync({ name: "net", host: name }).state === "granted";
}

/**
 * Has the runtime send a large frame from where it lies. Else it copies it first, and the copy's
 * memory stays with the connection: 8 KB for the welcome of a large room.
 */
function spareCopies(): void {
  try {
    Deno.env.set("DENO_USE_WRITEV", "1");
  } catch {
    // Not permitted: then it copies.
  }
}

/** What the program does instead of serving, by its first word; answers with the exit code. */
const SUBCOMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  drill: async (args) => (await import("./drill/main.ts")).drillMain(args),
  migrate: async (args) => (await import("./cli/migrate.ts")).migrateMain(args),
  talk: async (args) => (await import("./cli/talk.ts")).talk(args),
};

async function dispatch([word, ...rest]: string[]): Promise<Deno.ServeDefaultExport> {
  if (Object.hasOwn(SUBCOMMANDS, word)) Deno.exit(await SUBCOMMANDS[word](rest));
  Deno.permissions.revokeSync({ name: "run" });
  spareCopies();
  const order = parseConfig(Deno.args, Deno.env.get);
  if ("print" in order) {
    console.log(order.print === "help" ? help() : `hubbub ${metadata.version}`);
    Deno.exit(0);
  }
  return await (mayListen(order.serve) ? serve : served)(order.serve);
}

async function main(): Promise<Deno.ServeDefaultExport> {
  try {
    return await dispatch(Deno.args);
  } catch (error) {
    console.error(`hubbub: ${explain(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** What `deno serve main.ts` serves; nothing where the program listens by itself. */
const server: Deno.ServeDefaultExport | undefined = import.meta.main ? await main() : undefined;

export default server;
