/**
 * PNG, also animated, without metadata: the chunks that decide how it looks, and its orientation.
 *
 * Texts, times, Exif and unknown chunks are left out, and whatever follows the end.
 */

import { crc32 } from "node:zlib";
import { exifOf, orientationIn } from "./exif.ts";
import { type Dimensions, type Plan, PlanBuilder } from "./plan.ts";
import { latin, type Source, viewOf } from "./source.ts";

/** The longest name of a chunk, its length and its checksum. */
const FRAME = 12;
const KEPT = new Set(
  ("IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD pHYs " +
    "acTL fcTL fdAT").split(" "),
);
const MOST_EXIF = 65_536;

/** The plan of a PNG; undefined if it is none. */
export async function planPng(source: Source): Promise<Plan | undefined> {
  const plan = new PlanBuilder();
  plan.keep(0, 8);
  let dimensions: Dimensions | undefined;
  for (let at = 8; !plan.isTooLong;) {
    const head = await source.bytes(at, 8);
    if (head.length < 8) return;
    const length = viewOf(head).getUint32(0);
    const name = latin(head.subarray(4));
    const end = at + FRAME + length;
    if (end > source.size || (name === "IHDR") !== (at === 8)) return;
    if (name === "IHDR") dimensions = await dimensionsIn(source, at + 8);
    if (KEPT.has(name)) plan.keep(at, end);
    if (name === "eXIf" && dimensions && length <= MOST_EXIF) {
      const orientation = orientationIn(await source.bytes(at + 8, length));
      dimensions = { ...dimensions, orientation };
      if (orientation > 1) plan.add(chunk("eXIf", exifOf(orientation)));
    }
    if (name === "IEND") return dimensions && plan.plan(dimensions);
    at = end;
  }
}

async function dimensionsIn(source: Source, at: number): Promise<Dimensions | undefined> {
  const header = await source.bytes(at, 8);
  if (header.length < 8) return;
  const view = viewOf(header);
  return { width: view.getUint32(0), height: view.getUint32(4), orientation: 1 };
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(FRAME + data.length);
  const view = viewOf(bytes);
  view.setUint32(0, data.length);
  for (let n = 0; n < 4; n++) bytes[4 + n] = name.charCodeAt(n);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
