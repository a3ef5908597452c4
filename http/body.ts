/** Reading the bodies of requests, within a limit. */

import { LIMITS } from "../config/limits.ts";
import { Problem } from "./problem.ts";

/** The media type of a body, in lower case and without parameters. */
export function mediaType({ headers }: Request): string | undefined {
  return headers.get("content-type")?.split(";")[0].trim().toLowerCase();
}

/**
 * A body as text.
 *
 * @param most in bytes
 * @throws {Problem} with 400 if it is not UTF-8, 413 if it is longer
 */
export async function readText(request: Request, most: number): Promise<string> {
  const tooLarge = new Problem(413, `a body takes ${most} bytes at most`);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > most) throw tooLarge;
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, "the body is not UTF-8, or did not come whole");
  }
}

/** The object that a JSON text contains. Throws a {@linkcode Problem} for anything else. */
export function parseObject(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Problem(400, "the body is not JSON", {}, "bad_json");
  }
  if (typeof value === "object" && value && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Problem(400, "the body must be a JSON object", {}, "bad_json");
}

/** A body that is a JSON object; an empty body is an empty object. */
export async function readObject(
  request: Request,
  most: number = LIMITS.bodyBytes,
): Promise<Record<string, unknown>> {
  const body = await readText(request, most);
  if (body === "") return {};
  if (mediaType(request) !== "application/json") {
    throw new Problem(415, "send it as application/json");
  }
  return parseObject(body);
}
