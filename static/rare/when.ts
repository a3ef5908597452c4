/** Moments in lists. */

import { dates } from "../kit.ts";

/** The day and the time, such as `Today, 8:02`. */
export const when = (at: number): string => `${dates.day(at)}, ${dates.time(at)}`;
