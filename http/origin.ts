/** Which pages may ask for something: the origin of a request. */

import { Problem } from "./problem.ts";

/**
 * Whether a browser's page may ask for this: one from the same host, or from an origin that is
 * allowed. A request without `Origin` does not come from a page.
 *
 * @throws {Problem} with 403
 */
export function checkOrigin({ headers }: Request, allowed: readonly string[]): void {
  const origin = headers.get("origin");
  if (origin === null || allowed.includes("*") || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === headers.get("host")) return;
  throw new Problem(403, "this origin is not allowed: the operator allows it with --origin");
}
