/**
 * The reasons for which a connection ends, by name.
 *
 * The name is the reason in the close frame, in the log and in the metric. `code` is the code in the
 * close frame; 0 means that none is sent, since the client closed or the connection broke.
 */

/** Why a connection ended. */
export interface CloseReason {
  readonly name: string;
  readonly code: number;
  /** The client caused it with what it sends, and may be sending still. */
  readonly isProvoked?: true;
}

/** All reasons; the README says what a client should do after each. */
export const CLOSE_REASONS = {
  left: { name: "left", code: 0 },
  lost: { name: "lost", code: 0 },
  silent: { name: "silent", code: 0 },
  goingAway: { name: "going away", code: 1001 },
  binary: { name: "binary frame", code: 1003, isProvoked: true },
  expired: { name: "token expired", code: 1008 },
  revoked: { name: "access revoked", code: 1008 },
  tooLarge: { name: "frame too large", code: 1009, isProvoked: true },
  overloaded: { name: "overloaded", code: 1013 },
  stalled: { name: "stalled", code: 4008 },
  flooding: { name: "flooding", code: 4029, isProvoked: true },
} as const satisfies Record<string, CloseReason>;
