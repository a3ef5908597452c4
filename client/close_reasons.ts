/**
 * Every way in which a connection ends, by name.
 *
 * The name is the close reason, the log's word and the metric's label. `code` is what the client
 * is told; where it is 0 the client ended it, or the line did, and nothing is told.
 */

/** Why a connection ended. */
export interface CloseReason {
  readonly name: string;
  readonly code: number;
}

/** The endings there are; the README says what a client does after each. */
export const CLOSE_REASONS = {
  left: { name: "left", code: 0 },
  lost: { name: "lost", code: 0 },
  silent: { name: "silent", code: 0 },
  goingAway: { name: "going away", code: 1001 },
  binary: { name: "binary frame", code: 1003 },
  expired: { name: "token expired", code: 1008 },
  tooLarge: { name: "frame too large", code: 1009 },
  overloaded: { name: "overloaded", code: 1013 },
  stalled: { name: "stalled", code: 4008 },
  flooding: { name: "flooding", code: 4029 },
} as const satisfies Record<string, CloseReason>;
