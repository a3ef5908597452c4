/**
 * The reader's session: what makes them the same person the next time. The cookie is out of the page's
 * sight, so the member's id is remembered, and compared with who the server says the reader is.
 */

import { recall, remember } from "./keep.ts";
import { server, token } from "./place.ts";
import type { You } from "./you.ts";

const KEY = "member";
const PATIENCE_MS = 10_000;

/** Whether this browser has a session, or needs none. */
export const hasSession = (): boolean => token !== undefined || recall(KEY, "") !== "";

/** Whether this member is the one of the session. */
export const isOfSession = (id: string): boolean => token !== undefined || recall(KEY, "") === id;

/** Asks for a session. Without an answer the reader is somebody new each time. */
export async function beginSession({ name, email }: Pick<You, "name" | "email">): Promise<void> {
  try {
    const response = await fetch(`${server}/me`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, email }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { id } = await response.json();
    if (response.ok && typeof id === "string") remember(KEY, id);
  } catch { /* The connection's own status says what is wrong. */ }
}
