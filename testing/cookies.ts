/** Sessions as a browser has them: it keeps the cookie that it is given, and sends it back. */

import { assertEquals } from "@std/assert";
import type { ChatServer } from "./servers.ts";

/** A browser's page that is open on a server. */
export class Browser {
  readonly #host: string;
  /** `name=value`, once it has one. */
  cookie: string | undefined;

  constructor({ host }: Pick<ChatServer, "host">) {
    this.#host = host;
  }

  /** The headers that a browser sends along from the server's own page. */
  get headers(): Record<string, string> {
    const origin = `http://${this.#host}`;
    return this.cookie === undefined ? { origin } : { origin, cookie: this.cookie };
  }

  /** Asks for something, and keeps the cookie that comes. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.headers, ...init.headers };
    const response = await fetch(`http://${this.#host}${path}`, { ...init, headers });
    const given = response.headers.get("set-cookie");
    if (given !== null) this.cookie = given.split(";")[0];
    return response;
  }

  /** `POST /me`, as the page does when it opens; answers with the member and the status. */
  async open(body?: Record<string, unknown>): Promise<{ id: string; status: number }> {
    const response = await this.fetch("/me", {
      method: "POST",
      ...body && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      },
    });
    assertEquals(response.headers.get("cache-control"), "no-store");
    return { ...await response.json(), status: response.status };
  }
}
