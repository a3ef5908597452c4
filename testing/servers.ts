/**
 * Chats to test: served in this process, or by the program in a process of its own.
 */

import { type Chat, openChat } from "../chat.ts";
import { type Config, parseConfig } from "../config/config.ts";
import type { Log } from "../telemetry/log.ts";
import { serverCommand } from "./start_task.ts";
import { within } from "./wait.ts";

/** The configuration that these flags give. */
export function config(...flags: string[]): Config {
  const order = parseConfig(["--db", ":memory:", "--addr", "127.0.0.1:0", ...flags], () => "");
  if (!("serve" in order)) throw new Error("these flags do not serve");
  return order.serve;
}

/** A log that remembers. */
export function rememberingLog(): Log & { events: string[] } {
  const events: string[] = [];
  const put = (event: string, fields = {}) => {
    events.push(
      `${event} ${JSON.stringify(fields, (_key, v) => v instanceof Error ? v.message : v)}`,
    );
  };
  return { events, info: put, warn: put, error: put };
}

/** A chat in this process, listening on a port of its own. */
export interface ChatServer {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly chat: Chat;
  readonly log: Log & { events: string[] };
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves a chat with these flags in this process; for tests that do not need a process of its own. */
export async function serveChat(...flags: string[]): Promise<ChatServer> {
  const log = rememberingLog();
  const options = config(...flags);
  const chat = await openChat(options, log);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.addr.port, onListen: () => {} },
    chat.fetch,
  );
  return {
    host: `127.0.0.1:${server.addr.port}`,
    chat,
    log,
    async [Symbol.asyncDispose]() {
      await chat.close();
      await within(server.shutdown(), "the listener to close");
    },
  };
}

/** A server in a process of its own, which can be killed. */
export interface Server {
  readonly host: string;
  readonly pid: number;
  /** Sends the signal and answers with how it ended. */
  stop(signal?: Deno.Signal): Promise<Deno.CommandStatus>;
  [Symbol.asyncDispose](): Promise<void>;
}

const ROOT = new URL("..", import.meta.url);

/** Runs the program to its end. */
export async function run(flags: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...serverCommand(), ...flags],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr } = await within(command.output(), "the program to end");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Starts the program and waits until it listens. */
export function startServer(...flags: string[]): Promise<Server> {
  return startServerBy([], ...flags);
}

/**
 * Starts the program by means of another and waits until it listens.
 *
 * @param prefix the words of that program, before those of the command
 */
export async function startServerBy(prefix: string[], ...flags: string[]): Promise<Server> {
  const command = [...prefix, Deno.execPath(), ...serverCommand()];
  const process = new Deno.Command(command[0], {
    args: [...command.slice(1), "--addr", "127.0.0.1:0", "--db", ":memory:", ...flags],
    cwd: ROOT,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const url = await within(firstLine(process.stdout), "the server to listen");
  const host = /^Listening on https?:\/\/(\S+)\/$/.exec(url)?.[1];
  if (!host) throw new Error(`it said "${url}"`);
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      process.kill(signal);
    } catch {
      // It has ended by itself.
    }
    return await within(process.status, "the server to end");
  };
  return {
    host,
    pid: process.pid,
    stop,
    async [Symbol.asyncDispose]() {
      await stop("SIGKILL");
    },
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0];
}
