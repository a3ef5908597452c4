/** The images that the page shows: what is kept of one, by its type. */

import { planGif } from "./gif.ts";
import { planJpeg } from "./jpeg.ts";
import type { Plan } from "./plan.ts";
import { planPng } from "./png.ts";
import type { Source } from "./source.ts";
import { planWebp } from "./webp.ts";

const PLANNERS: Readonly<Record<string, (source: Source) => Promise<Plan | undefined>>> = {
  "image/gif": planGif,
  "image/jpeg": planJpeg,
  "image/png": planPng,
  "image/webp": planWebp,
};

/** Whether a type is an image's that has a size and may have metadata. */
export function isImage(type: string): boolean {
  return Object.hasOwn(PLANNERS, type);
}

/** What is kept of an image of this type; undefined if it only begins like one. */
export function planOf(type: string, source: Source): Promise<Plan | undefined> {
  return PLANNERS[type](source);
}
