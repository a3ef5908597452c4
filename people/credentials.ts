/**
 * The credential of a request, which is never logged.
 *
 * `Authorization: Bearer` comes first, then `?token=`, then the cookie. The first one that is present
 * decides, valid or not.
 */

/** A credential as a request presents it. */
export interface Credential {
  readonly kind: "bearer" | "query" | "cookie";
  readonly value: string;
}

/** The credential of a request, if it has one. `cookie` is the name of the cookie that counts. */
export function credentialOf(
  { headers }: Request,
  { searchParams }: URL,
  cookie: string,
): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer) return { kind: "bearer", value: bearer };
  const query = searchParams.get("token");
  if (query) return { kind: "query", value: query };
  const value = cookieOf(headers, cookie);
  return value === undefined ? undefined : { kind: "cookie", value };
}

/** The first cookie of this name. */
function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim() || undefined;
  }
}
