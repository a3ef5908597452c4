/** Ids, random tokens and their hashes. */

import { createHash, randomBytes } from "node:crypto";
import { LIMITS } from "../config/limits.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const TOKEN_BYTES = 32;
const PLAIN_ID = /^[\w.@+-]{1,64}$/;

/** Letters and digits, one for five bits of each byte. */
export function toWord(bytes: Uint8Array, length: number): string {
  let word = "";
  for (let at = 0; at < length; at++) word += ALPHABET[bytes[at] & 31];
  return word;
}

/** A new id: letters and digits, five random bits each. */
export function newId(length: number = LIMITS.memberId): string {
  return toWord(randomBytes(length), length);
}

/** A new secret of 256 bits, which an address or a header can hold. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** The hash under which the directory keeps a secret. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** A person's id as a part of a record's id. The `sub` of a token may be long, or contain anything. */
export function idKey(id: string): string {
  return PLAIN_ID.test(id) ? id : `:${hashOf(id)}`;
}
