/**
 * Who is asking: the token that came with a request.
 *
 * Without a secret everybody may come in and choose a name. With one, a token (JWT, HS256) says who
 * somebody is, where they may go and how long; it comes as `Authorization: Bearer`, `?token=` or the
 * cookie `chat_token`, whichever stands first in this list, and is never logged.
 */

import type { JWTPayload } from "jose";
import { LIMITS } from "../config/limits.ts";
import { Problem } from "../http/problem.ts";
import { cleanName } from "../wire/sanitize.ts";

/** What a token says. Whoever needs none has an empty identity. */
export interface Identity {
  /** The member. */
  readonly sub?: string;
  readonly name?: string;
  readonly email?: string;
  /** Rooms that may be entered; undefined: all. */
  readonly rooms?: readonly string[];
  /** When it ends, in milliseconds since 1970. */
  readonly expires?: number;
}

/** Answers with who is asking. Throws a {@linkcode Problem} with 401 for a token that is no good. */
export type Authenticate = (request: Request, url: URL) => Promise<Identity>;

/** A way to tell who is asking, by tokens signed with `secret`; without one nobody is asked. */
export async function createAuthenticate(secret: string): Promise<Authenticate> {
  if (!secret) return () => Promise.resolve({});
  const { jwtVerify } = await import("jose");
  const key = new TextEncoder().encode(secret);
  return async (request, url) => {
    const token = tokenOf(request, url);
    if (!token) throw unauthorized("a token is needed");
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
      return identity(payload);
    } catch {
      throw unauthorized("this token is not valid, or not any more");
    }
  };
}

function tokenOf({ headers }: Request, { searchParams }: URL): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ||
    searchParams.get("token") ||
    /(?:^|;\s*)chat_token=([^;\s]+)/.exec(headers.get("cookie") ?? "")?.[1];
}

function unauthorized(detail: string): Problem {
  return new Problem(401, detail, { "www-authenticate": "Bearer" });
}

function identity({ sub, exp, name, email, rooms }: JWTPayload): Identity {
  if (!sub || sub.length > LIMITS.subjectLength || sub.includes("\0")) throw new TypeError("sub");
  if (name !== undefined && !(typeof name === "string" && cleanName(name))) {
    throw new TypeError("name");
  }
  if (email !== undefined && typeof email !== "string") throw new TypeError("email");
  if (rooms !== undefined && !isStrings(rooms)) throw new TypeError("rooms");
  return { sub, name: name as string | undefined, email, rooms, expires: exp && exp * 1000 };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
