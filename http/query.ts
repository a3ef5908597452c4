/** Reading paths and queries. Anything unacceptable throws a {@linkcode Problem}. */

import { LIMITS } from "../config/limits.ts";
import { Problem } from "./problem.ts";

/** The URL of a request. Throws if it is invalid, such as with a bad `Host`, or too long. */
export function urlOf(request: Request): URL {
  try {
    const url = new URL(request.url);
    if (url.href.length <= LIMITS.urlLength) return url;
  } catch {
    throw new Problem(400, "the path or the Host header is not valid");
  }
  throw new Problem(400, `a URL takes ${LIMITS.urlLength} characters at most`);
}

/** A part of a path, decoded. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(400, "the path is not well encoded");
  }
}

/** A whole number of the query; undefined if it is absent. */
export function wholeNumber(
  params: URLSearchParams,
  name: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER } = {},
): number | undefined {
  const word = params.get(name);
  if (word === null) return;
  const value = Number(word);
  if (/^\d+$/.test(word) && value >= least && value <= most) return value;
  throw new Problem(400, `${name} must be a whole number from ${least} to ${most}`);
}
