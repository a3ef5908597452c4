/** What an operator is answered, whatever happens. */

import { UsageError } from "../../config/flags.ts";
import { AppendError, UnreachableError } from "../../journal/journal.ts";
import { Refused } from "../refused.ts";
import { type AdminServices, runOrder } from "./commands.ts";
import { parseOrder } from "./order.ts";

/** Runs a command: the lines to print, and the exit code. */
export async function answerAdmin(
  args: readonly string[],
  services: AdminServices,
): Promise<{ code: number; lines: string[] }> {
  try {
    return { code: 0, lines: await runOrder(parseOrder(args), services) };
  } catch (error) {
    const { message } = error as Error;
    const isExpected = [Refused, AppendError, UnreachableError].some((one) => error instanceof one);
    if (error instanceof UsageError) return { code: 2, lines: [message] };
    return { code: 1, lines: [isExpected ? message : `this failed: ${message}`] };
  }
}
