/** `deno serve main.ts`: Deno listens, the program answers. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { importMap, Peer, test, within } from "../testing/support.ts";

function denoServe(...flags: string[]): Deno.ChildProcess {
  const rights = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env=CHAT_*"];
  const listener = ["--host", "127.0.0.1", "--port", "0"];
  return new Deno.Command(Deno.execPath(), {
    args: ["serve", ...rights, ...listener, ...importMap(), "main.ts", ...flags],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

test("main: under deno serve, serves the chat, and ends with 0 on SIGTERM", async () => {
  const process = denoServe("--db", ":memory:");
  let stderr = "";
  for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
    const host = /Listening on http:\/\/(\S+)\//.exec(stderr += text)?.[1];
    if (!host) continue;
    await using ann = await Peer.join(host, "/rooms/lobby");
    ann.say("hi");
    assertEquals((await ann.next("message")).text, "hi");
    const page = await (await fetch(`http://${host}/`)).text();
    const script = await fetch(`http://${host}${/src="([^"]+)"/.exec(page)?.[1]}`);
    assertStringIncludes(await script.text(), "Look around first");
    process.kill("SIGTERM");
    await ann.closed;
    break;
  }
  assertEquals((await within(process.status, "the end")).code, 0, stderr);
});

test("main: under deno serve, refuses a bad flag and opens nothing", async () => {
  const folder = await Deno.makeTempDir();
  const process = denoServe("--db", `${folder}/chat.db`, "--replay", "many");
  const { code, stderr } = await within(process.output(), "the end");
  assertEquals(code, 2);
  assertStringIncludes(new TextDecoder().decode(stderr), "--replay");
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});
