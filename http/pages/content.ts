/**
 * A file that is held in memory: its bytes plain, with Brotli and with gzip, each compressed once, when the
 * first client asks for it. That takes most files a few milliseconds, during which nothing else is done.
 *
 * Answers GET and HEAD, with an ETag, and 304 if the client has it already. The address of the file and
 * how long it may be cached are up to the caller.
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

type Coding = "br" | "gzip" | "identity";

/** A twentieth larger than with the highest level, in a twentieth of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
const COMPRESS: Record<Coding, (bytes: Buffer) => Buffer> = {
  br: (bytes) => brotliCompressSync(bytes, BROTLI),
  gzip: (bytes) => gzipSync(bytes),
  identity: (bytes) => bytes,
};

/** A file in memory. */
export class Content {
  /** Names its bytes: 16 hexadecimal digits. */
  readonly hash: string;
  readonly #type: string;
  readonly #bytes: Buffer;
  readonly #bodies = new Map<Coding, Buffer>();

  /** @param type its media type, without the charset */
  constructor(text: string, type: string) {
    this.#type = type;
    this.#bytes = Buffer.from(text);
    this.hash = createHash("sha256").update(this.#bytes).digest("hex").slice(0, 16);
  }

  /** The answer to a GET or HEAD, with these further headers. */
  answer(request: Request, more: Record<string, string>): Response {
    const coding = codingFor(request.headers.get("accept-encoding") ?? "");
    // One tag for each form, since their bytes differ.
    const etag = `"${this.hash}-${coding}"`;
    const headers = new Headers({ etag, vary: "accept-encoding", ...more });
    const known = request.headers.get("if-none-match")?.split(/\s*,\s*(?:W\/)?/) ?? [];
    if (known.includes(etag)) return new Response(null, { status: 304, headers });
    const body = this.#body(coding);
    headers.set("content-type", `${this.#type}; charset=utf-8`);
    headers.set("content-length", String(body.length));
    if (coding !== "identity") headers.set("content-encoding", coding);
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), { headers });
  }

  #body(coding: Coding): Buffer {
    let body = this.#bodies.get(coding);
    if (!body) this.#bodies.set(coding, body = COMPRESS[coding](this.#bytes));
    return body;
  }
}

/** The smallest form that the client accepts. */
function codingFor(accepted: string): Coding {
  const taken = new Set(
    accepted.toLowerCase().split(",").map((each) => each.split(";").map((part) => part.trim()))
      .filter(([, quality = ""]) => !/^q=0(?:\.0*)?$/.test(quality)).map(([coding]) => coding),
  );
  return taken.has("br") ? "br" : taken.has("gzip") ? "gzip" : "identity";
}
