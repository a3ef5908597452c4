/** What the tests of `deploy/nginx.conf` share: a server behind nginx, and clients that write bytes. */

import { Child } from "../../testing/child.ts";
import { missing, Nginx, nginxTest } from "../../testing/nginx.ts";
import { freePort } from "../../testing/redis_server.ts";
import { allowed, UPGRADE, within } from "../../testing/support.ts";

/** A server with nginx in front of it. */
export interface Front {
  readonly child: Child;
  readonly nginx: Nginx;
}

/** Starts a server with these flags behind nginx. */
async function openFront(flags: string[] = []): Promise<Front & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const port = freePort();
  const url = `https://localhost:${port}`;
  const child = stack.use(
    await Child.start(["--trust-proxy", "--url", url, ...flags], { isQuiet: true }),
  );
  const nginx = stack.use(await Nginx.start([child.host], port));
  const all = stack.move();
  return { child, nginx, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Declares tests behind nginx that share a server, but for those that have flags for one of their own. */
export function frontTests() {
  let shared: Front & AsyncDisposable;
  if (missing.length === 0 && allowed) {
    Deno.test.beforeAll(async () => {
      shared = await openFront();
    });
    Deno.test.afterAll(async () => {
      await shared[Symbol.asyncDispose]();
    });
  }
  return (name: string, flags: string[], fn: (front: Front) => Promise<void>): void => {
    nginxTest(name, [], async () => {
      if (flags.length === 0) return await fn(shared);
      await using front = await openFront(flags);
      await fn(front);
    });
  };
}

/** A TLS connection with these bytes written to it. */
export async function write(
  { port, ca }: Nginx,
  text: string,
  address = "127.0.0.1",
): Promise<Deno.TlsConn> {
  const tcp = await Deno.connect({ hostname: address, port });
  const tls = await Deno.startTls(tcp, { hostname: "localhost", caCerts: [ca] });
  await tls.write(new TextEncoder().encode(text));
  return tls;
}

/** What arrives until the connection is closed, or contains `enough`. */
export async function read(connection: Deno.Conn, enough = "\0"): Promise<string> {
  const chunk = new Uint8Array(65_536);
  let text = "";
  while (!text.includes(enough)) {
    const count = await within(connection.read(chunk).catch(() => null), `more than "${text}"`);
    if (count === null) break;
    text += new TextDecoder().decode(chunk.subarray(0, count));
  }
  return text;
}

/** Sends a request without a body, and returns the status of the answer with its connection. */
export async function request(nginx: Nginx, path: string, headers: string, address?: string) {
  const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
  const connection = await write(nginx, head, address);
  const status = (await read(connection, "\r\n\r\n")).slice(9, 12);
  return { status, connection };
}

/** The status of the answer to a request. */
export async function statusOf(nginx: Nginx, path: string, headers = "", address?: string) {
  const { status, connection } = await request(nginx, path, headers, address);
  connection.close();
  return status;
}

/** Begins a handshake; the status of its answer and its connection. */
export const shake = (nginx: Nginx, headers = "") => request(nginx, "/ws", headers + UPGRADE);
