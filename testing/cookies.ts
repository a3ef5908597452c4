/** Sessions as a browser has them: it keeps the cookie that it is given, and sends it back. */

import { assertEquals } from "@std/assert";
import type { ChatServer } from "./servers.ts";

/** The secret in a link. */
export function tokenOf(link: string): string {
  return link.slice(link.indexOf("#") + 1);
}

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
    if (given !== null) this.cookie = /; Max-Age=0;/.test(given) ? undefined : given.split(";")[0];
    return response;
  }

  /** Asks with a JSON body, and answers with the status and the JSON that comes. */
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  async ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const response = await this.fetch(path, {
      method,
      ...body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      },
    });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }

  /** Uses a link, as its page does. */
  join(link: string, name?: string): ReturnType<Browser["ask"]> {
    return this.ask("POST", "/join", { token: tokenOf(link), name });
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
