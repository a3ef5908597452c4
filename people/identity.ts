/** Who is asking, once a credential has been checked. */

/** An identity. Where nothing is known of somebody, `id` alone says that they are new. */
export interface Identity {
  /** The member. */
  readonly id: string;
  /** `true` where the id will be the same next time. */
  readonly isLasting: boolean;
  /** The name that a token gives: it cannot be changed. */
  readonly name?: string;
  readonly email?: string;
  /** Rooms that may be entered; undefined: all. */
  readonly rooms?: readonly string[];
  /** When it ends, in milliseconds since 1970; never if it is not given. */
  readonly expires?: number;
  readonly role: "admin" | "member";
}
