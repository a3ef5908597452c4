/** Saying something over HTTP. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readPost } from "../../http/posts.ts";
import { exchange } from "../../testing/raw_http.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";

async function post(server: ChatServer, body: BodyInit, type?: string, room = "lobby", more = {}) {
  const response = await fetch(`http://${server.host}/rooms/${room}/messages`, {
    method: "POST",
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
    headers: { ...type && { "content-type": type }, ...more },
  });
  const answer = await response.json();
  assertStringIncludes(response.headers.get("content-type")!, "json");
  return { status: response.status, answer };
}

const say = (server: ChatServer, object: unknown) =>
  post(server, JSON.stringify(object), "application/json");

test("postMessage: answers 201 with the message as it was kept", async () => {
  await using server = await serveChat();
  const { status, answer } = await say(server, {
    text: "hello\n</script>",
    name: " Bot ",
    id: "x",
  });
  assertEquals(status, 201);
  const { at, from, ...rest } = answer;
  assertEquals(rest, { type: "message", seq: 1, name: "Bot", text: "hello\n</script>", id: "x" });
  assert(Math.abs(at - Date.now()) < 60_000 && typeof from === "string");
  const history = await (await fetch(`http://${server.host}/rooms/lobby/messages`)).json();
  assertEquals(history.messages, [answer]);
});

test("postMessage: takes name and email from the query, and rather the body's name", async () => {
  await using server = await serveChat();
  const said = async (query: string, body: BodyInit, type: string) => {
    const url = `http://${server.host}/rooms/lobby/messages?${query}`;
    const headers = { "content-type": type };
    const { name, avatar } = await (await fetch(url, { method: "POST", body, headers })).json();
    return [name, avatar?.length];
  };
  const query = "name=Ann&email=ann@example.org";
  assertEquals(await said(query, "hello", "text/plain"), ["Ann", 64]);
  const body = JSON.stringify({ text: "hello", name: "Bot" });
  assertEquals(await said("name=Ann", body, "application/json"), ["Bot", undefined]);
});

test("postMessage: accepts plain text", async () => {
  await using server = await serveChat();
  for (const type of ["text/plain", "text/plain; charset=utf-8", "TEXT/PLAIN"]) {
    const { status, answer } = await post(server, "größe {}\n日本", type);
    assertEquals([status, answer.text], [201, "größe {}\n日本"], type);
    assertMatch(answer.name, /^guest-/);
  }
});

test("postMessage: answers 200 with the first message to the same id", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  const first = await say(server, { text: "first", id: "x" });
  const again = await say(server, { text: "first", name: "Other", id: "x" });
  assertEquals([first.status, again.status], [201, 200]);
  assertEquals(again.answer, first.answer);
  assertEquals((await say(server, { text: "end" })).answer.seq, 2);
  await ann.until(() => ann.all("message").length === 2, "two messages");
  assertEquals(ann.all("message").map(({ text }) => text), ["first", "end"]);
});

test("postMessage: answers 409 to another text of another person under the same id", async () => {
  await using server = await serveChat();
  assertEquals((await say(server, { text: "first", id: "x" })).status, 201);
  assertEquals((await say(server, { text: "second", id: "x" })).status, 409);
});

test("postMessage: takes a reply and mentions", async () => {
  await using server = await serveChat();
  await say(server, { text: "first" });
  const { status, answer } = await say(server, { text: "second", reply: 1, to: ["ann"] });
  assertEquals([status, answer.reply, answer.to], [201, 1, ["ann"]]);
});

test("postMessage: answers 400 to what is not a message", async () => {
  await using server = await serveChat();
  const bodies = ["", "hello", "{", "[]", "null", "5", '"x"', "{}", '{"text":5}', '{"text":null}'];
  for (const body of [...bodies, '{"text":""}', '{"text":" \\n"}', '{"text":"\\u0000"}']) {
    assertEquals((await post(server, body, "application/json")).status, 400, body);
  }
  const wrong = [
    { name: 5 },
    { name: "x".repeat(65) },
    { name: "\u202e\n" },
    { name: "server" },
    { id: 5 },
    { id: "" },
    { id: "x".repeat(65) },
    { id: null },
    { reply: 0 },
    { reply: "1" },
    { to: "ann" },
    { to: [1] },
    { to: Array(51).fill("ann") },
  ];
  for (const fields of wrong) {
    const { status } = await say(server, { text: "x", ...fields });
    assertEquals(status, 400, JSON.stringify(fields));
  }
  for (const body of ["", " \n ", "\0"]) {
    assertEquals((await post(server, body, "text/plain")).status, 400, body);
  }
  for (const type of ["text/plain", "application/json"]) {
    const bad = new Uint8Array([0x22, 0xff, 0xfe, 0x22]);
    assertEquals((await post(server, bad, type)).status, 400, type);
  }
  assertEquals((await post(server, "x", "text/plain", "-bad")).status, 400);
  const history = await (await fetch(`http://${server.host}/rooms/lobby/messages`)).json();
  assertEquals(history.messages, []);
});

test("postMessage: ignores fields that it does not know", async () => {
  await using server = await serveChat();
  const { status, answer } = await say(server, { text: "x", from: "god", seq: 9, more: [1] });
  assertEquals([status, answer.seq], [201, 1]);
  assert(answer.from !== "god");
});

test("postMessage: answers 413 to a text over the limit, to the byte", async () => {
  await using server = await serveChat("--max-message", "64");
  for (const [unit, fits] of [["x", 64], ["é", 32], ["😀", 16]] as const) {
    for (const object of [true, false]) {
      const send = (text: string) =>
        object ? say(server, { text }) : post(server, text, "text/plain");
      assertEquals((await send(unit.repeat(fits))).status, 201, unit);
      assertEquals((await send(unit.repeat(fits) + "x")).status, 413, unit);
    }
  }
});

test("postMessage: answers 413 to a body that is much too large, announced or not", async () => {
  await using server = await serveChat("--max-message", "64");
  const large = "x".repeat(100_000);
  assertEquals((await post(server, large, "text/plain")).status, 413);
  const stream = ReadableStream.from(Array.from({ length: 100 }, () => new Uint8Array(1_000)));
  assertEquals((await post(server, stream, "text/plain")).status, 413);
  const answer = await exchange(
    server.host,
    `POST /rooms/lobby/messages HTTP/1.1\r\nHost: ${server.host}\r\nConnection: close\r\n` +
      "Content-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\n",
    "\r\n\r\n",
  );
  assertStringIncludes(answer, "HTTP/1.1 413");
});

test("postMessage: answers 415 to another type, and to none", async () => {
  await using server = await serveChat();
  for (const type of ["application/x-www-form-urlencoded", "text/html", "multipart/form-data"]) {
    assertEquals((await post(server, "x", type)).status, 415, type);
  }
  assertEquals((await post(server, "x")).status, 415);
});

test("postMessage: refuses another origin unless it is allowed", async () => {
  await using server = await serveChat("--origin", "https://friend.example");
  const from = async (origin: string) =>
    (await post(server, "x", "text/plain", "lobby", { origin })).status;
  assertEquals(await from("https://enemy.example"), 403);
  assertEquals(await from("null"), 403);
  assertEquals(await from("https://friend.example"), 201);
  assertEquals(await from(`http://${server.host}`), 201);
});

test("postMessage: answers 429 with Retry-After to a person, and to an address at five times that", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "2");
  const send = async (key?: string) => {
    const response = await fetch(`http://${server.host}/rooms/lobby/messages`, {
      method: "POST",
      body: "x",
      headers: { "content-type": "text/plain", ...key && { authorization: `Bearer ${key}` } },
    });
    await response.body?.cancel();
    if (response.status === 429) assertMatch(response.headers.get("retry-after")!, /^\d+$/);
    return response.status;
  };
  const key = "k".repeat(32);
  assertEquals([await send(key), await send(key), await send(key)], [201, 201, 429]);
  // Somebody new each time: only the address counts.
  const others: number[] = [];
  for (let n = 0; n < 20; n++) others.push(await send());
  assertEquals(others.slice(0, 8), Array(8).fill(201));
  assert(others.includes(429), others.join());
});

Deno.test("readPost: reads a text that comes in pieces, whatever they cut", async () => {
  const bytes = new TextEncoder().encode("größe 日本 😀");
  const request = new Request("http://localhost", {
    method: "POST",
    body: ReadableStream.from(Array.from(bytes, (byte) => Uint8Array.of(byte))),
    headers: { "content-type": "text/plain" },
  });
  assertEquals((await readPost(request, 4_096)).text, "größe 日本 😀");
});
