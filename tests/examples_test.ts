/** The examples run, and do what they say. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openChat, UsageError } from "../mod.ts";
import { importMap, Peer, rememberingLog, serveChat, test, within } from "../testing/support.ts";

const ROOT = new URL("..", import.meta.url);

/** Runs an example until its first line is there, then `use`, and ends it. */
async function withExample(
  name: string,
  args: string[],
  use: (line: string) => Promise<void>,
  { cwd, on = "stdout" }: { cwd?: string; on?: "stdout" | "stderr" } = {},
): Promise<void> {
  const script = new URL(`examples/${name}`, ROOT).href;
  const config = ["--config", decodeURIComponent(new URL("deno.json", ROOT).pathname)];
  const rights = ["--no-prompt", "--allow-net", "--allow-read", "--allow-write"];
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", ...rights, ...config, ...importMap(), script, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: on === "stdout" ? "piped" : "null",
    stderr: on === "stderr" ? "piped" : "null",
  }).spawn();
  const lines = process[on].pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value } = await within(lines.read(), `${name} to say something`);
    await use(value?.split("\n")[0] ?? "");
  } finally {
    await lines.cancel();
    process.kill("SIGKILL");
    await process.status;
  }
}

test("bot.ts: answers anyone who asks for the time", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=ann");
  await withExample("bot.ts", [`http://${server.host}`, "lobby"], async (line) => {
    assertMatch(line, /^I am \w+$/);
    ann.say("What time is it?");
    await ann.next("message");
    const { name, text } = await ann.next("message");
    assertEquals(name, "clock");
    assertMatch(text, /^ann, it is .*\d\d:\d\d:\d\d/);
  });
});

test("porter.ts: answers whoever mentions it, in any room", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/tea?name=ann");
  await using elsewhere = await Peer.join(server.host, "/rooms/elsewhere?name=ann");
  const args = [`http://${server.host}`, "porter".padEnd(32, "-"), "tea"];
  await withExample("porter.ts", args, async (line) => {
    const [, id] = /^I am (\w+)$/.exec(line)!;
    await ann.until(() => ann.all("presence").some(({ count }) => count === 2), "the porter");
    ann.say("@porter, where are the keys?");
    await ann.next("message");
    const { text, reply } = await ann.next("message");
    assertEquals([text, reply], ["ann, you said: where are the keys?", 1]);
    elsewhere.send({ type: "say", text: "and here?", to: [id] });
    await elsewhere.next("message");
    assertEquals((await elsewhere.next("message")).text, "ann, you said: and here?");
  });
});

test("watch_bot.ts: greets those who say hello once each, however often it is killed", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=ann");
  ann.say("hello before anybody watched");
  await ann.next("message");
  const cwd = await Deno.makeTempDir();
  const args = [`http://${server.host}`, "lobby", "position"];
  await withExample("watch_bot.ts", args, async (line) => {
    assertMatch(line, /^Watching after \S+$/);
    ann.say("hello, world");
    await ann.next("message");
    const { name, text } = await ann.next("message");
    assertEquals([name, text], ["greeter", "Hello, ann!"]);
  }, { cwd });
  ann.say("hello again");
  await ann.next("message");
  await withExample("watch_bot.ts", args, async () => {
    const { id, text } = await ann.next("message");
    assertEquals([id, text], ["greeting-4", "Hello, ann!"]);
  }, { cwd });
  assertEquals(ann.all("message").filter(({ name }) => name === "greeter").length, 2);
  await Deno.remove(cwd, { recursive: true });
});

test("embed.ts: serves its own routes and the chat", async () => {
  const folder = await Deno.makeTempDir();
  await withExample("embed.ts", ["0"], async (line) => {
    const host = /:\/\/[\d.]+:(\d+)/.exec(line)?.[1];
    const about = await fetch(`http://127.0.0.1:${host}/about`);
    assertEquals(await about.text(), "This is my program.");
    const page = await fetch(`http://127.0.0.1:${host}/`);
    assertMatch(await page.text(), /<!doctype html>/i);
    await using ann = await Peer.join(`127.0.0.1:${host}`, "/rooms/lobby");
    ann.say("hi");
    assertEquals((await ann.next("message")).text, "hi");
  }, { cwd: folder, on: "stderr" });
  assertEquals((await Deno.stat(`${folder}/chat.db`)).isFile, true);
  await Deno.remove(folder, { recursive: true });
});

test("openChat: checks its options as flags and takes the defaults for the rest", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/chat.db`;
  const bad = [{ tail: 0 }, { rate: 1.5 }, { origin: ["nowhere"] }, { db: "" }];
  for (const options of [...bad, { sync: "often" as "full" }]) {
    await assertRejects(() => openChat({ db, ...options }, rememberingLog()), UsageError);
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  const chat = await openChat({ db, maxMessage: 3, origin: ["*"] }, rememberingLog());
  const info = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  } as const;
  const say = async (body: string) => {
    const headers = { "content-type": "text/plain", origin: "https://elsewhere.example" };
    const url = "http://localhost/rooms/lobby/messages";
    const response = await chat.fetch(new Request(url, { method: "POST", body, headers }), info);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await say("abc"), await say("abcd")], [201, 413]);
  await chat.close();
  await Deno.remove(folder, { recursive: true });
});
