/**
 * The listener: TLS, the address, and listening again if the runtime's listener dies.
 *
 * Without a host it listens on all interfaces with IPv4 and IPv6; on a machine without IPv6, with IPv4.
 */

import { type Config, UsageError } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import type { Log } from "../telemetry/log.ts";

/** A certificate chain and its key, as PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** The options of the listener. */
export interface ListenOptions {
  readonly tls: Tls | undefined;
  readonly fetch: Deno.ServeHandler<Deno.NetAddr>;
  readonly log: Log;
  readonly stop: AbortSignal;
  /** Called once, with the address that was printed. */
  readonly listening: (url: URL) => void;
}

/**
 * The certificate and its key, which are tried on a free port.
 *
 * @throws {UsageError} if they cannot be used
 */
export function readTls({ cert, key }: Config): Tls | undefined {
  if (!cert) return;
  const tls = { cert: Deno.readTextFileSync(cert), key: Deno.readTextFileSync(key) };
  try {
    Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return tls;
    const { message } = error as Error;
    throw new UsageError(`--cert and --key must be PEM and belong together: ${message}`);
  }
  return tls;
}

/** Throws unless the server can listen on the address; the port is free again afterwards. */
export function tryAddress({ addr: { host, port } }: Config): void {
  try {
    Deno.listen({ hostname: host || "::", port }).close();
  } catch (error) {
    if (host || error instanceof Deno.errors.AddrInUse) throw error;
    Deno.listen({ hostname: "0.0.0.0", port }).close();
  }
}

/** Listens until `stop`, and again if the listener dies, as it does without descriptors. */
export async function listen(
  { addr: { host, port } }: Config,
  { tls, fetch, log, stop, listening }: ListenOptions,
): Promise<void> {
  let hostname = host || "::";
  for (let first = true; !stop.aborted;) {
    const onListen = (address: Deno.NetAddr) => {
      port = address.port;
      if (first) listening(announce(tls ? "https" : "http", host, port));
      first = false;
    };
    try {
      const server = Deno.serve({ hostname, port, ...tls, onListen }, fetch);
      const shutdown = () => void server.shutdown();
      stop.addEventListener("abort", shutdown);
      await server.finished.finally(() => stop.removeEventListener("abort", shutdown));
    } catch (error) {
      if (first && hostname === "::" && !host && !(error instanceof Deno.errors.AddrInUse)) {
        hostname = "0.0.0.0";
        continue;
      }
      if (first) throw error;
      log.error("listener died", { error });
      await new Promise((resolve) => setTimeout(resolve, LIMITS.relistenMs));
    }
  }
}

function announce(scheme: string, host: string, port: number): URL {
  const isAny = !host || host === "0.0.0.0" || host === "::";
  const shown = isAny ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  console.log(`Listening on ${scheme}://${shown}:${port}/`);
  return new URL(`${scheme}://${shown}:${port}/`);
}

/** Says what an error at the start means, and what to do about it. */
export function explainListenError(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "this address is taken by another program: stop that one, or choose another with --addr";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine does not have that address: choose another with --addr";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "this port needs more rights than this user has: choose one above 1023 with --addr";
  }
  if (!(error instanceof Error)) return String(error);
  return /failed to lookup/.test(error.message)
    ? "--addr: this host is not known here, give an address of this machine or leave it out"
    : error.message;
}
