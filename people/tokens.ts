/**
 * Tokens signed by the operator's own program: JWT, HS256.
 *
 * A token determines a person's id, and possibly their name, email, rooms and role, and when it expires.
 */

import type { JWTPayload } from "jose";
import { LIMITS } from "../config/limits.ts";
import { cleanName } from "../wire/sanitize.ts";
import type { Identity } from "./identity.ts";

/** Returns the identity of a token; undefined if it is not valid, or no longer. */
export type VerifyToken = (token: string) => Promise<Identity | undefined>;

/** Creates a verifier of tokens that are signed with `secret`. */
export async function createVerifyToken(secret: string): Promise<VerifyToken> {
  const { jwtVerify } = await import("jose");
  const key = new TextEncoder().encode(secret);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ["HS256"] });
      return identityOf(payload);
    } catch {
      return undefined;
    }
  };
}

/** Throws for a claim of the wrong type: such a token is invalid as a whole. */
function identityOf({ sub, exp, name, email, rooms, role }: JWTPayload): Identity {
  if (typeof sub !== "string" || sub === "" || sub.length > LIMITS.subjectLength) {
    throw new TypeError("sub");
  }
  if (sub.includes("\0") || !sub.isWellFormed()) throw new TypeError("sub");
  const clean = typeof name === "string" ? cleanName(name) : undefined;
  if (name !== undefined && clean === undefined) throw new TypeError("name");
  if (email !== undefined && typeof email !== "string") throw new TypeError("email");
  if (rooms !== undefined && !isStrings(rooms)) throw new TypeError("rooms");
  const expires = exp && exp * 1000;
  return {
    id: sub,
    isLasting: true,
    isFromToken: true,
    name: clean,
    email,
    rooms,
    expires,
    // Version 0.1 knew no roles, so tokens may have had others for a purpose of their own.
    role: role === "admin" ? "admin" : "member",
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
