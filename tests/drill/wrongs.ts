/** Which kinds of fault an account has. */

import type { Account } from "../../drill/ledger.ts";

/** Whether something was lost, doubled, out of order. */
export function wrongs({ lost, doubled, disordered }: Account) {
  return [lost > 0, doubled > 0, disordered > 0];
}
