/**
 * Stand-in for `@std/http/file-server`: what this server uses of it, answered as the real one does.
 * Files carry their type, length, date and a weak ETag of size and date; If-None-Match,
 * If-Modified-Since, HEAD and a single Range are honoured.
 *
 * A path is valid when it decodes, is in its normal form, and has no dotfile, backslash or NUL in it,
 * which a file system may read as another path: nothing outside `fsRoot` is reached but by a symbolic
 * link inside. Files are read by path, never by an open handle, which embedded files do not allow, and
 * whole: a page's files are small.
 */
import { join, posix } from "node:path";
import { detectContentType } from "@remix-run/mime";
import { createFileResponse } from "@remix-run/response/file";

export interface ServeDirOptions {
  fsRoot: string;
  /** Taken for the real one's sake: this one never logs. */
  quiet?: boolean;
}

export async function serveDir(request: Request, { fsRoot }: ServeDirOptions): Promise<Response> {
  const url = new URL(request.url);
  const decoded = decode(url.pathname);
  if (decoded === undefined) return plain(400);
  const path = posix.normalize(decoded);
  if (/[\\\0]/.test(path)) return plain(404);
  if (path !== decoded) return redirect(url, path);
  if (path.includes("/.")) return plain(404);

  const place = join(fsRoot, path.replace(/\/$/, ""));
  const info = await stat(place);
  if (!info) return plain(404);
  if (info.isFile && path.endsWith("/")) return redirect(url, url.pathname.slice(0, -1));
  if (info.isFile) return serveFile(request, place, { fileInfo: info });
  if (!path.endsWith("/")) return redirect(url, `${url.pathname}/`);
  return serveFile(request, join(place, "index.html"));
}

export async function serveFile(
  request: Request,
  path: string,
  { fileInfo }: { fileInfo?: Deno.FileInfo } = {},
): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") return plain(405);
  const info = fileInfo ?? await stat(path);
  if (!info?.isFile) return plain(404);
  return createFileResponse(asFile(path, info), request, {
    acceptRanges: isServable(request.headers.get("range"), info.size),
    lastModified: info.mtime !== null,
  });
}

const plain = (status: 400 | 404 | 405) => new Response(null, { status });

function redirect(url: URL, pathname: string): Response {
  url.pathname = pathname;
  return Response.redirect(url, 301);
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

const stat = (path: string) => Deno.stat(path).catch(() => undefined);

/** A Range that is malformed, several or of an empty file is ignored, and the whole file sent. */
function isServable(range: string | null, size: number): boolean {
  return size > 0 && (range === null || /^bytes=(\d+-\d*|-\d+)$/.test(range));
}

/** What `createFileResponse` takes for a file; HEAD and 304 read none of it. */
function asFile(path: string, { size, mtime }: Deno.FileInfo) {
  const part = (start = 0, end = size) => ({
    stream: () => ReadableStream.from(read(path, start, end)),
  });
  return {
    ...part(),
    name: path,
    size,
    type: detectContentType(path) ?? "",
    lastModified: mtime?.getTime() ?? 0,
    slice: part,
    arrayBuffer: async () => (await Deno.readFile(path)).buffer,
  };
}

async function* read(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  yield (await Deno.readFile(path)).subarray(start, end);
}
