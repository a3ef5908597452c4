/** The identity that a credential proves. */

/** An identity; somebody without a credential has a new one each time. */
export interface Identity {
  /** The person's id. */
  readonly id: string;
  /** Whether the id will be the same next time. */
  readonly isLasting: boolean;
  /** A token or the directory says it: what the query says of a name or an email does not count. */
  readonly isFromToken?: true;
  /** The name that a token or the directory determines: it cannot be changed in a room. */
  readonly name?: string;
  readonly email?: string;
  /** The rooms that may be entered; undefined: all. */
  readonly rooms?: readonly string[];
  /** When it expires, in milliseconds since 1970; undefined: never. */
  readonly expires?: number;
  readonly role: "admin" | "member" | "bot";
  /** The hash of its session, or `first`. */
  readonly session?: string;
  /** The hash of its token, if it is a bot. */
  readonly bot?: string;
}
