/**
 * Attachments over HTTP: sending one, and fetching one, which takes the permission to enter its room at
 * each request.
 *
 * A file has the type that the server has chosen, and nothing that a browser would run is shown in place. A browser asks again each time, so nobody sees from its cache what has been deleted.
 */

import { createFileResponse } from "@remix-run/response/file";
import { FileError, type FileRefusal } from "../files/errors.ts";
import type { Files } from "../files/files.ts";
import type { OpenFile } from "../files/folder.ts";
import { toAttachment } from "../files/record.ts";
import { isInline } from "../files/types.ts";
import { mediaType } from "./body.ts";
import { type Context, jsonAnswer } from "./context.ts";
import { roomOf } from "./join_request.ts";
import { nothingHere, Problem } from "./problem.ts";
import { wholeNumber } from "./query.ts";

const STATUS: Readonly<Record<FileRefusal, number>> = {
  too_large: 413,
  empty: 400,
  busy: 429,
  overloaded: 503,
  share_used: 507,
  full: 507,
  slow: 408,
  not_allowed: 403,
  stopping: 503,
};

/** Without scripts, plugins or an origin; the styles are those of the browser's own viewers. */
const CSP = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; " +
  "style-src 'unsafe-inline'; frame-ancestors 'none'";

/** `POST …/files`: receives the body as a file, whatever it says of its type. */
export async function postFile(context: Context): Promise<Response> {
  const { request, url: { searchParams }, identity, address } = context;
  const files = filesOf(context);
  const room = roomOf(context);
  if (!identity.isLasting) {
    throw new Problem(401, "a file needs a session, or a key of your own", {
      "www-authenticate": "Bearer",
    });
  }
  if (mediaType(request) === "multipart/form-data") {
    throw new Problem(415, "send the bytes of the file alone, not a form");
  }
  const record = await files.receive({
    room,
    from: identity.id,
    address,
    name: searchParams.get("name") ?? "",
    length: lengthOf(request),
    body: request.body ?? new Blob().stream(),
    isAllowed: allowing(context, room),
  }).catch(refuse);
  return jsonAnswer(JSON.stringify(toAttachment(record)), 201);
}

/** Whether somebody may still be in a room, whatever has become of them and of it since. */
function allowing({ identity, services: { people } }: Context, room: string): () => boolean {
  const { expires = Infinity } = identity;
  return () =>
    people.isCurrent(identity) && people.access.mayEnter(identity, room) && Date.now() < expires;
}

function filesOf({ services: { files } }: Context): Files {
  if (files) return files;
  throw new Problem(404, "this server keeps no attachments");
}

function refuse(error: unknown): never {
  if (!(error instanceof FileError)) throw error;
  const status = STATUS[error.reason];
  const mayRetry = status === 429 || status === 503;
  throw new Problem(status, error.message, mayRetry ? { "retry-after": "5" } : {});
}

/** The length that the request promises. */
function lengthOf({ headers }: Request): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : wholeNumber(new URLSearchParams({ length }), "length");
}

/** `GET …/files/{id}/{name}`: the file, or a part of it. The name in the address is for people. */
export async function getFile(context: Context): Promise<Response> {
  const { request, params, identity, services: { hub } } = context;
  const files = filesOf(context);
  const room = await hub.resolve(roomOf(context));
  const found = await files.open(params.id, room, identity.id);
  if (!found) throw nothingHere();
  const sending = new Sending(files, found, context.address, allowing(context, room));
  try {
    return complete(found, await respond(request, found, sending));
  } catch (error) {
    return refuse(error);
  } finally {
    if (!sending.hasBegun) found.file.close();
  }
}

/** A file as `createFileResponse` takes it, which asks for a stream of what is to be sent, or for none. */
class Sending {
  readonly #files: Files;
  readonly #found: OpenFile;
  readonly #address: string;
  readonly #isAllowed: () => boolean;
  hasBegun = false;

  constructor(files: Files, found: OpenFile, address: string, isAllowed: () => boolean) {
    this.#isAllowed = isAllowed;
    this.#files = files;
    this.#found = found;
    this.#address = address;
  }

  stream(from: number, to: number): ReadableStream<Uint8Array<ArrayBuffer>> {
    const release = this.#files.takeDownload(this.#address);
    this.hasBegun = true;
    return this.#files.download(this.#found, [from, to], this.#isAllowed, release).body;
  }
}

function respond(request: Request, { record }: OpenFile, sending: Sending): Promise<Response> {
  const { id, name, type, size, at } = record;
  const range = request.headers.get("range");
  if (range !== null && /^bytes=-0+$/.test(range)) throw notSatisfiable(`bytes */${size}`);
  const part = (start = 0, end = size) => ({ stream: () => sending.stream(start, end) });
  const file = { ...part(), slice: part, name, type, size, lastModified: at };
  return createFileResponse({ ...file, arrayBuffer: () => Promise.reject(new Error()) }, request, {
    etag: "strong",
    digest: () => Promise.resolve(id),
    lastModified: false,
    // A range that is malformed, or several, is ignored, and the whole file is sent.
    acceptRanges: range === null || /^bytes=(\d+-\d*|-\d+)$/.test(range) && !isBackwards(range),
  });
}

function isBackwards(range: string): boolean {
  const [from, to] = range.slice("bytes=".length).split("-");
  return from !== "" && to !== "" && Number(from) > Number(to);
}

function complete({ record: { name, type } }: OpenFile, response: Response): Response {
  const { headers, status } = response;
  if (status === 416) throw notSatisfiable(headers.get("content-range")!);
  if (status >= 400) throw new Problem(status, "this file is another than you have");
  headers.set("accept-ranges", "bytes");
  headers.set("cache-control", "private, no-cache");
  headers.set("content-security-policy", CSP);
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("content-disposition", disposition(isInline(type) ? "inline" : "attachment", name));
  return response;
}

function notSatisfiable(range: string): Problem {
  return new Problem(416, "the file has no such part", { "content-range": range });
}

/** How a browser is to present a file, with its name as RFC 8187 writes it, and in ASCII. */
export function disposition(kind: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^ -~]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name)
    .replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
