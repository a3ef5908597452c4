/**
 * WebP, also animated, without metadata: the chunks that decide how it looks, and its orientation.
 *
 * Exif, XMP and unknown chunks are left out, and whatever follows the end.
 */

import { exifOf, orientationIn } from "./exif.ts";
import { type Dimensions, type Plan, PlanBuilder } from "./plan.ts";
import { latin, type Source, viewOf } from "./source.ts";

const KEPT = new Set(["VP8 ", "VP8L", "ALPH", "ANIM", "ANMF", "ICCP"]);
/** The flags of the extended header that promise metadata. */
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
const MOST_EXIF = 65_536;

/** The plan of a WebP; undefined if it is none. */
export async function planWebp(source: Source): Promise<Plan | undefined> {
  const riff = await source.bytes(0, 12);
  if (riff.length < 12) return;
  const size = viewOf(riff).getUint32(4, true) + 8;
  if (size > source.size) return;
  const plan = new PlanBuilder();
  const head = new Uint8Array(riff);
  plan.add(head);
  let header: Uint8Array | undefined;
  let dimensions: Dimensions | undefined;
  let hasPicture = false;
  for (let at = 12; at + 8 <= size && !plan.isTooLong;) {
    const chunk = await source.bytes(at, 18);
    const name = latin(chunk.subarray(0, 4));
    const length = viewOf(chunk).getUint32(4, true);
    const end = at + 8 + length + length % 2;
    if (at + 8 + length > size) return;
    if (name === "VP8X" && (at !== 12 || length !== 10)) return;
    dimensions ??= dimensionsIn(name, chunk);
    if (name === "VP8X") plan.add(header = withoutMetadata(chunk));
    else if (KEPT.has(name)) plan.keep(at, Math.min(end, size));
    else if (name === "EXIF" && header && dimensions && length <= MOST_EXIF) {
      const exif = await source.bytes(at + 8, length);
      const isPrefixed = latin(exif.subarray(0, 6)) === "Exif\0\0";
      const orientation = orientationIn(isPrefixed ? exif.subarray(6) : exif);
      dimensions = { ...dimensions, orientation };
      if (orientation > 1) addExif(plan, header, orientation);
    }
    hasPicture ||= ["VP8 ", "VP8L", "ANMF"].includes(name);
    at = end;
  }
  viewOf(head).setUint32(4, plan.length - 8, true);
  return dimensions && hasPicture ? plan.plan(dimensions) : undefined;
}

function withoutMetadata(chunk: Uint8Array): Uint8Array {
  const header = new Uint8Array(chunk);
  header[8] &= ~(EXIF_FLAG | XMP_FLAG);
  return header;
}

function addExif(plan: PlanBuilder, header: Uint8Array, orientation: number): void {
  header[8] |= EXIF_FLAG;
  const exif = exifOf(orientation);
  const bytes = new Uint8Array(8 + exif.length);
  bytes.set([0x45, 0x58, 0x49, 0x46, exif.length, 0, 0, 0]);
  bytes.set(exif, 8);
  plan.add(bytes);
}

/** The dimensions that the first chunk of a picture has. */
function dimensionsIn(name: string, chunk: Uint8Array): Dimensions | undefined {
  const view = viewOf(chunk);
  const orientation = 1;
  if (chunk.length < 18) return;
  if (name === "VP8X") {
    const width = 1 + (view.getUint32(12, true) & 0xffffff);
    return { width, height: 1 + (view.getUint32(14, true) >>> 8), orientation };
  }
  if (name === "VP8L" && chunk[8] === 0x2f) {
    const bits = view.getUint32(9, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + (bits >>> 14 & 0x3fff), orientation };
  }
  if (name !== "VP8 " || latin(chunk.subarray(11, 14)) !== "\x9d\x01\x2a") return;
  const [width, height] = [view.getUint16(14, true), view.getUint16(16, true)];
  return { width: width & 0x3fff, height: height & 0x3fff, orientation };
}
