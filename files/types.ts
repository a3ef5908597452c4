// deno-lint-ignore-file no-control-regex -- files begin with them, and texts have none
/**
 * The type of a file, from its first bytes: one of a fixed list. What a client or a name says of it does
 * not count, so nothing that a browser would run is ever sent as such: SVG and HTML are plain text.
 */

import { latin } from "./images/source.ts";

/** As many bytes as are looked at. */
export const SNIFFED = 4_096;

/** The type of whatever has no other. */
export const UNKNOWN = "application/octet-stream";

/** By their beginnings, as a character for each byte; the first that fits decides. */
const BEGINNINGS: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG\r\n\x1a\n/, "image/png"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF.{4}WEBP/s, "image/webp"],
  [/^RIFF.{4}WAVE/s, "audio/wav"],
  [/^fLaC/, "audio/flac"],
  [/^OggS.{24}(?:OpusHead|\x01vorbis|\x7fFLAC|Speex)/s, "audio/ogg"],
  [/^OggS.{24}\x80theora/s, "video/ogg"],
  [/^ID3[\x02-\x04]|^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/, "audio/mpeg"],
  [/^\xff[\xf0\xf1\xf8\xf9]/, "audio/aac"],
  [/^.{4}ftypM4[AB] /s, "audio/mp4"],
  [/^.{4}ftyp(?:isom|iso[2-9]|mp4[12]|avc1|dash|M4V |MSNV|3gp\d)/s, "video/mp4"],
  [/^.{4}ftypqt {2}/s, "video/quicktime"],
  [/^\x1aE\xdf\xa3.{0,60}webm/s, "video/webm"],
  [/^%PDF-/, "application/pdf"],
  [/^PK(?:\x03\x04|\x05\x06)/, "application/zip"],
  [/^\x1f\x8b\x08/, "application/gzip"],
];

/** The type of a file that begins like this. */
export function typeOf(head: Uint8Array): string {
  const bytes = head.subarray(0, SNIFFED);
  const text = latin(bytes);
  const found = BEGINNINGS.find(([pattern]) => pattern.test(text));
  if (found) return found[1];
  return isText(bytes) ? "text/plain" : UNKNOWN;
}

/** Whether it is UTF-8 without control characters; the last character may be cut off. */
function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return !/[\0-\x08\x0b\x0e-\x1f\x7f]/.test(text);
  } catch {
    return false;
  }
}

/** Whether a browser may show it in its place: pictures, sound and films, none of which can be run. */
export function isInline(type: string): boolean {
  return /^(?:image|audio|video)\//.test(type);
}
