/**
 * Errors over HTTP: problem+json (RFC 9457).
 *
 * A `Problem` is thrown where a request is refused; the routes turn it into its response. Its detail is
 * for people, and contains no stack, path or token.
 */

import type { Refused, RefusedCode } from "../people/refused.ts";
import type { Refusal } from "../wire/wire.ts";

const TITLES: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  408: "Request Timeout",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** The code of a status with which nothing else is said than with one code of the JSON wire. */
const CODES: Readonly<Partial<Record<number, Refusal>>> = {
  400: "bad_command",
  403: "not_allowed",
  410: "gone",
  413: "too_large",
  429: "rate_limited",
  503: "overloaded",
};

/** What is answered where a change of the directory is refused. */
const REFUSED: Readonly<Record<RefusedCode, number>> = {
  bad: 400,
  not_allowed: 403,
  unknown: 404,
  conflict: 409,
  full: 409,
  gone: 410,
  away: 503,
};

/** The problem that a refusal is. */
export function problemOf({ code, message }: Refused): Problem {
  if (code === "away") return unavailable(message);
  return new Problem(REFUSED[code], message);
}

/** A request that is refused. The message is the problem's `detail`. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly code: Refusal | undefined;

  /**
   * @param status one of the statuses with a title above
   * @param code what the JSON wire calls this, if not what the status means by itself
   */
  constructor(
    status: number,
    detail: string,
    headers: Record<string, string> = {},
    code: Refusal | undefined = CODES[status],
  ) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.code = code;
  }

  /** The response for this problem. */
  response(): Response {
    const { status, message: detail, headers, code } = this;
    const body = { type: "about:blank", title: TITLES[status], status, detail, code };
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/problem+json", ...headers },
    });
  }
}

/** 404: there is nothing at this address. */
export function nothingHere(): Problem {
  return new Problem(404, "there is nothing here");
}

/** 404: there is no such room, or the person may not enter it. */
export function unknownRoom(): Problem {
  return new Problem(404, "there is no such room", {}, "unknown_room");
}

/** 405: this address does not have this method. */
export function notAllowed(...methods: string[]): Problem {
  const allow = methods.join(", ").replace("GET", "GET, HEAD");
  return new Problem(405, `the methods here are ${allow}`, { allow });
}

/** 429: there were too many requests from this address. */
export function tooManyRequests(): Problem {
  return new Problem(429, "too many requests from your address", { "retry-after": "1" });
}

/** 503: something is not available now. */
export function unavailable(detail: string): Problem {
  return new Problem(503, detail, { "retry-after": "5" });
}

/** 426: only an upgrade makes sense here. */
export function socketNeeded(): Problem {
  const detail = "this is for WebSockets: ask for an upgrade";
  return new Problem(426, detail, { upgrade: "websocket" });
}
