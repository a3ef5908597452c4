/**
 * The credential of a request, which is never logged.
 *
 * `Authorization: Bearer` comes first, then `?token=`, then the cookie. The first one that is present
 * decides, valid or not.
 */

import { LIMITS } from "../config/limits.ts";

/** A credential as a request presents it. */
export interface Credential {
  readonly kind: "bearer" | "query" | "cookie";
  readonly value: string;
}

/**
 * The credential of a request, if it has one.
 *
 * @param cookie the name of the cookie that counts
 * @param isOurs whether this server issued a value. Of several cookies of that name the first such one
 *   counts, since another host of the same domain may have added some
 */
export function credentialOf(
  { headers }: Request,
  { searchParams }: URL,
  cookie: string,
  isOurs: (value: string) => boolean = () => true,
): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer) return { kind: "bearer", value: bearer };
  const query = searchParams.get("token");
  if (query) return { kind: "query", value: query };
  const values = cookiesOf(headers, cookie);
  const value = values.length > 1 ? values.find(isOurs) ?? values[0] : values[0];
  return value === undefined ? undefined : { kind: "cookie", value };
}

/** The first cookies of this name that have a value. */
export function cookiesOf(headers: Headers, name: string): string[] {
  const values: string[] = [];
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at <= 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    if (value) values.push(value);
    if (values.length === LIMITS.cookiesTried) break;
  }
  return values;
}
