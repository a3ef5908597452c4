/** What only admins may ask for. */

import type { Context } from "./context.ts";
import { Problem } from "./problem.ts";

/** The id of the admin who asks. Throws a {@linkcode Problem} with 403 for anybody else. */
export function adminOf({ identity: { id, role } }: Context): string {
  if (role === "admin") return id;
  throw new Problem(403, "only admins do that");
}
