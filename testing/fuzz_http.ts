/**
 * Bad requests by machine: bytes that a careless or hostile client could send instead of HTTP.
 */

import type { Random } from "./random.ts";
import { BAD_UTF8, join, wildCommand, wildText } from "./fuzz.ts";

/** A request as bytes. */
export interface Wild {
  readonly bytes: Uint8Array;
  /** Nothing more is sent behind it, and the connection is half closed: for what may never be complete. */
  readonly cut: boolean;
}

const encoder = new TextEncoder();

const METHODS = ["GET", "GET", "GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE"];
const ODD_METHODS = [
  "OPTIONS",
  "PATCH",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
  "X".repeat(300),
  "G=T",
];

const PATHS = [
  ...["/", "/ws", "/chat", "/chat?email=a@b.c", "/rooms", "/healthz", "/readyz", "/metrics"],
  ...["/index.html", "/main.js", "/favicon.ico", "/rooms/lobby", "/rooms/lobby/messages"],
  ...["/rooms/lobby/messages", "/rooms/lobby/messages", "/rooms/lobby/events", "/rooms//messages"],
  ...[
    "/../../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/main.ts",
    "/....//main.ts",
  ],
  ...["/..\\..\\main.ts", "/%5c..%5cmain.ts", "/static/../../main.ts", "/%c0%ae%c0%ae/main.ts"],
  ...[
    "/.git/config",
    "/%00",
    "/index.html%00.png",
    "/index.html/",
    "/index.html/x",
    "/index.html/..",
  ],
  ...["/%", "/%zz", "/%ff", "/rooms/%", "/rooms/%ed%a0%80", "/rooms/%2e%2e/messages", "/rooms/.."],
  ...["//", "//evil.example/", "///x", "/x//y", "/;a=b", "/?", "/#x", "/CON", "/a:b", "/~root"],
  ...[
    "*",
    "http://evil.example/",
    "http://[/",
    "evil.example:443",
    "",
    "?x",
    "rooms",
    "/rooms/__proto__",
  ],
  ...[
    `/${"x".repeat(255)}`,
    `/${"x".repeat(256)}`,
    `/${"y/".repeat(2_100)}`,
    `/${"z".repeat(70_000)}`,
  ],
  ...[`/rooms/${"a".repeat(65)}/messages`, "/rooms/constructor/messages", "/rooms/lobby/__proto__"],
];

const ENCODINGS: ((text: string) => string)[] = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => encodeURI(text.toWellFormed()),
  (text) => encodeURIComponent(encodeURIComponent(text.toWellFormed())),
  (text) => text.replace(/[\0\r\n]/g, ""),
  (text) => text.replace(/[^a-z]/g, (c) => `%${(c.charCodeAt(0) & 255).toString(16)}`),
];

function part(random: Random): string {
  return random.pick(ENCODINGS)(wildText(random));
}

function target(random: Random, method: string): string {
  if (method === "POST" && random.chance(2, 3)) return "/rooms/lobby/messages";
  let path = random.chance(1, 4)
    ? random.pick(["/rooms/", "/"]) + part(random)
    : random.pick(PATHS);
  if (random.chance(1, 8)) {
    path += random.pick(["/messages", "/events", "/..", "/%2e%2e", "\\", "%00"]);
  }
  const numbers = ["0", "-1", "1", "200", "201", "1e9", "9007199254740993", "NaN", "", "٣", "0x10"];
  for (let count = random.int(3); count > 0; count--) {
    const key = random.pick([
      "since",
      "before",
      "limit",
      "replay",
      "room",
      "name",
      "email",
      "token",
    ]);
    const number = random.chance(1, 2) ? random.pick(numbers) : part(random);
    path += `${path.includes("?") ? "&" : "?"}${
      random.chance(1, 9) ? part(random) : key
    }=${number}`;
  }
  return path;
}

const HEADERS: Record<string, string[]> = {
  "Origin": ["null", "", "http://evil.example", "://", "http://[", "*", "x".repeat(5_000)],
  "Authorization": [
    "Bearer ",
    "Bearer a.b.c",
    "Basic eDp5",
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    "é",
  ],
  "Cookie": ["chat_token=a.b.c", "chat_token=", ";;;=;", "a=b; __proto__=x", "chat_token=%00"],
  "X-Forwarded-For": ["", "1.2.3.4", ", ,,", "::1, x", "x".repeat(5_000), "__proto__", "é\u00ff"],
  "Range": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=0-0,5-9", "lines=1", "bytes=99999999999-"],
  "If-None-Match": ["*", '""', 'W/"', "x".repeat(500)],
  "If-Modified-Since": ["", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "9".repeat(60)],
  "Last-Event-ID": ["0", "-1", "x", "1e999", "9007199254740993", "\u00ff"],
  "Accept-Encoding": ["gzip", "br;q=9", "*", "\u00e9"],
  "Expect": ["100-continue", "101", "x"],
  "Content-Type": [
    "application/json",
    "text/plain",
    "text/plain; charset=utf-16",
    "/",
    ";",
    "a/b/c",
  ],
  "Upgrade": ["websocket", "WebSocket, h2c", "h2c", ""],
  "Connection": ["keep-alive", "upgrade", "close, x", ","],
  "Sec-WebSocket-Key": ["", "x", "MDEyMzQ1Njc4OWFiY2RlZg==", "\u00ff"],
  "Sec-WebSocket-Version": ["13", "8", "", "13, 8"],
  "Sec-WebSocket-Protocol": ["chat", "a, b", ",", "\u00e9"],
};

/** Lines that the listener refuses by itself, so that they come seldom. */
const POISON = [
  ...["Transfer-Encoding: identity", "Transfer-Encoding: gzip", "Content-Length: -1"],
  ...["Content-Length: 0x10", "Content-Length: 18446744073709551616", "Bad Name: x", ": x"],
  ...[
    "X: a\r\n folded",
    "X: \0",
    "X: a\rb",
    `X: ${"y".repeat(70_000)}`,
    `X: y${"\r\nX: y".repeat(130)}`,
  ],
];

function headers(random: Random): string {
  let lines = random.chance(1, 20) ? `${random.pick(POISON)}\r\n` : "";
  for (let count = random.int(4); count > 0; count--) {
    const name = random.pick(Object.keys(HEADERS));
    lines += `${name}: ${random.pick(HEADERS[name])}\r\n`;
  }
  return lines;
}

function body(random: Random): Uint8Array {
  return random.pick<() => Uint8Array>([
    () => encoder.encode(wildCommand(random)),
    () => encoder.encode(wildCommand(random)),
    () => encoder.encode(wildText(random)),
    () => join(encoder.encode('{"text":"x'), random.pick(BAD_UTF8), encoder.encode('"}')),
    () => encoder.encode(`{"text":"${"x".repeat(random.pick([1023, 1025, 4096, 9_000]))}"}`),
    () => new Uint8Array(random.int(50)),
  ])();
}

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** What a browser sends to open a socket. */
const UPGRADE = ["Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"];
const GOOD = ["websocket", "Upgrade", "MDEyMzQ1Njc4OWFiY2RlZg==", "13"];

function upgrade(random: Random): string {
  const wrong = random.int(6);
  return UPGRADE.map((name, index) => {
    const value = index === wrong ? random.pick(HEADERS[name]) : GOOD[index];
    return index === wrong && random.chance(1, 3) ? "" : `${name}: ${value}\r\n`;
  }).join("");
}

/** A request, with something wrong in any of its parts. */
export function wildRequest(random: Random, host: string): Wild {
  const method = random.chance(1, 8) ? random.pick(ODD_METHODS) : random.pick(METHODS);
  const where = random.chance(1, 30)
    ? random.pick(["", "Host:\r\n", "Host: a b\r\n", "Host: [\r\n", "Host: x\r\nHost: y\r\n"])
    : `Host: ${host}\r\n`;
  const version = random.chance(1, 20) ? random.pick(["1.0", "2.0", "9.9", "x", ""]) : "1.1";
  const first = encoder.encode(`${method} ${target(random, method)} HTTP/${version}\r\n`);
  // Headers are bytes: what stands above 127 there is no UTF-8.
  const rest = where + headers(random);
  if (random.chance(1, 8)) {
    const socket = random.pick(["/ws", "/chat?email=a@b.c", "/rooms/lobby", "/rooms/x"]);
    const line = random.chance(1, 2) ? first : encoder.encode(`GET ${socket} HTTP/1.1\r\n`);
    return { bytes: join(line, latin1(`${rest}${upgrade(random)}\r\n`)), cut: false };
  }
  const closing = random.chance(2, 3) ? "Connection: close\r\n" : "";
  if (method !== "POST" && !random.chance(1, 12)) {
    return broken(random, join(first, latin1(`${rest}${closing}\r\n`)));
  }
  const content = body(random);
  const type = random.chance(1, 9) ? "" : random.pick(["application/json", "text/plain"]);
  const typed = `${rest}${closing}${type && `Content-Type: ${type}\r\n`}`;
  if (random.chance(1, 4)) {
    const size = random.chance(1, 4) ? "zz" : content.length.toString(16);
    const head = latin1(`${typed}Transfer-Encoding: chunked\r\n\r\n${size}\r\n`);
    return broken(random, join(first, head, content, latin1("\r\n0\r\n\r\n")));
  }
  const missing = random.chance(1, 6) ? random.int(9) : 0;
  const head = latin1(`${typed}Content-Length: ${content.length + missing}\r\n\r\n`);
  return broken(random, join(first, head, content), missing > 0);
}

/** Now and then a byte is another, or the end is missing. */
function broken(random: Random, bytes: Uint8Array, cut = false): Wild {
  if (random.chance(1, 12)) return { bytes: bytes.slice(0, random.int(bytes.length)), cut: true };
  if (!random.chance(1, 12)) return { bytes, cut };
  bytes[random.int(bytes.length)] = random.int(256);
  return { bytes, cut: true };
}
