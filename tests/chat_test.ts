/** The chat as a part that another program mounts. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Chat, openChat } from "../chat.ts";
import { LIMITS } from "../config/limits.ts";
import { JournalError } from "../journal/journal.ts";
import { config, Peer, rememberingLog, serveChat, test, within } from "../testing/support.ts";

const INFO = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
} as const;

async function ask(chat: Chat, path: string, init?: RequestInit) {
  const response = await chat.fetch(new Request(`http://localhost${path}`, init), INFO);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test("openChat: answers requests without a listener", async () => {
  const chat = await openChat(config(), rememberingLog());
  assertEquals((await ask(chat, "/healthz")).text, "ok");
  const post = { method: "POST", body: "hello", headers: { "content-type": "text/plain" } };
  assertEquals((await ask(chat, "/rooms/lobby/messages", post)).status, 201);
  const { messages } = JSON.parse((await ask(chat, "/rooms/lobby/messages")).text);
  assertEquals(messages.length, 1);
  await chat.close();
});

test("Chat.close: leaves the chat healthy but not ready, and admits nobody and nothing", async () => {
  const chat = await openChat(config(), rememberingLog());
  assertEquals((await ask(chat, "/readyz")).status, 200);
  const closing = chat.close();
  for (const moment of ["while it closes", "afterwards"]) {
    assertEquals((await ask(chat, "/healthz")).status, 200, moment);
    const { status, headers } = await ask(chat, "/readyz");
    assertEquals([status, headers.has("retry-after")], [503, true], moment);
    assertEquals((await ask(chat, "/rooms/lobby/events")).status, 503, moment);
    await closing;
  }
  const post = { method: "POST", body: "hello", headers: { "content-type": "text/plain" } };
  assertEquals((await ask(chat, "/rooms/lobby/messages", post)).status, 503);
});

test("Chat.close: keeps and shows what was said before", async () => {
  const folder = await Deno.makeTempDir();
  const flags = ["--db", `${folder}/chat.db`, "--rate", "0"];
  const chat = await openChat(config(...flags), rememberingLog());
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, chat.fetch);
  const ann = await Peer.join(`127.0.0.1:${server.addr.port}`, "/rooms/lobby");
  for (let n = 0; n < 200; n++) ann.say(`${n}`);
  await ann.until(() => ann.all("message").length > 0, "the first message");
  await chat.close();
  assertEquals(await ann.closed, { code: 1001, reason: "going away" });
  await within(server.shutdown(), "the listener to close");
  assertEquals(chat.connections, 0);

  const again = await openChat(config(...flags), rememberingLog());
  const { messages } = JSON.parse((await ask(again, "/rooms/lobby/messages?limit=200")).text);
  await again.close();
  assert(messages.length >= ann.all("message").length);
  assertEquals(messages.slice(0, ann.all("message").length), ann.all("message"));
  await Deno.remove(folder, { recursive: true });
});

test("Chat.close: closes its clients in groups", async () => {
  const server = await serveChat();
  const joining = Array.from({ length: 20 }, () => Peer.join(server.host, "/ws"));
  const peers = await Promise.all(joining);
  const closing = peers.map(async ({ closed }) => {
    assertEquals((await closed).code, 1001);
    return performance.now();
  });
  await server[Symbol.asyncDispose]();
  const times = await Promise.all(closing);
  // There are 19 pauses at least; closed all at once, they would differ by a millisecond or two.
  assert(Math.max(...times) - Math.min(...times) > 19 * LIMITS.drainPauseMs / 4);
});

test("Chat.close: closes a client that floods, too", async () => {
  const server = await serveChat("--rate", "1", "--burst", "1");
  const ann = await Peer.join(server.host, "/ws");
  for (let n = 0; n < 200; n++) ann.send(`${n}`);
  await ann.until(() => ann.lines.length > 101, "the last refusal");
  const closing = server[Symbol.asyncDispose]();
  assert([1001, 4029].includes((await within(ann.closed, "the end")).code));
  await closing;
});

test("openChat: does not open without a place for its messages", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => openChat(config("--db", folder), rememberingLog()), JournalError);
  await Deno.remove(folder);
});
