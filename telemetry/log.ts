/**
 * The log: one event in each line on stderr, as text or JSON.
 *
 * An event has a name and fields. Message texts, emails and tokens are never fields. The number of lines
 * a second is limited; the others are counted, and reported in one line when the second is over.
 */

import { LIMITS } from "../config/limits.ts";

/** The fields of an event; an error is written as its message. */
export type Fields = Record<string, unknown>;

/** Where events go. */
export interface Log {
  /** Something normal. */
  info(event: string, fields?: Fields): void;
  /** Something that somebody may want to look at. */
  warn(event: string, fields?: Fields): void;
  /** Something that went wrong in the server. */
  error(event: string, fields?: Fields): void;
}

type Level = keyof Log;

const encoder = new TextEncoder();

function plain(value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}

function textLine(at: string, level: Level, event: string, fields: Fields): string {
  const pairs = Object.entries(fields).map(([key, value]) => {
    const word = String(plain(value));
    return ` ${key}=${/^[\w.:/+-]+$/.test(word) ? word : JSON.stringify(word)}`;
  });
  return `${at} ${level} ${event}${pairs.join("")}`;
}

function jsonLine(at: string, level: Level, event: string, fields: Fields): string {
  return JSON.stringify({ at, level, event, ...fields }, (_key, value) => plain(value));
}

/** The reader of stderr may have gone, which must not end the chat. */
function toStderr(line: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(line));
  } catch {
    // There is nowhere to report it.
  }
}

/**
 * A log that writes lines.
 *
 * @param format the form of a line
 * @param write takes each line with its newline; stderr if not given
 */
export function createLog(
  format: "text" | "json",
  write: (line: string) => void = toStderr,
): Log {
  const render = format === "json" ? jsonLine : textLine;
  let second = 0;
  let lines = 0;
  let over: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    const dropped = lines - LIMITS.logLines;
    lines = 0;
    clearTimeout(over);
    if (dropped <= 0) return;
    const at = new Date().toISOString();
    write(render(at, "warn", "log lines dropped", { dropped }) + "\n");
  };
  const put = (level: Level, event: string, fields: Fields = {}) => {
    const now = new Date();
    const current = Math.floor(now.getTime() / 1000);
    if (current !== second) begin();
    second = current;
    if (++lines <= LIMITS.logLines) {
      write(render(now.toISOString(), level, event, fields) + "\n");
    } else if (lines === LIMITS.logLines + 1) {
      over = setTimeout(begin, 1000 - now.getTime() % 1000);
      Deno.unrefTimer(over);
    }
  };
  return {
    info: (event, fields) => put("info", event, fields),
    warn: (event, fields) => put("warn", event, fields),
    error: (event, fields) => put("error", event, fields),
  };
}
