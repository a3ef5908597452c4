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
  /** The session's, `name=value`, once it has one. */
  cookie: string | undefined;
  /** The others, by their names. */
  readonly others = new Map<string, string>();

  constructor({ host }: Pick<ChatServer, "host">) {
    this.#host = host;
  }

  /** The headers that a browser sends along from the server's own page. */
  get headers(): Record<string, string> {
    const origin = `http://${this.#host}`;
    const cookies = Array.from(this.others, (pair) => pair.join("="));
    if (this.cookie !== undefined) cookies.push(this.cookie);
    return cookies.length === 0 ? { origin } : { origin, cookie: cookies.join("; ") };
  }

  /** Asks for something, and keeps the cookies that come. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...this.headers, ...init.headers };
    const response = await fetch(`http://${this.#host}${path}`, { ...init, headers });
    for (const given of response.headers.getSetCookie()) this.#keep(given);
    return response;
  }

  /** Follows a link of another site; answers with the status. */
  async visit(path: string, init: RequestInit = {}): Promise<number> {
    const { cookie } = this.headers;
    const headers = new Headers({ "sec-fetch-site": "cross-site", ...cookie && { cookie } });
    const target = `http://${this.#host}${path}`;
    const response = await fetch(target, { redirect: "manual", ...init, headers });
    for (const given of response.headers.getSetCookie()) this.#keep(given);
    await response.arrayBuffer();
    return response.status;
  }

  #keep(given: string): void {
    const isGone = /; Max-Age=0;/.test(given);
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(given)!;
    if (!/-(?:passkey|account)$/.test(name)) this.cookie = isGone ? undefined : `${name}=${value}`;
    else if (isGone) this.others.delete(name);
    else this.others.set(name, value);
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
