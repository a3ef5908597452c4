/**
 * How a connection stands, and what follows from the way in which it ended.
 */

/** Why there is no connection. */
export interface Why {
  /**
   * - `lost`: it broke, or the server cannot be reached; `detail` is the runtime's message, if any
   * - `silent`: nothing answers any more
   * - `closed`: the server closed it; `code` is the close code, `detail` the reason
   * - `refused`: the server does not accept it; `code` is the HTTP status, `detail` what it says
   * - `left`: it was closed from this side
   */
  readonly kind: "lost" | "silent" | "closed" | "refused" | "left";
  readonly code?: number;
  readonly detail: string;
}

/** How a connection stands. */
export type Status =
  | { readonly is: "connecting" }
  | { readonly is: "online" }
  /** It is tried again at `until`, in milliseconds since 1970; with `mustWait` not before. */
  | {
    readonly is: "waiting";
    readonly until: number;
    readonly why: Why;
    readonly mustWait?: boolean;
  }
  /** It is not tried again by itself: trying would not help. */
  | { readonly is: "stopped"; readonly why: Why };

/** What to do about an ending. */
export type Plan =
  | { readonly stop: true }
  /** Come back within this time, earlier only if it is allowed. */
  | { readonly stop: false; readonly longestMs: number; readonly mustWait: boolean };

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const OVERLOADED_PAUSE_MS = 10_000;
const FLOODING_PAUSE_MS = 60_000;

/**
 * What to do after this close code.
 *
 * @param tries how many attempts have failed since the connection was last steady
 */
export function planAfter(code: number, tries: number): Plan {
  switch (code) {
    case 1003: // a binary frame: this client's mistake
    case 1008: // token expired, session ended, removed from the room
      return { stop: true };
    case 1013:
      return { stop: false, longestMs: OVERLOADED_PAUSE_MS, mustWait: false };
    case 4029:
      return { stop: false, longestMs: FLOODING_PAUSE_MS, mustWait: true };
    default: {
      const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
      return { stop: false, longestMs, mustWait: false };
    }
  }
}
