/** Why something that the server was asked for was not done. */

import { rare } from "./words.ts";

export interface Failure {
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** For the reader. */
  readonly why: string;
}

/** What an error means, whichever copy of the client library has thrown it. */
export function failureOf(error: unknown): Failure {
  const { status, message } = error as { status?: unknown; message: string };
  if (typeof status !== "number") return { status: 0, why: rare.noAnswer };
  return { status, why: status === 410 ? `${rare.linkGone}.` : `${message}.` };
}
