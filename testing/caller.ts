/** Somebody who uses a server over HTTP and sockets, always as the same person. */

import { Peer } from "./peer.ts";
import type { ChatServer } from "./servers.ts";
import { bearer, sign } from "./token_server.ts";
import { Watcher } from "./watcher.ts";

/** An answer of a server. */
export interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  readonly body: any;
}

/** A person with a key or a token. */
export class Caller {
  readonly headers: { authorization: string };
  readonly name: string;
  readonly #host: string;

  private constructor(host: string, name: string, token: string) {
    this.#host = host;
    this.name = name;
    this.headers = bearer(token).headers;
  }

  /** Somebody with a key of their own, for a server without tokens. */
  static withKey({ host }: Pick<ChatServer, "host">, name: string): Caller {
    return new Caller(host, name, `${name}-`.padEnd(32, "k"));
  }

  /** Somebody with a token, whose id is their name. */
  static async withToken(
    { host }: Pick<ChatServer, "host">,
    name: string,
    role: "admin" | "member" = "member",
  ): Promise<Caller> {
    return new Caller(host, name, await sign({ sub: name, name, role }));
  }

  /** The person's id, as `GET /me` says. */
  async id(): Promise<string> {
    return (await this.ask("GET", "/me")).body.id;
  }

  /** The same person on another server. */
  on({ host }: Pick<ChatServer, "host">): Caller {
    return new Caller(host, this.name, this.headers.authorization.slice("Bearer ".length));
  }

  /** Asks for something; a body is sent as JSON. */
  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://${this.#host}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: {
        ...this.headers,
        ...body !== undefined && { "content-type": "application/json" },
      },
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** The status of an answer. */
  async status(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.ask(method, path, body)).status;
  }

  /** Enters a room on the JSON wire. */
  join(room: string, query = ""): Promise<Peer> {
    return Peer.join(this.#host, `/rooms/${room}?name=${this.name}${query}`, this.headers);
  }

  /** Follows a room as an event stream. */
  watch(room: string, query = ""): Promise<Watcher> {
    return Watcher.open({ host: this.#host }, query, this.headers, room);
  }

  /** Creates a private room, and returns its address. */
  async createRoom(title: string, members: readonly Caller[] = []): Promise<string> {
    const ids = await Promise.all(members.map((member) => member.id()));
    const { status, body } = await this.ask("POST", `/rooms?name=${this.name}`, {
      access: "private",
      title,
      members: ids,
    });
    if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body.name;
  }
}
