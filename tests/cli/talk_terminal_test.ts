/** `talk` at a terminal of its own. */

import { assertEquals, assertMatch } from "@std/assert";
import { hasScript, Screen } from "../../testing/screen.ts";
import { Peer, serveChat, type Server, startServer } from "../../testing/support.ts";

const ROOT = new URL("../..", import.meta.url);

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasScript, fn });
}

function open(host: string): Screen {
  const deno = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-env=CHAT_TOKEN"];
  return new Screen([...deno, "cli/talk.ts", host, "--name", "ann"], ROOT);
}

test("talk: keeps the typed line whole while messages come in", async () => {
  await using house = await serveChat();
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  await using screen = open(house.host);
  await screen.until(/in lobby as ann, 2 here/);
  await screen.type("half a line");
  await screen.until(/> half a line/);
  await ben.next("typing");
  const before = screen.text.length;
  ben.say("something");
  await screen.until(/> half a line/, before);
  const shown = screen.text.slice(before);
  // deno-lint-ignore no-control-regex -- the line is wiped, the message printed, the line drawn again
  assertMatch(shown, /^\r\x1b\[J.*ben.*: something\r+\n\r\x1b\[J> half a line/);
  await screen.type(", whole\r");
  await ben.next("message");
  assertEquals((await ben.next("message")).text, "half a line, whole");
  await screen.type("/name anna\r/quit\r");
  assertEquals((await ben.next("renamed")).name, "anna");
  assertEquals(await screen.end(), 0);
});

test("talk: says what was typed while the server was away, once, and misses nothing", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let server: Server = await startServer(...db);
  const { host } = server;
  await using screen = open(host);
  try {
    await screen.until(/in lobby as ann/);
    await screen.type("before\r");
    await screen.until(/ann.*: before/);
    await server.stop("SIGKILL");
    await screen.until(/there is no connection.*trying again/);
    await screen.type("during\r");
    await screen.until(/\(offline, 1 unsent\)/);
    server = await startServer(...db, "--addr", host);
    await screen.until(/back in lobby/);
    await screen.until(/ann.*: during/);
    await using ben = await Peer.join(host, "/rooms/lobby?name=ben&replay=10");
    ben.say("after");
    await screen.until(/ben.*: after/);
    await ben.until(() => ben.all("message").length === 3, "three messages");
    assertEquals(ben.all("message").map(({ text }) => text), ["before", "during", "after"]);
    assertEquals(screen.text.match(/: (?:before|during|after)\r/g)?.length, 3);
    await screen.type("\x04");
    assertEquals(await screen.end(), 0);
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

test("talk: prints what it could not send before it was told to quit, and exits with 1", async () => {
  const server = await startServer();
  await using screen = open(server.host);
  await screen.until(/in lobby as ann/);
  await server.stop("SIGKILL");
  await screen.until(/there is no connection/);
  await screen.type("never sent\r");
  await screen.until(/\(offline, 1 unsent\)/);
  await screen.type("/quit\r");
  assertEquals(await screen.end(), 1);
  assertMatch(screen.text, /1 of your messages were not sent:\r*\nnever sent\r/);
});

test("talk: says every line of a paste that is longer than the server takes at once", async () => {
  await using house = await serveChat("--rate", "100", "--burst", "50");
  await using screen = open(house.host);
  await screen.until(/in lobby as ann/);
  const lines = Array.from({ length: 300 }, (_, n) => `pasted ${n}`);
  await screen.type(lines.join("\r") + "\r/quit\r");
  assertEquals(await screen.end(), 0);
  const url = `http://${house.host}/rooms/lobby/messages?limit=200`;
  const newest = (await (await fetch(url)).json()).messages;
  const older = (await (await fetch(`${url}&before=${newest[0].seq}`)).json()).messages;
  assertEquals([...older, ...newest].map(({ text }: { text: string }) => text), lines);
});

test("talk: gives the terminal back as it was, whatever ends it", async () => {
  for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130], ["SIGHUP", 129]] as const) {
    await using house = await serveChat();
    await using screen = open(house.host);
    await screen.until(/in lobby as ann/);
    screen.signal(signal);
    assertEquals(await screen.end(), code);
    assertMatch(screen.text, /\n.*[^-]icanon.*[^-]echo\b/s);
  }
});

test("talk: draws its line again when the terminal's width changes", async () => {
  await using house = await serveChat();
  await using screen = open(house.host);
  await screen.until(/in lobby as ann/);
  await screen.type("0123456789".repeat(3));
  await screen.until(/0123456789$/);
  const before = screen.text.length;
  await screen.resize(20);
  await screen.until(/> 3456789012345678 ?9?/, before);
  await screen.type("\x03");
  assertEquals(await screen.end(), 0);
});
