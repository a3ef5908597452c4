/** `talk` as a program at pipes: no line is lost without a word. */

import { assertEquals, assertMatch } from "@std/assert";
import { Peer, run, serveChat, test, within } from "../../testing/support.ts";

const ROOT = new URL("../..", import.meta.url);
const PROGRAM = ["run", "--no-prompt", "--allow-net", "--allow-env=CHAT_TOKEN", "cli/talk.ts"];
/** Nobody listens there. */
const NOBODY = (() => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
})();

function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...PROGRAM, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs `talk` with this on stdin to its end. */
async function atPipe(input: string, ...args: string[]) {
  const child = start(...args);
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(input)).then(() => writer.close());
  const { code, stdout, stderr } = await within(child.output(), "the end of talk");
  await written.catch(() => {});
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

test("talk: says each line, in order and once, prints plain lines and exits with 0", async () => {
  // Fewer at once than lines, so that it must wait when it is told to.
  await using house = await serveChat("--rate", "1", "--burst", "8");
  await using ben = await Peer.join(house.host, "/rooms/tea?name=ben");
  ben.say("\u001b[2Jhello\nthere");
  await ben.next("message");
  const sent = Array.from({ length: 10 }, (_, n) => `line ${n}`);
  const url = `http://${house.host}/rooms/tea`;
  const { code, stdout } = await atPipe(sent.join("\n") + "\n\n", url, "--name", "ann");
  assertEquals(code, 0);
  assertEquals(stdout.split("\n"), [
    "ben: [2Jhello there",
    ...sent.map((text) => `ann: ${text}`),
    "",
  ]);
  await ben.until(() => ben.all("message").length === 11, "all of it");
  assertEquals(ben.all("message").slice(1).map(({ text }) => text), sent);
});

test("talk: says the other lines if one is refused, names that one, and exits with 1", async () => {
  await using house = await serveChat("--max-message", "40");
  // The first is refused, the second ends the connection.
  const [long, tooLong] = ["x".repeat(41), "y".repeat(70_000)];
  const input = ["one", long, tooLong, "two", ""].join("\n");
  const { code, stdout, stderr } = await atPipe(input, house.host, "--name", "ann");
  assertEquals([code, stdout], [1, "ann: one\nann: two\n"]);
  assertMatch(stderr, /^-- not sent: .*40 bytes.*: x{41}$/m);
  assertMatch(stderr, /^-- not sent: the message is too large: y{200}/m);
});

test("talk: exits with 1 and says why if the server cannot be reached, whatever is on stdin", async () => {
  const empty = await atPipe("", NOBODY);
  assertEquals(empty.code, 1);
  assertMatch(empty.stderr, /^hubbub: there is no connection: .*refused/m);
  const { code, stderr } = await atPipe("hello\n", NOBODY);
  assertEquals(code, 1);
  assertMatch(stderr, /^-- not sent: (?:hello|the rest of the input)$/m);
});

test("talk: explains a token that is refused, and exits with 1", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "a secret of some length, for the tests");
  await using house = await serveChat("--auth-secret-file", file);
  const { code, stderr } = await atPipe("hello\n", house.host, "--token", "no");
  assertEquals(code, 1);
  assertMatch(stderr, /^hubbub: the server refused the connection: .*token.* \(401\)$/m);
  assertMatch(stderr, /^-- not sent: (?:hello|the rest of the input)$/m);
  await Deno.remove(file);
});

test("talk: exits with 2 and one line for words that it does not know", async () => {
  for (const words of [[], ["http://"], ["localhost", "--colour"], ["a", "b"]]) {
    const { code, stderr } = await run(["talk", ...words]);
    assertEquals(code, 2, stderr);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
  }
});

test("talk: says in one line that nobody reads its output any more", async () => {
  await using house = await serveChat();
  const child = start(house.host, "--name", "ann");
  const writer = child.stdin.getWriter();
  const say = (text: string) => writer.write(new TextEncoder().encode(`${text}\n`));
  await say("one");
  const output = child.stdout.getReader();
  const { value } = await within(output.read(), "the first line");
  assertEquals(new TextDecoder().decode(value), "ann: one\n");
  await output.cancel();
  await say("two");
  const stderr = await within(new Response(child.stderr).text(), "the end");
  assertEquals((await child.status).code, 1);
  await writer.close().catch(() => {});
  assertMatch(stderr, /^hubbub: nobody reads the output any more$/m);
  assertEquals(/\bat .*:\d+/.test(stderr), false, stderr);
});
