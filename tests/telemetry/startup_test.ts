/** What the log says at the start. */

import { assertEquals, assertFalse, assertMatch } from "@std/assert";
import metadata from "../../deno.json" with { type: "json" };
import { reportStart } from "../../telemetry/startup.ts";
import { Child } from "../../testing/child.ts";
import { config, rememberingLog, test } from "../../testing/support.ts";
import { SECRET } from "../../testing/token_server.ts";

/** The events of a start with these flags, by name. */
function eventsOf(url: string | undefined, ...flags: string[]) {
  const log = rememberingLog();
  const settings = config(...flags);
  const access = settings.authSecret ? "token" : settings.access || "open";
  reportStart(settings, access, url === undefined ? undefined : new URL(url), log);
  return Object.fromEntries(log.events.map((event) => {
    const at = event.indexOf("{");
    return [event.slice(0, at - 1), JSON.parse(event.slice(at))];
  }));
}

test("reportStart: the first event has version, address, database and access", async () => {
  await using child = await Child.start([]);
  await child.until(() => child.log.length > 0, "the first event");
  const version = metadata.version.replaceAll(".", "\\.");
  assertMatch(
    child.log[0],
    new RegExp(
      `info started version=${version} address=http://${child.host}/ database=:memory: access=open$`,
    ),
  );
});

test("reportStart: reports the public address, and what is asked of visitors", () => {
  const { started } = eventsOf("http://127.0.0.1:8080/", "--url", "https://chat.example/team");
  assertEquals([started.address, started.access], ["https://chat.example/team", "open"]);
  const file = Deno.makeTempFileSync();
  Deno.writeTextFileSync(file, SECRET);
  assertEquals(
    eventsOf("http://127.0.0.1:8080/", "--auth-secret-file", file).started.access,
    "token",
  );
  Deno.removeSync(file);
  assertMatch(eventsOf(undefined).started.address, /deno serve/);
});

test("reportStart: never reports the password of a database", () => {
  const db = "rediss://user:secret@redis.example:6380/2";
  const { started } = eventsOf("http://127.0.0.1:8080/", "--db", db);
  assertEquals(started.database, "rediss://user@redis.example:6380/2");
});

test("reportStart: says whether other machines can reach it, at which address, and who may come in", () => {
  const reachable = "reachable from other machines";
  for (
    const [addr, url] of [["127.0.0.1:80", "http://127.0.0.1/"], ["[::1]:80", "http://[::1]/"], [
      "localhost:80",
      "http://localhost/",
    ]]
  ) {
    assertEquals(eventsOf(url, "--addr", addr)[reachable], undefined, addr);
  }
  const one = eventsOf("http://192.0.2.7:8080/", "--addr", "192.0.2.7:8080")[reachable];
  assertEquals(one, { address: "http://192.0.2.7:8080/", for: "anyone who can reach it" });
  const own = Deno.networkInterfaces().find(({ address, family }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  for (const addr of [":8080", "0.0.0.0:8080", "[::]:8080"]) {
    const any = eventsOf("http://127.0.0.1:8080/", "--addr", addr)[reachable];
    assertEquals(any?.address, own && `http://${own.address}:8080/`, addr);
  }
});

test("reportStart: warns of a variable that is none of ours", async () => {
  const env = { CHAT_MAX_CLIENT: "5", CHAT_MAX_CLIENTS: "5", CHAT_AUTH_SECRET: "", MY_CHAT_X: "1" };
  await using child = await Child.start([], { env });
  const warnings = () => child.log.filter((line) => line.includes("unknown variable"));
  await child.until(() => warnings().length > 0, "the warning");
  assertEquals(warnings().length, 1);
  assertMatch(warnings()[0], / warn unknown variable name=CHAT_MAX_CLIENT /);
});

test("reportStart: warns of fewer descriptors than clients", async () => {
  const warning = async (...flags: string[]) => {
    await using child = await Child.start(flags, { descriptors: 150 });
    // Whatever belongs to the start has been logged when it stops.
    await child.stop();
    return child.log.find((line) => line.includes("too few file descriptors"));
  };
  const found = await warning();
  assertMatch(found ?? "", / warn .* descriptors=\d+ maxClients=10000 /);
  const descriptors = Number(/descriptors=(\d+)/.exec(found!)![1]);
  assertFalse(descriptors < 50 || descriptors > 150, found);
  assertEquals(await warning("--max-clients", "20"), undefined);
});
