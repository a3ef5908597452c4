/**
 * As whom a connection is made: a name that may be refused, an email, a token.
 *
 * Every connection asks for the name, so one that was refused gives way to the last one that was not.
 */

import { currentToken, type Token } from "./http.ts";
import { newId } from "./ids.ts";

/** What a program says of its person. */
export interface IdentityOptions {
  /** Without one the person is a guest. */
  readonly name?: string;
  /** Chooses a picture. */
  readonly email?: string;
  readonly token?: Token;
}

/** Somebody, as they connect. */
export class Identity {
  #name: string;
  /** The last name that the server has accepted. */
  #acceptedName: string;
  /** The id of the last `name` command. */
  #renameId: string | undefined;
  #email: string;
  #token: Token | undefined;

  constructor({ name = "", email = "", token }: IdentityOptions) {
    this.#name = this.#acceptedName = name;
    this.#email = email;
    this.#token = token;
  }

  /** The name that is asked for; empty for a guest. */
  get name(): string {
    return this.#name;
  }

  /** The token as it is now. */
  readonly token = (): string | undefined => currentToken(this.#token);

  /** What an address asks for. */
  get query(): { name?: string; email?: string } {
    return { name: this.#name || undefined, email: this.#email || undefined };
  }

  /** Takes another email or token, for the next connection. */
  update({ email, token }: Omit<IdentityOptions, "name">): void {
    this.#email = email ?? this.#email;
    this.#token = token ?? this.#token;
  }

  /** Takes another name; the command that asks for it. */
  rename(name: string): { type: "name"; name: string; id: string } {
    this.#name = name;
    return { type: "name", name, id: this.#renameId = newId() };
  }

  /** The server has accepted the name. */
  accept(): void {
    this.#acceptedName = this.#name;
  }

  /** A command with this id was refused: if it was for the name, the one before it counts again. */
  refused(id: string | undefined): void {
    // Else the next connection would be refused for it.
    if (id !== undefined && id === this.#renameId) this.#name = this.#acceptedName;
  }
}
