/**
 * The log: one event a line on stderr, as text or JSON.
 *
 * An event has a name and fields. Message texts, emails and tokens are never fields. Under attack
 * a bounded number of lines a second is written; how many were not is told in one line when the
 * second is over.
 */

import { LIMITS } from "../config/limits.ts";

/** What belongs to an event; an error is told by its message. */
export type Fields = Record<string, unknown>;

/** Where events go. */
export interface Log {
  /** What is as it should be. */
  info(event: string, fields?: Fields): void;
  /** What somebody may want to look at. */
  warn(event: string, fields?: Fields): void;
  /** What went wrong on the server's side. */
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

/** Whoever read stderr may be gone: that must not end the chat. */
function toStderr(line: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(line));
  } catch {
    // There is nowhere to tell it.
  }
}

/**
 * A log that writes lines.
 *
 * @param format how a line looks
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
