/** A person, as the others in a room see them: the same on all connections and servers. */

/** A person in a room. */
export interface Person {
  readonly id: string;
  /** `""` without a name. */
  name: string;
  /** The SHA-256 of the email, if they gave one. */
  readonly avatar: string | undefined;
}
