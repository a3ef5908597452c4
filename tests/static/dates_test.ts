/** Dates and times as the reader writes them. */

import { assertEquals, assertMatch } from "@std/assert";
import { calendarDay, datesIn } from "../../static/text/dates.ts";
import { languageOf } from "../../static/words/words.ts";

const at = (text: string) => new Date(text).getTime();

Deno.test("datesIn: writes 12 or 24 hours as is usual in the first language", () => {
  const evening = at("2026-11-25T21:05");
  assertEquals(datesIn(["de-DE", "en-US"]).time(evening), "21:05");
  assertEquals(datesIn(["en-GB"]).time(evening), "21:05");
  assertEquals(datesIn(["fr"]).time(evening), "21:05");
  assertMatch(datesIn(["en-US"]).time(evening), /^9:05\sPM$/);
});

Deno.test("day: says today and yesterday, and the year only if it is another one", () => {
  const { day } = datesIn(["en-GB"]);
  const now = at("2026-11-25T00:10");
  assertEquals(day(at("2026-11-25T23:59"), now), "Today");
  assertEquals(day(at("2026-11-24T00:00"), now), "Yesterday");
  assertEquals(day(at("2026-11-23T23:59"), now), "Monday 23 November");
  assertEquals(day(at("2025-11-23T12:00"), now), "Sunday, 23 November 2025");
  assertEquals(datesIn(["de"]).day(at("2026-11-24T12:00"), now), "Gestern");
});

Deno.test("calendarDay: counts days of 23 and 25 hours as one", {
  ignore: Deno.permissions.querySync({ name: "run" }).state !== "granted",
}, async () => {
  // Only a new process has another time zone.
  const script = `
    import { calendarDay, datesIn } from ${
    JSON.stringify(import.meta.resolve("../../static/text/dates.ts"))
  };
    for (const [day, next] of [["2026-03-28", "2026-03-29"], ["2026-10-25", "2026-10-26"]]) {
      const [a, b] = [day + "T23:30", next + "T00:10"].map((text) => +new Date(text));
      console.log(calendarDay(b) - calendarDay(a), datesIn(["en"]).day(a, b));
      const late = +new Date(next + "T23:50");
      console.log(calendarDay(late) - calendarDay(a), datesIn(["en"]).day(a, late));
    }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", script],
    env: { TZ: "Europe/Berlin", NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "1 Yesterday\n".repeat(4));
  assertEquals(calendarDay(at("2026-03-29T12:00")) - calendarDay(at("2026-03-28T12:00")), 1);
});

Deno.test("languageOf: takes the first language that the page speaks, else English", () => {
  assertEquals(languageOf(["de", "zh-TW", "en"]), "zh-TW");
  assertEquals(languageOf(["EN-gb", "zh"]), "EN-gb");
  assertEquals(languageOf(["de", "fr"]), "en");
  assertEquals(languageOf([]), "en");
});

Deno.test("Dates.local: writes the server's times as the reader does, and nothing else", () => {
  const dates = datesIn(["en-GB"]);
  const at = Date.UTC(2026, 10, 28, 1, 25, 59);
  assertEquals(
    dates.local("closed until 2026-11-28T01:25:59.324Z"),
    `closed until ${dates.moment(at)}`,
  );
  assertEquals(dates.local("released 2026-11-28, v1"), "released 2026-11-28, v1");
});
