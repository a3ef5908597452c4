/** A chat with TLS of its own, and requests to it over HTTP/2. */

import { connect } from "node:http2";
import { openChat } from "../chat.ts";
import { makeCertificate } from "./nginx.ts";
import { config, rememberingLog } from "./servers.ts";
import { within } from "./wait.ts";

/** What an HTTP/2 request was answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** A running chat with a certificate for `localhost`. */
export interface TlsServer extends AsyncDisposable {
  /** `localhost:port` */
  readonly host: string;
  /** Asks over HTTP/2; `headers` may hold `:method`, `:path` and `:authority`. */
  ask(headers: Record<string, string>): Promise<Answer>;
}

/** Serves a chat with these flags, with `--cert` and `--key`. */
export async function serveTls(...flags: string[]): Promise<TlsServer> {
  const folder = await Deno.makeTempDir();
  const ca = await makeCertificate(folder);
  const files = ["--cert", `${folder}/cert.pem`, "--key", `${folder}/key.pem`];
  const chat = await openChat(config(...files, ...flags), rememberingLog());
  const key = await Deno.readTextFile(`${folder}/key.pem`);
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert: ca, key, onListen() {} },
    chat.fetch,
  );
  const host = `localhost:${server.addr.port}`;
  return {
    host,
    ask: (headers) => within(ask(host, ca, headers), "the answer over HTTP/2"),
    async [Symbol.asyncDispose]() {
      await chat.close();
      await within(server.shutdown(), "the listener to close");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function ask(
  host: string,
  ca: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const session = connect(`https://${host}`, { ca });
  const closed = new Promise<void>((resolve) => session.once("close", () => resolve()));
  try {
    return await new Promise((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request(headers, { endStream: true });
      let head: Record<string, unknown> = {};
      let text = "";
      stream.setEncoding("utf8");
      stream.on("response", (headers: Record<string, unknown>) => head = headers);
      stream.on("data", (chunk: string) => text += chunk);
      stream.on("error", reject);
      stream.on("end", () => {
        const { ":status": status, ...rest } = head;
        resolve({ status: Number(status), headers: rest as Record<string, string>, text });
      });
    });
  } finally {
    session.close();
    await closed;
  }
}
