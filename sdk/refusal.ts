/**
 * Why an upgrade was refused: browsers do not say, so the server is asked with a plain request.
 */

import { HttpError, request, type Server } from "./http.ts";
import type { Why } from "./status.ts";

/**
 * What the server has against this connection, or what keeps it out of reach; undefined if nothing is
 * found.
 *
 * A server answers a plain request for a socket's address with 426, or with the refusal that an
 * upgrade would meet. Version 0.1 answers it with the page, so the room's messages are asked for too.
 *
 * @param url the socket's address, over HTTP, with its query
 */
export async function explainRefusal(
  url: URL,
  server: Omit<Server, "url">,
): Promise<Why | undefined> {
  const messages = new URL(url);
  messages.pathname += "/messages";
  messages.search = "?limit=1";
  for (const address of [url, messages]) {
    try {
      const headers = { accept: "application/problem+json" };
      const response = await request(address, server, { headers });
      await response.body?.cancel();
    } catch (error) {
      if (!(error instanceof HttpError)) return { kind: "lost", detail: wordsOf(error) };
      if (error.status === 426) return;
      return { kind: "refused", code: error.status, detail: error.message };
    }
  }
}

/** What the runtime says about a failed call, without the part that names the call. */
function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return (cause instanceof Error ? cause.message : message).replace(/^.*\): /, "");
}

/** Whether the same attempt would meet the same refusal. */
export function isFinal({ kind, code = 0 }: Why): boolean {
  return kind === "refused" && code >= 400 && code < 429 && code !== 408 && code !== 425;
}
