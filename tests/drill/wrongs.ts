/** Which kinds of fault an account has. */

import type { Account } from "../../drill/ledger.ts";

/** Whether something was lost, doubled, out of order, stale. */
export function wrongs({ lost, doubled, disordered, stale }: Account) {
  return [lost > 0, doubled > 0, disordered > 0, stale > 0];
}
