/**
 * Files of a room: sending one, which a message may name then, and the address of one.
 *
 * Progress is reported by `XMLHttpRequest` where there is one, since a browser's `fetch` does not report
 * how much it has sent.
 */

import { checkAttachment } from "./decode.ts";
import { currentToken, query, read, roomUrl, type Server, toError } from "./http.ts";
import type { Attachment } from "./protocol.ts";

/** How a file is sent. */
export interface UploadOptions {
  /** What it is called: the file's own name unless another is given. */
  readonly name?: string;
  /** Called from time to time with the bytes that were sent. */
  readonly onProgress?: (sent: number, total: number) => void;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** The address of a file. */
export function fileUrl(
  server: string | URL,
  room: string,
  { id, name = "file" }: Pick<Attachment, "id"> & Partial<Attachment>,
): URL {
  const url = roomUrl(server, room);
  url.pathname += `/files/${id}/${encodeURIComponent(name)}`;
  return url;
}

/**
 * Sends a file to a room; it is deleted unless a message names it within two hours.
 *
 * @throws {HttpError} 413 for one that is too large, 429 for too many at once, 507 if there is no space
 *
 * @example
 * ```ts
 * const file = await uploadFile({ url, room: "tea", token, file: new File(["hello"], "note.txt") });
 * await postMessage({ url, room: "tea", token, text: "", files: [file] });
 * ```
 */
export async function uploadFile(
  { url, room, token, file, name = nameOf(file), onProgress, signal }:
    & Server
    & UploadOptions
    & { room: string; file: Blob },
): Promise<Attachment> {
  const address = roomUrl(url, room);
  address.pathname += "/files";
  address.search = query({ name });
  signal?.throwIfAborted();
  const send = "XMLHttpRequest" in globalThis ? sendByXhr : sendByFetch;
  const { status, type, body } = await send(address, { token, file, onProgress, signal });
  if (status === 201) return read(checkAttachment, status, body);
  throw toError(status, type, body);
}

function nameOf(file: Blob): string {
  return "name" in file ? String(file.name) : "";
}

interface Sending extends UploadOptions, Pick<Server, "token"> {
  readonly file: Blob;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function sendByFetch(
  address: URL,
  { token, file, onProgress, signal }: Sending,
): Promise<Answer> {
  const word = currentToken(token);
  const response = await fetch(address, {
    method: "POST",
    headers: word ? { authorization: `Bearer ${word}` } : {},
    signal,
    ...onProgress
      ? { body: counted(file, onProgress), duplex: "half" } as RequestInit
      : { body: file },
  });
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, body: await response.text() };
}

/** The bytes of a file, counted as they are taken. */
function counted(file: Blob, onProgress: NonNullable<UploadOptions["onProgress"]>) {
  let sent = 0;
  return file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
        onProgress(sent, file.size);
      },
    }),
  );
}

/** As much of a browser's `XMLHttpRequest` as is needed; other runtimes have no type of it. */
interface Xhr extends EventTarget {
  readonly upload: EventTarget;
  readonly status: number;
  readonly responseText: string;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
}

function sendByXhr(
  address: URL,
  { token, file, onProgress, signal }: Sending,
): Promise<Answer> {
  const xhr: Xhr = new (globalThis as unknown as { XMLHttpRequest: new () => Xhr })
    .XMLHttpRequest();
  const word = currentToken(token);
  xhr.open("POST", address.href);
  if (word) xhr.setRequestHeader("authorization", `Bearer ${word}`);
  const stop = () => xhr.abort();
  signal?.addEventListener("abort", stop);
  return new Promise<Answer>((resolve, reject) => {
    xhr.upload.addEventListener("progress", (event) => {
      const { loaded } = event as Event & { loaded: number };
      onProgress?.(Math.min(loaded, file.size), file.size);
    });
    xhr.addEventListener("load", () => {
      const type = xhr.getResponseHeader("content-type") ?? "";
      resolve({ status: xhr.status, type, body: xhr.responseText });
    });
    xhr.addEventListener("abort", () => reject(signal?.reason));
    xhr.addEventListener("error", () => reject(new TypeError("the connection broke")));
    xhr.send(file);
  }).finally(() => signal?.removeEventListener("abort", stop));
}
