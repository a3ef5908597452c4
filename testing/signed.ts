/** Tokens as an operator's own program would sign them (JWT, HS256). */

import { createHmac } from "node:crypto";

/** A token with these claims. */
export function signed(claims: Record<string, unknown>, secret: string): string {
  const encode = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}
