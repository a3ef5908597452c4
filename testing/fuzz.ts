/**
 * Bad input by machine: strings, JSON and frames that a careless or hostile client could send.
 *
 * All of it comes from one source of chance, so that a seed repeats a run. `HUBBUB_SEED` sets it;
 * without it the runs are always the same.
 */

import { LIMITS } from "../config/limits.ts";
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { type Random, seeded } from "./random.ts";
import { allowed, frameOf } from "./support.ts";

/** What this run's chance comes from; tests have it in their names. */
export const SEED = Number((allowed && Deno.env.get("HUBBUB_SEED")) || 1) >>> 0;

/** A source of chance of this run, the same for the same salt. */
export const chance = (salt: number): Random => seeded(SEED * 31 + salt);

const encoder = new TextEncoder();

/** Between them the seams at which software breaks. */
const SNIPPETS = [
  ...[
    "",
    " ",
    "a",
    "hello",
    "größe",
    "日本語",
    "שלום",
    "👩‍👩‍👧",
    "e\u0301",
    "\u0301",
    "z\u0335\u0336".repeat(40),
  ],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "length"],
  ...[
    "\0",
    "\x07\x1b[31m",
    "\x7f\x85\x9f",
    "\r\n",
    "\n\n\n",
    "\t",
    "\u2028\u2029",
    "\ufeff",
    "\uffff",
  ],
  ...["\u202etxt.exe", "\u2066\u2067\u2068\u2069", "\u200f\u061c", "\u200b\u200d\ufe0f"],
  ...[
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "${7*7}",
    "%s%n%x",
    "{{7*7}}",
    "../../etc/passwd",
  ],
  ...["NaN", "-0", "1e999", "9007199254740993", "true", "null", "undefined", "\\", '"', "\\u0000"],
  ...["-- not sent: x", '{"type":"say"}', "data: x\n\nid: 9", "ann: hello", "x".repeat(500)],
];

/** A string of a few snippets. */
export function wildText(random: Random): string {
  let text = "";
  for (let parts = random.int(4); parts >= 0; parts--) text += random.pick(SNIPPETS);
  return text;
}

/** A value of any type, as JSON. */
function wildValue(random: Random): string {
  return random.pick<() => string>([
    () => JSON.stringify(wildText(random)),
    () =>
      random.pick(["0", "-1", "1e999", "-1e-999", "9007199254740993", "1.5", "-0", "01", "0x1"]),
    () =>
      random.pick(["null", "true", "false", "undefined", "NaN", "{}", "[]", "[[]]", '"', "'a'"]),
    () => random.pick(['"\\ud800"', '"\\udc00\\ud800"', '"a\\ud83d"', '"\\u0000"', '"\\x"']),
    () => `[${Array(random.int(5)).fill(JSON.stringify(wildText(random)))}]`,
    () => `{${JSON.stringify(random.pick(SNIPPETS))}:{"polluted":1}}`,
    () => deep(random),
  ])();
}

function deep(random: Random): string {
  const [open, close] = random.pick([["[", "]"], ['{"a":', "}"], ['{"__proto__":', "}"]]);
  const depth = 1 + random.int(600);
  return open.repeat(depth) + (random.chance(1, 2) ? "1" + close.repeat(depth) : "");
}

/** A JSON command: now and then a good one, mostly one with something wrong. */
export function wildCommand(random: Random): string {
  const type = random.pick([
    "say",
    "say",
    "say",
    "typing",
    "name",
    "shout",
    ...["enter", "exit", "read", "mute", "star"],
    "__proto__",
    "toString",
  ]);
  const fields = [`"type":${random.chance(1, 10) ? wildValue(random) : JSON.stringify(type)}`];
  for (const key of ["text", "name", "id", "since", "from", "seq"]) {
    if (random.chance(2, 3)) continue;
    const value = random.chance(1, 2) ? JSON.stringify(wildText(random)) : wildValue(random);
    fields.push(`"${key}":${value}`);
  }
  // Commands on the connection for all rooms have one.
  if (random.chance(1, 2)) fields.push(`"room":"${random.pick(["lobby", "LOBBY", "tea"])}"`);
  for (const key of ["room", "seq", "on", "at", "epoch", "replay"]) {
    if (random.chance(1, 8)) fields.push(`"${key}":${wildValue(random)}`);
  }
  if (type === "say") fields.push(`"text":${JSON.stringify(wildText(random))}`);
  if (random.chance(1, 6)) fields.push(`"__proto__":{"polluted":1}`);
  if (random.chance(1, 6)) fields.push(`"constructor":{"prototype":{"polluted":1}}`);
  return `{${fields}}`;
}

function wildFrameText(random: Random): string {
  return random.pick<() => string>([
    () => wildCommand(random),
    () => wildCommand(random),
    () => wildText(random),
    () => wildValue(random),
    () =>
      Array.from({ length: 5 }, () => wildCommand(random)).join(
        random.pick(["\n", "\r\n", "\n\n"]),
      ),
    () => random.pick(["\n", "1\n", "{}\n"]).repeat(random.int(40)),
    () => wildText(random).repeat(8),
  ])();
}

/** Bytes that are no UTF-8: cut short, too long, surrogates, past the end of Unicode. */
export const BAD_UTF8 = [
  [0xff],
  [0x80],
  [0xc0, 0x80],
  [0xc3],
  [0xe0, 0x80, 0x80],
  [0xe6, 0x97],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xf0, 0x9f, 0x98],
  [0xf4, 0x90, 0x80, 0x80],
];

/** These bytes one after the other. */
export function join(...parts: (Uint8Array | number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
}

function badText(random: Random): Uint8Array {
  // An opening of ASCII, so that what follows does not complete it by chance.
  return join(encoder.encode(wildText(random) + '{"a'), random.pick(BAD_UTF8), encoder.encode('"'));
}

/** Frames that belong together. */
export interface Volley {
  /** What is wrong with it, for the message of a failure. */
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly frames: number;
}

/** The largest frame that the fuzzed server takes, in bytes. */
export const MOST: number = LIMITS.frameBytes;

function pieces(random: Random, payload: Uint8Array, first: number): Volley {
  const frames: Uint8Array[] = [];
  let opcode = first;
  for (let at = 0; at < payload.length;) {
    const size = 1 + random.int(payload.length);
    frames.push(frameOf(opcode, payload.subarray(at, at + size)));
    if (random.chance(1, 4)) frames.push(frameOf(0x89, "between"));
    opcode = 0;
    at += size;
  }
  frames.push(frameOf(opcode | 0x80, ""));
  return { what: "fragments", bytes: join(...frames), frames: frames.length };
}

const one = (what: string, bytes: Uint8Array): Volley => ({ what, bytes, frames: 1 });

/** Frames after which the connection must go on. */
export function harmless(random: Random): Volley {
  const text = encoder.encode(wildFrameText(random)).subarray(0, MOST);
  // What was cut inside a character is not well-formed any more.
  const payload = isUtf8(text) ? text : encoder.encode("cut");
  return random.pick<() => Volley>([
    () => one("text", frameOf(0x81, payload)),
    () => one("text", frameOf(0x81, payload)),
    () => one("text", frameOf(0x81, payload)),
    () => pieces(random, payload, 0x01),
    () => one("empty text", frameOf(0x81, "")),
    () => one("text of the greatest size", frameOf(0x81, "1\n".repeat(MOST / 2))),
    () => one("ping", frameOf(0x89, "p".repeat(random.int(126)))),
    () => one("pong nobody asked for", frameOf(0x8a, "p".repeat(random.int(126)))),
    () => one("length in more bytes than needed", join([0x81, 0xfe, 0, 2, 0, 0, 0, 0], [97, 98])),
  ])();
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Frames after which the connection must have ended. */
export function fatal(random: Random): Volley {
  const text = wildText(random) + "x";
  const reserved = random.pick([0x10, 0x20, 0x40, 0x70]);
  return random.pick<() => Volley>([
    () => one("invalid UTF-8", frameOf(0x81, badText(random))),
    () => ({ ...pieces(random, badText(random), 0x01), what: "invalid UTF-8 in fragments" }),
    () => one("reserved bit", frameOf(0x81 | reserved, text)),
    () => one("reserved opcode", frameOf(0x80 | random.pick([3, 4, 5, 6, 7, 11, 12, 15]), "")),
    () => one("binary", frameOf(0x82, text)),
    () => ({ ...pieces(random, encoder.encode(text), 0x02), what: "binary in fragments" }),
    () => one("one byte too large", frameOf(0x81, "x".repeat(MOST + 1))),
    () => one("too large", frameOf(0x81, "é".repeat(MOST * (1 + random.int(4))))),
    () => ({ ...pieces(random, new Uint8Array(MOST + 1), 0x01), what: "too large in fragments" }),
    () => one("64 MiB announced", join([0x81, 0xff, 0, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])),
    () => one("2^63 bytes announced", join([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])),
    () => one("ping too long", frameOf(0x89, "p".repeat(126))),
    () => one("ping in fragments", frameOf(0x09, "p")),
    () => one("close of one byte", frameOf(0x88, "x")),
    () =>
      one("close with a bad code", frameOf(0x88, Uint8Array.from(random.pick([[0, 0], [3, 237]])))),
    () => one("close with a bad reason", frameOf(0x88, join([3, 232], random.pick(BAD_UTF8)))),
    () => one("close", frameOf(0x88, random.pick(["", join([3, 232], encoder.encode("bye"))]))),
    () => one("continuation of nothing", frameOf(0x80, text)),
    () => ({
      what: "text inside a text",
      bytes: join(frameOf(0x01, "a"), frameOf(0x81, text)),
      frames: 2,
    }),
  ])();
}

/** Words of the log for what must never happen. */
const ALARMS =
  /^(?:request failed|writer failed|command failed|room failed|uncaught error|unhandled rejection|journal failed|listener died)/;

/** Fails if this log reports a failure, or if a prototype was changed. */
export function assertCalm(events: readonly string[]): void {
  assertEquals(events.filter((event) => ALARMS.test(event)), []);
  assertEquals(Object.keys(Object.prototype), []);
  assert(!("polluted" in {}), "the prototype of objects was changed");
}

/** What a JavaScript program prints when it fails, and must not send to a client. */
export const STACK = /\n\s+at |\.ts:\d+|file:\/\/|\b(?:Type|Range|Syntax|URI|Reference)Error\b/;
