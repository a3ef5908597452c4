/** A person: who somebody is to the others in a room, on whichever connections and servers. */

/** Somebody in a room, as others see them. */
export interface Person {
  readonly id: string;
  /** `""` for somebody without a name. */
  name: string;
  /** The SHA-256 of the email, if there was one. */
  readonly avatar: string | undefined;
}
