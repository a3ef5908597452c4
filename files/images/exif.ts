/**
 * The orientation of a photo, the only thing in its Exif data that changes how it looks: read from what
 * a camera wrote, and written alone.
 */

import { latin, viewOf } from "./source.ts";

const ORIENTATION = 0x0112;
const SHORT = 3;
/** More entries than any camera writes. */
const MOST_ENTRIES = 1_000;

/** The orientation that Exif data (from its byte order on) has, 1 to 8; 1 for any that cannot be read. */
export function orientationIn(tiff: Uint8Array): number {
  const order = latin(tiff.subarray(0, 4));
  const isLittle = order === "II*\0";
  if (!isLittle && order !== "MM\0*") return 1;
  const view = viewOf(tiff);
  try {
    const start = view.getUint32(4, isLittle);
    const count = Math.min(view.getUint16(start, isLittle), MOST_ENTRIES);
    for (let at = start + 2; at < start + 2 + 12 * count; at += 12) {
      if (view.getUint16(at, isLittle) !== ORIENTATION) continue;
      const value = view.getUint16(at + 8, isLittle);
      return view.getUint16(at + 2, isLittle) === SHORT && value >= 1 && value <= 8 ? value : 1;
    }
  } catch {
    // An offset leads out of the data.
  }
  return 1;
}

/** Exif data that has an orientation and nothing else. */
export function exifOf(orientation: number): Uint8Array {
  const bytes = new Uint8Array(26);
  const view = viewOf(bytes);
  bytes.set([0x4d, 0x4d, 0x00, 0x2a]);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, ORIENTATION);
  view.setUint16(12, SHORT);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return bytes;
}
