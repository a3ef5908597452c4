/**
 * Dates and times as the reader writes them: in the browser's first language, whatever language the
 * words are in, with 12 or 24 hours as is usual there, and by the reader's own calendar days.
 */

const DAY = 86_400_000;

export interface Dates {
  /** `9:12` */
  time(at: number): string;
  /** The day and the time in full. */
  moment(at: number): string;
  /** `Today`, `Yesterday`, or the date; the same for all moments of a day. */
  day(at: number, now?: number): string;
  /** A text in which the server has written times, with these as the reader writes them. */
  local(text: string): string;
}

const SERVER_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** @param locales the browser's languages, the first that can be used counts */
export function datesIn(locales: readonly string[]): Dates {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat([...locales], options);
  const time = format({ timeStyle: "short" });
  const moment = format({ dateStyle: "full", timeStyle: "medium" });
  const thisYear = format({ weekday: "long", day: "numeric", month: "long" });
  const otherYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const near = new Intl.RelativeTimeFormat([...locales], { numeric: "auto" });
  return {
    time: (at) => time.format(at),
    moment: (at) => moment.format(at),
    local: (text) => text.replace(SERVER_TIME, (at) => moment.format(Date.parse(at))),
    day(at, now = Date.now()) {
      const ago = calendarDay(now) - calendarDay(at);
      if (ago === 0 || ago === 1) return capitalized(near.format(-ago, "day"));
      const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
      return capitalized((isThisYear ? thisYear : otherYear).format(at));
    },
  };
}

/** The number of a day in the reader's calendar; days of 23 or 25 hours count as one. */
export function calendarDay(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY;
}

function capitalized(text: string): string {
  const [first = ""] = text;
  return first.toLocaleUpperCase() + text.slice(first.length);
}
