import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type Config,
  configure,
  help,
  parseConfig,
  unknownVariables,
  UsageError,
} from "../../config/config.ts";
import { LIMITS } from "../../config/limits.ts";
import { test } from "../../testing/support.ts";

function parse(args: string[], env: Record<string, string> = {}): Config {
  const order = parseConfig(args, (name) => env[name]);
  if (!("serve" in order)) throw new Error("this does not serve");
  return order.serve;
}

function refused(args: string[], env: Record<string, string> = {}): string {
  const { message } = assertThrows(() => parse(args, env), UsageError);
  assertFalse(message.includes("\n"), message);
  return message;
}

interface Row {
  key: keyof Config;
  initial: unknown;
  good: Record<string, unknown>;
  bad: string[];
}

const path = import.meta.dirname!;
/** Any file that can be read will do for a secret or a certificate. */
const file = import.meta.filename!;
const whole = (least: number, most: number) => ({
  good: { [least]: least, [most]: most },
  bad: [String(least - 1), String(most + 1), "x", "1.5", "1e3", "0x10", " 20", "+20", "NaN"],
});

/** Flags whose values are checked after all flags are known, and then reported by their flags. */
const FILES = { assets: 1, search: 1, "auth-secret-file": 1 };

const ROWS: Record<string, Row> = {
  addr: {
    key: "addr",
    initial: { host: "", port: 8080 },
    good: {
      ":0": { host: "", port: 0 },
      "127.0.0.1:65535": { host: "127.0.0.1", port: 65535 },
      "localhost:80": { host: "localhost", port: 80 },
      "[::1]:8080": { host: "::1", port: 8080 },
    },
    bad: [
      ":65536",
      "8080",
      "localhost",
      "::1:8080",
      "a b:80",
      "http://x:80",
      ":http",
      "x:80/",
      "999.1.1.1:80",
    ],
  },
  url: {
    key: "url",
    initial: [],
    good: {
      "https://chat.example.org": ["https://chat.example.org"],
      "http://Chat.example:8080/team/": ["http://chat.example:8080/team"],
      "https://chat.example:443/": ["https://chat.example"],
      "http://[::1]:80": ["http://[::1]"],
    },
    bad: [
      "chat.example",
      "ftp://x",
      "https://",
      "https://u@x",
      "https://x/?q",
      "https://x/#h",
      "*",
    ],
  },
  name: {
    key: "name",
    initial: "Hubbub",
    good: { "Tea room": "Tea room", " 東京 ": "東京", [`${"x".repeat(64)}`]: "x".repeat(64) },
    bad: [" ", "x".repeat(65)],
  },
  plain: {
    key: "plain",
    initial: "joined",
    good: { joined: "joined", single: "single" },
    bad: ["both", "Single"],
  },
  proxy: {
    key: "proxy",
    initial: [],
    good: {
      "203.0.113.0/24": ["203.0.113.0/24"],
      "2001:db8::/32": ["2001:db8::/32"],
      "::1": ["::1"],
    },
    bad: ["10.0.0.0/33", "10.0.0/8", "::/129", "localhost", "10.0.0.1:80"],
  },
  assets: { key: "assets", initial: "", good: { [path]: path }, bad: ["/no/such/folder"] },
  search: {
    key: "search",
    initial: "",
    good: { [path]: path, off: "off" },
    bad: ["/no/such/folder", file],
  },
  db: {
    key: "db",
    initial: "chat.db",
    good: { ":memory:": ":memory:", "/tmp/a b.db": "/tmp/a b.db" },
    bad: [
      "postgres://localhost",
      "http://x",
      "redis:127.0.0.1",
      "redis+sentinel://127.0.0.1/0",
      "rediss:/x",
      "redis:",
    ],
  },
  sync: {
    key: "sync",
    initial: "normal",
    good: { normal: "normal", full: "full" },
    bad: ["off", "FULL"],
  },
  keep: { key: "keep", initial: 100_000, ...whole(0, 1e9) },
  replay: { key: "replay", initial: 50, ...whole(0, LIMITS.replay) },
  tail: { key: "tail", initial: 1_024, ...whole(1, 1e6) },
  stall: { key: "stall", initial: 30, ...whole(1, 3_600) },
  origin: {
    key: "origin",
    initial: [],
    good: { "*": ["*"], "https://a.example": ["https://a.example"] },
    bad: ["a.example", "null", "file:///x"],
  },
  "auth-secret-file": {
    key: "authSecretFile",
    initial: "",
    good: { [file]: file },
    bad: ["/no/such/file"],
  },
  "max-message": { key: "maxMessage", initial: 4_096, ...whole(1, 1_048_576) },
  rate: { key: "rate", initial: 20, ...whole(0, 1e6) },
  burst: { key: "burst", initial: 200, ...whole(0, 1e6) },
  "max-clients": {
    key: "maxClients",
    initial: 10_000,
    good: { "0": LIMITS.clients, "1": 1, "1000000": 1e6 },
    bad: whole(0, 1e6).bad,
  },
  "max-clients-per-ip": { key: "maxClientsPerIp", initial: 1_000, ...whole(0, 1e6) },
  "trust-proxy": {
    key: "trustProxy",
    initial: false,
    good: { true: true, "1": true, on: true, false: false, "0": false, off: false },
    bad: ["maybe", "yes!"],
  },
  log: { key: "log", initial: "text", good: { text: "text", json: "json" }, bad: ["xml"] },
};

for (const [flag, { key, initial, good, bad }] of Object.entries(ROWS)) {
  const variable = `CHAT_${flag.replaceAll("-", "_").toUpperCase()}`;

  test(`parseConfig: has --${flag}, its default and its variable`, () => {
    assertEquals(parse([])[key], initial);
    assertEquals(parse([], { [variable]: "" })[key], initial);
    for (const [word, value] of Object.entries(good)) {
      assertEquals(parse([`--${flag}=${word}`])[key], value, word);
      assertEquals(parse([], { [variable]: word })[key], value, word);
      if (flag !== "trust-proxy") assertEquals(parse([`--${flag}`, word])[key], value, word);
    }
  });

  test(`parseConfig: prefers --${flag} to its variable`, () => {
    const [word, value] = Object.entries(good)[0];
    for (const other of [...bad, ...Object.keys(good)]) {
      assertEquals(parse([`--${flag}=${word}`], { [variable]: other })[key], value, other);
    }
  });

  test(`parseConfig: refuses bad values of --${flag}, naming the source and the word`, () => {
    for (const word of bad) {
      const flagged = refused([`--${flag}=${word}`]);
      assertStringIncludes(flagged, `--${flag}`);
      assertStringIncludes(flagged, `"${word}"`);
      const inherited = refused([], { [variable]: word });
      assertStringIncludes(inherited, Object.hasOwn(FILES, flag) ? `--${flag}` : variable);
      assertStringIncludes(inherited, `"${word}"`);
    }
  });
}

test("parseConfig: gives the limits of a number that it refuses", () => {
  assertStringIncludes(refused(["--keep", "-1"]), "from 0 to 1000000000");
});

test("parseConfig: refuses a number, a store, an address and a file that are empty", () => {
  for (const flag of ["keep", "db", "addr", "log"]) refused([`--${flag}=`]);
});

test("parseConfig: accepts --trust-proxy without a value", () => {
  assertEquals(parse(["--trust-proxy", "--keep", "5"]).trustProxy, true);
});

test("parseConfig: accepts several origins, from the flag and from the variable", () => {
  const both = ["https://a.example", "http://b.example:81"];
  assertEquals(parse(["--origin", `${both[0]}/`, "--origin", both[1]]).origin, both);
  assertEquals(parse([], { CHAT_ORIGIN: both.join(", ") }).origin, both);
});

test("parseConfig: accepts the last of a flag that is given twice", () => {
  assertEquals(parse(["--keep", "1", "--keep", "2"]).keep, 2);
});

test("parseConfig: accepts --cert and --key together or not at all", () => {
  const { cert, key } = parse(["--cert", file], { CHAT_KEY: file });
  assertEquals([cert, key], [file, file]);
  assertStringIncludes(refused(["--cert", file]), "--key");
  assertStringIncludes(refused([], { CHAT_KEY: file }), "--cert");
  assertStringIncludes(refused(["--cert", "/no/such", "--key", file]), "--cert");
  assertStringIncludes(refused(["--cert", file, "--key", "/no/such"]), "--key");
});

test("parseConfig: accepts the secret from its file, else from CHAT_AUTH_SECRET, trimmed", () => {
  const secret = Deno.readTextFileSync(file).trim();
  assertEquals(parse([]).authSecret, "");
  const long = "s3cret".repeat(6);
  assertEquals(parse([], { CHAT_AUTH_SECRET: ` ${long}\n` }).authSecret, long);
  const both = parse(["--auth-secret-file", file], { CHAT_AUTH_SECRET: long });
  assertEquals(both.authSecret, secret);
});

test("parseConfig: refuses unknown flags and words that are not flags, by name", () => {
  const words = [
    "--colour",
    "-v",
    "--no-trust-proxy",
    "serve",
    "--",
    "--Keep=3",
    "--toString",
  ];
  for (const word of words) {
    assertStringIncludes(refused([word]), word.split("=")[0]);
  }
});

test("parseConfig: refuses a flag without its value", () => {
  for (const flag of Object.keys(ROWS).filter((flag) => flag !== "trust-proxy")) {
    assertStringIncludes(refused([`--${flag}`]), `--${flag}`);
  }
});

test("parseConfig: accepts no flag for the value of another", () => {
  for (const args of [["--db", "--trust-proxy"], ["--assets", "--help"], ["--db", "--keep=5"]]) {
    assertStringIncludes(refused(args), args[0]);
  }
});

test("parseConfig: prints help and version", () => {
  assertEquals(parseConfig(["--help"], () => ""), { print: "help" });
  assertEquals(parseConfig(["--version"], () => ""), { print: "version" });
  assertEquals(parseConfig(["--help"], () => "bad"), { print: "help" });
});

test("help: lists every flag with its default", () => {
  const lines = help().split("\n");
  for (const [flag, { initial }] of Object.entries(ROWS)) {
    const line = lines.find((line) => line.trim().startsWith(`--${flag} `));
    assert(line, flag);
    if (typeof initial === "number") assertStringIncludes(line, `(${initial})`);
  }
  for (const word of ["--cert", "--key", "--help", "--version", ":8080", "chat.db", "CHAT_"]) {
    assertStringIncludes(help(), word);
  }
  for (const line of lines) assert(line.length <= 120, line);
});

test("parseConfig: takes several public addresses and proxies, from the flag and the variable", () => {
  const urls = ["https://a.example/team", "http://b.example:81"];
  assertEquals(parse(["--url", `${urls[0]}/`, "--url", urls[1]]).url, urls);
  assertEquals(parse([], { CHAT_URL: urls.join(" ") }).url, urls);
  const proxies = ["203.0.113.0/24", "2001:db8::/32"];
  assertEquals(parse(["--proxy", proxies[0], "--proxy", proxies[1]]).proxy, proxies);
  assertEquals(parse([], { CHAT_PROXY: proxies.join(",") }).proxy, proxies);
});

test("parseConfig: refuses a secret that is shorter than 32 bytes, and does not repeat it", async () => {
  const secret = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-123";
  const inherited = refused([], { CHAT_AUTH_SECRET: secret });
  assertStringIncludes(inherited, "CHAT_AUTH_SECRET has 31 bytes");
  assertStringIncludes(inherited, "32");
  assertFalse(inherited.includes("s3cr3t"), inherited);
  assertEquals(parse([], { CHAT_AUTH_SECRET: "é".repeat(16) }).authSecret, "é".repeat(16));
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, `${secret}\n`);
  const filed = refused(["--auth-secret-file", file]);
  assertStringIncludes(filed, file);
  assertStringIncludes(filed, "31 bytes");
  assertFalse(filed.includes("s3cr3t"), filed);
  await Deno.writeTextFile(file, `${secret}4\n`);
  assertEquals(parse(["--auth-secret-file", file]).authSecret, `${secret}4`);
  await Deno.remove(file);
});

Deno.test("configure: refuses a secret that is shorter than 32 bytes", () => {
  assertThrows(() => configure({ authSecret: "short" }), UsageError, "32");
  assertEquals(configure({ authSecret: "x".repeat(32) }).authSecret, "x".repeat(32));
});

Deno.test("unknownVariables: finds those that begin like ours and are none", () => {
  const own = [...Object.keys(ROWS), "cert", "key"]
    .map((flag) => `CHAT_${flag.replaceAll("-", "_").toUpperCase()}`);
  const known = [...own, "CHAT_AUTH_SECRET", "CHAT_TOKEN", "PATH", "MY_CHAT_X", "chat_keep"];
  assertEquals(unknownVariables(known), []);
  const unknown = ["CHAT_MAX_CLIENT", "CHAT_", "CHAT_KEEP_", "CHAT_HELP"];
  assertEquals(unknownVariables([...known, ...unknown]), unknown);
});

test("parseConfig: takes -h for --help", () => {
  assertEquals(parseConfig(["-h"], () => ""), { print: "help" });
  assertEquals(parseConfig(["--keep", "5", "-h"], () => ""), { print: "help" });
});

test("parseConfig: no limit of clients is a large one, and --burst 0 is no limit of rates", () => {
  assertEquals(parse(["--max-clients", "0"]).maxClients, LIMITS.clients);
  assertEquals(parse(["--burst", "0"]).rate, 0);
  assertEquals(parse(["--burst", "1"]).rate, 20);
});
