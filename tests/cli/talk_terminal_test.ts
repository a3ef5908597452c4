/** `talk` at a terminal of its own. */

import { assertEquals, assertMatch } from "@std/assert";
import { history } from "../../sdk/mod.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
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

test("talk: prints a line once that was kept, but answered only after a reconnect", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  await using screen = open(link.host);
  await screen.until(/in lobby as ann, 2 here/);
  link.dropAnswers();
  await screen.type("kept\r");
  assertEquals((await ben.next("message")).text, "kept");
  link.cut();
  await screen.until(/trying again/);
  link.repair();
  await screen.until(/back in lobby/);
  // It is sent after the answer to the line before it.
  await screen.type("next\r");
  await screen.until(/ann.*: next/);
  assertEquals(screen.text.match(/: (?:kept|next)\r/g)?.length, 2);
  await ben.until(() => ben.all("message").some(({ text }) => text === "next"), "the second line");
  assertEquals(ben.all("message").length, 2);
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

test("talk: edits, deletes, reacts, replies, pins and sets the topic, and shows what others do", async () => {
  await using house = await serveChat();
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  ben.say("a qestion");
  await using screen = open(house.host);
  await screen.until(/#1.*ben.*: a qestion/);
  ben.send({ type: "edit", of: 1, text: "a question" });
  await screen.until(/-- ben edited #1: a question/);
  await screen.type("/reply #1 an anser\r");
  await screen.until(/#3.*ann.* to #1.*: an anser/);
  await screen.type("/edit an answer\r");
  await screen.until(/-- ann edited #3: an answer/);
  await screen.type("/react #1 👍\r");
  await screen.until(/-- ann reacted to #1 with 👍/);
  ben.send({ type: "react", of: 1, emoji: "👍", on: true });
  await screen.until(/-- ben reacted to #1 with 👍 \(2\)/);
  await screen.type("/react #1 👍\r");
  await screen.until(/-- ann withdrew 👍 from #1/);
  await screen.type("/pin #1\r");
  await screen.until(/-- ann pinned #1/);
  await screen.type("/topic Tea\r");
  await screen.until(/-- ann set the topic: Tea/);
  await screen.type("/delete\r");
  await screen.until(/-- ann deleted #3/);
  await screen.type("/edit #1 not mine\r");
  await screen.until(/-- not sent: .*: \/edit #1 not mine/);
  await screen.type("/nonsense\r");
  await screen.until(/-- \/edit TEXT gives your last message another text/);
  await screen.type("/quit\r");
  assertEquals(await screen.end(), 0);
  const { messages } = await history({ url: `http://${house.host}`, room: "lobby" });
  const [question, answer] = messages;
  assertEquals([question.text, question.reactions?.["👍"].count], ["a question", 1]);
  assertEquals([answer.text, answer.deleted, messages.length], ["", true, 2]);
});

test("talk: shows a message that was edited, and not one that was deleted, with the topic", async () => {
  await using house = await serveChat();
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  for (const text of ["one", "two"]) ben.say(text);
  ben.send({ type: "edit", of: 1, text: "first" });
  ben.send({ type: "delete", of: 2 });
  ben.send({ type: "room", topic: "Tea" });
  await ben.next("room");
  await using screen = open(house.host);
  await screen.until(/in lobby as ann, 2 here.*-- topic: Tea.*#1.*ben.*: first.*\(edited\)/s);
  ben.say("three");
  await screen.until(/#6.*ben.*: three/);
  assertEquals(/two|#2|edited #1|set the topic/.test(screen.text), false);
  await screen.type("/quit\r");
  assertEquals(await screen.end(), 0);
});

test("talk: shows another room, what is unread elsewhere, and on coming back what was missed", async () => {
  await using house = await serveChat();
  await using ben = await Peer.join(house.host, "/rooms/lobby?name=ben");
  await using tea = await Peer.join(house.host, "/rooms/tea?name=ben");
  await using screen = open(house.host);
  await screen.until(/in lobby as ann, 2 here/);
  await screen.type("/join tea\r");
  await screen.until(/in tea as ann, 2 here/);
  ben.say("meanwhile");
  await screen.until(/\(lobby 1\) > /);
  tea.say("in tea");
  await screen.until(/ben.*: in tea/);
  await screen.type("/rooms\r");
  await screen.until(/-- lobby: 1 unread/);
  const before = screen.text.length;
  await screen.type("/join lobby\r");
  await screen.until(/ben.*: meanwhile/, before);
  await screen.type("hello lobby\r");
  await ben.until(() => ben.all("message").length === 2, "the message");
  assertEquals(tea.all("message").length, 1);
  await screen.type("/quit\r");
  assertEquals(await screen.end(), 0);
});
