/** The program from outside: what it prints, how it exits, how it stops. */

import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { LIMITS } from "../config/limits.ts";
import { connect as connectTcp } from "node:net";
import metadata from "../deno.json" with { type: "json" };
import { Child } from "../testing/child.ts";
import { hasScript, Screen } from "../testing/screen.ts";
import {
  allowed,
  Peer,
  RawPeer,
  run,
  type Server,
  serverCommand,
  startServer,
  test,
  within,
} from "../testing/support.ts";

const ROOT = new URL("..", import.meta.url);
const QUICK = ["--addr", "127.0.0.1:0", "--db", ":memory:"];

/** One line and no stack. */
function assertOneLine(text: string): void {
  assert(text.endsWith("\n") && text.trim() !== "", text);
  assertEquals(text.trim().split("\n").length, 1, text);
  assert(!/\n\s+at /.test(text), text);
}

test("main: prints the help and the version, and exits 0", async () => {
  const help = await run(["--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "--max-clients-per-ip");
  const version = await run(["--version"]);
  assertEquals([version.code, version.stderr], [0, ""]);
  assertOneLine(version.stdout);
  assertStringIncludes(version.stdout, metadata.version);
});

test("main: refuses an unknown flag and a bad value in one line, exits 2 and opens nothing", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  const program = new URL("main.ts", ROOT).pathname;
  const bad: [string[], Record<string, string>, RegExp][] = [
    [[...db, "--colour"], {}, /--colour/],
    [[...db, "serve"], {}, /"serve"/],
    [[...db, "--keep", "many"], {}, /--keep.*"many".*whole number from 0/],
    [[...db, "--addr", "nowhere"], {}, /--addr.*"nowhere".*HOST:PORT/],
    [[...db, "--assets", `${folder}/none`], {}, /--assets/],
    [[...db, "--cert", "/no/such/cert", "--key", "/no/such/key"], {}, /--cert.*"\/no\/such\/cert"/],
    [
      [...db, "--cert", program, "--key", program],
      {},
      /--cert and --key must be PEM and belong together/,
    ],
    [[...db, "--auth-secret-file", "/no/such/file"], {}, /--auth-secret-file.*"\/no\/such\/file"/],
    [db, { CHAT_MAX_CLIENTS: "-1" }, /CHAT_MAX_CLIENTS.*"-1"/],
  ];
  for (const [flags, env, why] of bad) {
    const { code, stdout, stderr } = await run(flags, env);
    assertEquals([code, stdout], [2, ""], stderr);
    assertOneLine(stderr);
    assertMatch(stderr, why);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});

test("main: reads the environment", async () => {
  const { code, stderr } = await run([], { CHAT_LOG: "xml", CHAT_DB: ":memory:" });
  assertEquals(code, 2);
  assertStringIncludes(stderr, "CHAT_LOG");
});

test("main: reports in one line that the port is taken or the address is not here, and exits 1", async () => {
  await using server = await startServer();
  const taken = await run(["--addr", server.host, "--db", ":memory:"]);
  const elsewhere = await run(["--addr", "192.0.2.1:8080", "--db", ":memory:"]);
  const nowhere = await run(["--addr", "nowhere.invalid:8080", "--db", ":memory:"]);
  for (const { code, stdout, stderr } of [taken, elsewhere, nowhere]) {
    assertEquals([code, stdout], [1, ""], stderr);
    assertOneLine(stderr);
    assertStringIncludes(stderr, "--addr");
  }
});

test("main: leaves no database behind when it cannot listen", async () => {
  await using server = await startServer();
  const folder = await Deno.makeTempDir();
  const { code } = await run(["--addr", server.host, "--db", `${folder}/chat.db`]);
  assertEquals([code, [...Deno.readDirSync(folder)]], [1, []]);
  await Deno.remove(folder);
});

/** Runs the program, does something to it once it listens, and answers with all that it said. */
async function session(fn: (host: string, process: Deno.ChildProcess) => Promise<void>) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...serverCommand(), ...QUICK],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(process.stderr).text();
  let stdout = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of process.stdout) {
      stdout += decoder.decode(chunk);
      const host = /Listening on http:\/\/(\S+)\/\n/.exec(stdout)?.[1];
      if (host) await fn(host, process);
    }
    const { code } = await within(process.status, "the end");
    return { code, stdout, stderr: await errors };
  } catch (error) {
    process.kill("SIGKILL");
    await errors;
    throw error;
  }
}

test("main: prints where it listens on stdout, and nothing else; the log goes to stderr", async () => {
  const { code, stdout, stderr } = await session(async (host, process) => {
    const peer = await Peer.join(host, "/ws");
    peer.send("hello");
    await peer.line();
    await peer[Symbol.asyncDispose]();
    process.kill("SIGTERM");
  });
  assertEquals(code, 0);
  assertMatch(stdout, /^Listening on http:\/\/127\.0\.0\.1:\d+\/\n$/);
  assertStringIncludes(stderr, " closed reason=left ");
  assertStringIncludes(stderr, "stopping");
  assert(!stderr.includes("hello"), "a message is in the log");
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`main: ends clients with 1001 on ${signal} and exits 0`, async () => {
    await using server = await startServer();
    const paths = ["/ws", "/rooms/lobby", "/chat?email=a@b.c"];
    const peers = await Promise.all(paths.map((path) => Peer.join(server.host, path)));
    const events = await fetch(`http://${server.host}/rooms/lobby/events`);
    assertEquals((await server.stop(signal)).code, 0);
    for (const peer of peers) {
      assertEquals(await peer.closed, { code: 1001, reason: "going away" });
    }
    await events.text();
  });
}

/** A client that has stopped reading, with much to read. */
async function stuffed(host: string): Promise<{ end(): Promise<void> }> {
  const [hostname, port] = host.split(":");
  const socket = connectTcp(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  await within(new Promise((resolve) => socket.once("data", resolve)), "the handshake");
  socket.pause();
  return {
    async end() {
      socket.destroy();
      await closed;
    },
  };
}

async function fill(server: Server, megabytes: number): Promise<void> {
  await using talker = await Peer.join(server.host, "/ws");
  const text = "x".repeat(4_000);
  for (let n = 0; n < megabytes * 250; n++) talker.send(text);
  await talker.until(() => talker.lines.length === megabytes * 250, "everything");
}

test("main: exits 0 though clients neither answer its close nor read at all", async () => {
  await using server = await startServer("--rate", "0");
  const deaf = await stuffed(server.host);
  using mute = await RawPeer.upgrade(server.host, "/rooms/quiet");
  await using well = await Peer.join(server.host, "/rooms/other");
  await fill(server, 8);
  // A server that waited for them would never end.
  assertEquals((await server.stop("SIGTERM")).code, 0);
  assertEquals((await well.closed).code, 1001);
  let last: number | undefined;
  for (let frame = await mute.next(); frame; frame = await mute.next()) last = frame.opcode;
  assertEquals(last, 8);
  await deaf.end();
});

/** Asks for something and never ends the request, so that a listener that waits, waits for ever. */
async function dawdle(host: string): Promise<RawPeer> {
  const raw = await RawPeer.connect(
    host,
    "/healthz",
    `\r\nPOST /rooms/lobby/messages HTTP/1.1\r\nHost: ${host}\r\n` +
      "Content-Type: text/plain\r\nContent-Length: 10\r\n",
  );
  await raw.head();
  return raw;
}

test("main: exits 0 though a request never ends", async () => {
  await using server = await startServer();
  using _dawdler = await dawdle(server.host);
  const began = performance.now();
  const { code } = await server.stop("SIGTERM");
  const took = performance.now() - began;
  assertEquals(code, 0);
  assert(took > 1_000, "nothing had to be waited for");
});

test("main: ends at once on a second signal", async () => {
  await using server = await startServer();
  using _dawdler = await dawdle(server.host);
  await using ann = await Peer.join(server.host, "/ws");
  const began = performance.now();
  Deno.kill(server.pid, "SIGTERM");
  await within(ann.closed, "the first signal to work");
  const { code } = await server.stop("SIGTERM");
  assertEquals(code, 0);
  // Without the second one it would wait this long for the request.
  assertLess(performance.now() - began, LIMITS.shutdownMs);
});

test("main: says how to make the first admin where there is none, and gives no link to a log", async () => {
  await using child = await Child.start(["--access", "invite"]);
  await child.until(() => child.log.some((line) => line.includes("no admin yet")), "the hint");
  const log = child.log.join("\n");
  assertStringIncludes(log, "access=invite");
  assertStringIncludes(log, "hubbub admin invite --role admin");
  assert(!log.includes("/join"), log);
});

Deno.test({
  name: "main: prints a link that makes the first admin, on a terminal",
  ignore: !allowed || !hasScript,
  async fn() {
    const command = [Deno.execPath(), ...serverCommand(), ...QUICK, "--access", "invite"];
    await using screen = new Screen(command, ROOT);
    await screen.until(/\/join#[\w-]{43}\s/);
    const [, host, token] = /http:\/\/(\S+)\/join#([\w-]{43})\s/.exec(screen.text)!;
    const response = await fetch(`http://${host}/join`, {
      method: "POST",
      body: JSON.stringify({ token, name: "Ann" }),
      headers: { "content-type": "application/json" },
    });
    assertEquals([response.status, (await response.json()).role], [201, "admin"]);
    screen.signal("SIGTERM");
    assertEquals(await screen.end(), 0);
  },
});
