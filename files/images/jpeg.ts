/**
 * JPEG without metadata: what is needed to decode it, its colour profile and its orientation.
 *
 * Comments, Exif, XMP, IPTC, thumbnails, further pictures and whatever follows the end are left out.
 */

import { exifOf, orientationIn } from "./exif.ts";
import { type Plan, PlanBuilder } from "./plan.ts";
import { latin, type Source, viewOf } from "./source.ts";

const [SOI, EOI, SOS, APP0, APP1, APP2, APP14, APP15, COM] = [
  0xd8,
  0xd9,
  0xda,
  0xe0,
  0xe1,
  0xe2,
  0xee,
  0xef,
  0xfe,
];
/** A JFIF segment without a thumbnail ends here. */
const JFIF_LENGTH = 18;
/** The longest name that tells segments with the same marker apart. */
const NAME_LENGTH = 12;

/** A segment: its marker, its place, and what its contents begin with. */
interface Segment {
  readonly marker: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** The plan of a JPEG; undefined if it is none. */
export async function planJpeg(source: Source): Promise<Plan | undefined> {
  const plan = new PlanBuilder();
  plan.keep(0, 2);
  let size: { width: number; height: number } | undefined;
  let orientation = 1;
  let hasPicture = false;
  for (let at = 2; !plan.isTooLong;) {
    const segment = await segmentAt(source, at);
    // Some cameras forget the end.
    if (segment?.marker === EOI) plan.keep(segment.from, segment.to);
    if (!segment || segment.marker === EOI) {
      return size && hasPicture ? plan.plan({ ...size, orientation }) : undefined;
    }
    const { marker, from, to } = segment;
    if (isFrame(marker)) size ??= sizeIn(await source.bytes(from + 5, 4));
    if (marker === APP1 && segment.name.startsWith("Exif\0\0")) {
      orientation = orientationIn(await source.bytes(from + 10, to - from - 10));
      if (orientation > 1) plan.add(exifSegment(orientation));
    }
    const end = marker === SOS ? await endOfScan(source, to) : to;
    keep(plan, segment, end);
    hasPicture ||= marker === SOS;
    at = end;
  }
}

/** The segment at this place, behind bytes that fill; undefined if there is none. */
async function segmentAt(source: Source, at: number): Promise<Segment | undefined> {
  const head = await source.bytes(at, 4 + NAME_LENGTH);
  const fill = head.findIndex((byte) => byte !== 0xff);
  if (fill > 1) return segmentAt(source, at + fill - 1);
  if (fill < 1) return;
  const marker = head[1];
  if (marker === EOI) return { marker, from: at, to: at + 2, name: "" };
  const to = head.length < 4 ? 0 : at + 2 + viewOf(head).getUint16(2);
  const isNone = marker < 0xc0 || marker === SOI || marker >= 0xd0 && marker < EOI;
  if (isNone || to < at + 4 || to > source.size) return;
  return { marker, from: at, to, name: latin(head.subarray(4)) };
}

function keep(plan: PlanBuilder, { marker, from, to, name }: Segment, end: number): void {
  if (marker === APP0 && name.startsWith("JFIF\0")) plan.add(JFIF);
  else if (isNeeded(marker, name)) plan.keep(from, Math.max(to, end));
}

/** Whether a picture looks different without this segment. */
function isNeeded(marker: number, name: string): boolean {
  if (marker === APP2) return name.startsWith("ICC_PROFILE\0");
  if (marker === APP14) return name.startsWith("Adobe");
  return marker !== COM && (marker < APP0 || marker > APP15);
}

/** Whether the segment begins a frame, which has the picture's size. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function sizeIn(bytes: Uint8Array): { width: number; height: number } | undefined {
  if (bytes.length < 4) return;
  const view = viewOf(bytes);
  return { height: view.getUint16(0), width: view.getUint16(2) };
}

/** A JFIF segment that says nothing of the resolution, and has no thumbnail. */
const JFIF = new Uint8Array(JFIF_LENGTH);
JFIF.set([0xff, APP0, 0, JFIF_LENGTH - 2, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1]);

function exifSegment(orientation: number): Uint8Array {
  const exif = exifOf(orientation);
  const bytes = new Uint8Array(10 + exif.length);
  bytes.set([0xff, APP1, 0, 8 + exif.length, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  bytes.set(exif, 10);
  return bytes;
}

/** Where the data of a scan ends: at the next marker that is not part of it, or with the file. */
async function endOfScan(source: Source, at: number): Promise<number> {
  for (;;) {
    const window = await source.bytes(at, 65_536);
    if (window.length < 2) return source.size;
    for (let n = window.indexOf(0xff); n >= 0 && n + 1 < window.length;) {
      const next = window[n + 1];
      const isData = next === 0 || next === 0xff || next >= 0xd0 && next <= 0xd7;
      if (!isData) return at + n;
      n = window.indexOf(0xff, next === 0xff ? n + 1 : n + 2);
    }
    at += window.length - 1;
  }
}
