/** The command line as a whole: how flags and variables work together, and what is refused. */

import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { configure, help, parseConfig, unknownVariables, UsageError } from "../../config/config.ts";
import { LIMITS } from "../../config/limits.ts";
import { test } from "../../testing/support.ts";
import { file, parse, refused, ROWS, SWITCHES } from "./rows.ts";

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
  for (const flag of Object.keys(ROWS).filter((flag) => !SWITCHES.has(flag))) {
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

test("parseConfig: refuses flags of an issuer that do not go together", () => {
  const [issuer, client, url] = [
    ["--oidc-issuer", "https://id.example.org"],
    ["--oidc-client", "hubbub"],
    ["--url", "https://chat.example.org"],
  ];
  assertStringIncludes(refused([...issuer, ...url]), "--oidc-client");
  assertStringIncludes(refused([...client, ...url]), "--oidc-issuer");
  assertStringIncludes(refused([...issuer, ...client]), "--url");
  assertStringIncludes(refused(["--oidc-join"]), "--oidc-issuer");
  assertStringIncludes(refused(["--oidc-secret-file", file]), "--oidc-issuer");
  const all = [...issuer, ...client, ...url];
  assertStringIncludes(refused([...all, "--access", "open"]), "--access invite");
  assertStringIncludes(refused(all, { CHAT_AUTH_SECRET: "s".repeat(32) }), "--access invite");
  const secret = Deno.readTextFileSync(file).trim();
  assertEquals(parse([...all, "--oidc-secret-file", file]).oidcSecret, secret);
  assertEquals(parse(all).oidcSecret, "");
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
