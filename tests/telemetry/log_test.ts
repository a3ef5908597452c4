import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { createLog } from "../../telemetry/log.ts";
import { within } from "../../testing/support.ts";

function logInto(format: "text" | "json") {
  const lines: string[] = [];
  return { lines, log: createLog(format, (line) => lines.push(line)) };
}

/** Runs `fn` with a clock that stands where it is set. */
function withClock(fn: (set: (ms: number) => void) => void): void {
  const RealDate = Date;
  let now = 0;
  globalThis.Date = class extends RealDate {
    constructor() {
      super(now);
    }
  } as DateConstructor;
  try {
    fn((ms) => now = ms);
  } finally {
    globalThis.Date = RealDate;
  }
}

Deno.test("createLog: writes an event a line as text", () => {
  const { lines, log } = logInto("text");
  log.info("ended", { ending: "left", room: "a room", count: 3 });
  assertEquals(lines.length, 1);
  assertMatch(
    lines[0],
    /^\d{4}-\d\d-\d\dT[\d:.]+Z info ended ending=left room="a room" count=3\n$/,
  );
});

Deno.test("createLog: writes an event a line as JSON", () => {
  const { lines, log } = logInto("json");
  log.warn("ended", { ending: "left", count: 3 });
  assert(lines[0].endsWith("}\n"));
  const { at, ...rest } = JSON.parse(lines[0]);
  assertEquals(rest, { level: "warn", event: "ended", ending: "left", count: 3 });
  assertEquals(new Date(at).toISOString(), at);
});

Deno.test("createLog: keeps each event on one line, whatever its fields hold", () => {
  for (const format of ["text", "json"] as const) {
    const { lines, log } = logInto(format);
    log.error("failed", { room: "a\nb\rc", error: new Error("first\nsecond") });
    assertEquals(lines.length, 1);
    assertEquals(lines[0].match(/[\n\r]/g), ["\n"], format);
  }
});

Deno.test("createLog: writes an error as its message, without its stack", () => {
  for (const format of ["text", "json"] as const) {
    const { lines, log } = logInto(format);
    log.error("failed", { error: new TypeError("no such thing") });
    assertStringIncludes(lines[0], "TypeError: no such thing");
    assert(!lines[0].includes("log_test"), lines[0]);
  }
});

Deno.test("createLog: writes a limited number of lines a second, and how many it left out", () => {
  withClock((set) => {
    const { lines, log } = logInto("text");
    set(10_000);
    for (let n = 0; n < LIMITS.logLines + 23; n++) log.info("flood");
    assertEquals(lines.length, LIMITS.logLines);
    set(11_000);
    log.info("calm");
    assertEquals(lines.length, LIMITS.logLines + 2);
    assertStringIncludes(lines.at(-2)!, "log lines dropped dropped=23");
    assertStringIncludes(lines.at(-1)!, "calm");
    set(12_000);
    log.info("calm");
    assertEquals(lines.length, LIMITS.logLines + 3);
  });
});

Deno.test("createLog: reports what it left out even if nothing more happens", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let [written, dropped] = [0, 0];
  const log = createLog("json", (line) => {
    const event = JSON.parse(line);
    written += Number(event.event === "flood");
    dropped += event.dropped ?? 0;
    if (written + dropped === 1_000) resolve();
  });
  for (let n = 0; n < 1_000; n++) log.info("flood");
  await within(promise, "the rest");
  assert(dropped > 0);
});
