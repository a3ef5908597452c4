/**
 * The socket of `hubbub admin`: a file beside the database, which only the server's user can open.
 *
 * A connection carries one request and one answer, a line of JSON each: the words of the command, and the
 * lines to print with the exit code.
 */

import { LIMITS } from "../config/limits.ts";
import type { Log } from "../telemetry/log.ts";

/** What becomes of a command. */
export interface AdminAnswer {
  /** 0, 1 if it was refused, 2 for words that make no command. */
  readonly code: number;
  readonly lines: readonly string[];
}

/** Runs a command. Never rejects. */
export type RunAdmin = (args: readonly string[]) => Promise<AdminAnswer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where the socket of a database is; undefined for one that has none. */
export function adminSocketOf(db: string): string | undefined {
  return db === ":memory:" || /^rediss?:/.test(db) ? undefined : `${db}.admin`;
}

/**
 * Listens on the socket of a database until the returned function is called. Where that is not possible,
 * the log says why, and the chat goes on without.
 */
export function listenForAdmin(path: string, run: RunAdmin, log: Log): () => void {
  let listener: Deno.UnixListener;
  try {
    listener = listenAlone(path);
  } catch (error) {
    log.warn("no socket for hubbub admin", { path, error });
    return () => {};
  }
  void serve(listener, run);
  return () => {
    listener.close();
    remove(path);
  };
}

/**
 * Nobody else can open the file: from its first moment on, or, without the permission for that, from the
 * next one.
 */
function listenAlone(path: string): Deno.UnixListener {
  remove(path);
  const before = mayMask() ? Deno.umask(0o177) : undefined;
  try {
    const listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, 0o600);
    return listener;
  } finally {
    if (before !== undefined) Deno.umask(before);
  }
}

/** Older runtimes, with which the program can be compiled, do not know this permission. */
function mayMask(): boolean {
  try {
    return Deno.permissions.querySync({ name: "sys", kind: "umask" }).state === "granted";
  } catch {
    return false;
  }
}

/** A file that a killed server has left. */
function remove(path: string): void {
  try {
    if (Deno.lstatSync(path).isSocket) Deno.removeSync(path);
  } catch {
    // There is none.
  }
}

async function serve(listener: Deno.UnixListener, run: RunAdmin): Promise<void> {
  for await (const connection of listener) {
    void answer(connection, run).catch(() => {}).finally(() => connection.close());
  }
}

async function answer(connection: Deno.UnixConn, run: RunAdmin): Promise<void> {
  const args = JSON.parse(await readLine(connection));
  const isWords = Array.isArray(args) && args.every((word) => typeof word === "string");
  const said = isWords ? await run(args) : { code: 2, lines: ["these are no words"] };
  await write(connection, JSON.stringify(said));
}

/**
 * Asks the server of a database; undefined if none listens.
 *
 * @param args the words of the command
 */
export async function askServer(
  path: string,
  args: readonly string[],
): Promise<AdminAnswer | undefined> {
  let connection: Deno.UnixConn;
  try {
    connection = await Deno.connect({ transport: "unix", path });
  } catch {
    return undefined;
  }
  try {
    await write(connection, JSON.stringify(args));
    return JSON.parse(await readLine(connection));
  } finally {
    connection.close();
  }
}

async function write(connection: Deno.UnixConn, text: string): Promise<void> {
  const bytes = encoder.encode(`${text}\n`);
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function readLine(connection: Deno.UnixConn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(16 * 1024);
  while (!text.endsWith("\n")) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("the connection has ended");
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (text.length > LIMITS.adminLength) throw new Error("a line is too long");
  }
  return text;
}
