/** A server that asks for tokens, and the ways to show it one. */

import { type JWTPayload, SignJWT } from "jose";
import { RawPeer, UPGRADE } from "./raw_peer.ts";
import { type ChatServer, serveChat } from "./servers.ts";

/** What its tokens are signed with. */
export const SECRET = "a secret of the test, long enough for every algorithm of its kind";

/** Serves a chat that asks for tokens. */
export async function serveLocked(...flags: string[]): Promise<ChatServer> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, `${SECRET}\n`);
    return await serveChat("--auth-secret-file", file, ...flags);
  } finally {
    await Deno.remove(file);
  }
}

/** A token with these claims, signed as its own program would. */
export function sign(claims: JWTPayload, secret = SECRET, alg = "HS256"): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

/** The status of an answer. */
export async function statusOf(
  { host }: Pick<ChatServer, "host">,
  path: string,
  init: RequestInit = {},
): Promise<number> {
  const response = await fetch(`http://${host}${path}`, init);
  // A file to its end, so that it is not being read any more when the test is over.
  if (response.headers.get("content-type")?.startsWith("text/html")) await response.text();
  else await response.body?.cancel();
  return response.status;
}

/** The status that an upgrade is answered with; `headers` are lines of a head. */
export async function upgradeStatus(
  { host }: Pick<ChatServer, "host">,
  path: string,
  headers = "",
): Promise<number> {
  using raw = await RawPeer.connect(host, path, UPGRADE + headers);
  return Number((await raw.head()).slice(9, 12));
}

/** Headers that show a token. */
export const bearer = (token: string): { headers: { authorization: string } } => ({
  headers: { authorization: `Bearer ${token}` },
});
