/** The list of rooms over HTTP, and rooms whose names are written in another case. */

import { assertEquals, assertMatch } from "@std/assert";
import { signed } from "../../testing/signed.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";

const SECRET = "a secret that is long enough for a test";

async function get(server: ChatServer, path: string, token?: string) {
  const headers: HeadersInit = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(`http://${server.host}${path}`, { headers });
  return { status: response.status, answer: await response.json() };
}

async function post(server: ChatServer, room: string, text: string, token?: string) {
  const headers = {
    "content-type": "text/plain",
    ...token && { authorization: `Bearer ${token}` },
  };
  const url = `http://${server.host}/rooms/${encodeURIComponent(room)}/messages`;
  const response = await fetch(url, { method: "POST", headers, body: text });
  return { status: response.status, answer: await response.json() };
}

const names = ({ answer }: { answer: { rooms: { name: string }[] } }) =>
  answer.rooms.map(({ name }) => name);

test("GET /rooms: gives each room's people, newest message and number of messages", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/empty?name=Ann");
  await ann.next("welcome");
  await post(server, "r", "one");
  const { answer: { at } } = await post(server, "r", "two");
  assertEquals((await get(server, "/rooms")).answer, {
    rooms: [
      { name: "r", members: 0, seq: 2, messages: 2, at, access: "open" },
      { name: "empty", members: 1, seq: 0, messages: 0, at: 0, access: "open" },
    ],
    more: false,
  });
});

test("GET /rooms: gives pages by name or by activity, and finds a text", async () => {
  await using server = await serveChat();
  for (const room of ["b", "Straße", "a"]) await post(server, room, "x");
  const first = await get(server, "/rooms?after=&limit=2");
  assertEquals([names(first), first.answer.more], [["a", "b"], true]);
  const second = await get(server, "/rooms?after=B&limit=2");
  assertEquals([names(second), second.answer.more], [["b", "Straße"], false]);
  assertEquals(names(await get(server, "/rooms?q=STRASSE")), ["Straße"]);
  assertEquals((await get(server, "/rooms?limit=1")).answer.more, true);
});

test("GET /rooms: takes a limit from 1 to 200", async () => {
  await using server = await serveChat();
  for (const limit of ["0", "201", "x", "-1"]) {
    const { status, answer } = await get(server, `/rooms?limit=${limit}`);
    assertEquals(status, 400);
    assertMatch(answer.detail, /limit .*200/);
  }
  assertEquals((await get(server, "/rooms?limit=200")).status, 200);
});

test("GET /rooms: counts and lists only the rooms that a token is for, in any case", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, SECRET);
  await using server = await serveChat("--auth-secret-file", file);
  await Deno.remove(file);
  const all = signed({ sub: "a" }, SECRET);
  const some = signed({ sub: "b", rooms: ["LOBBY", "tea"] }, SECRET);
  for (const room of ["Lobby", "other", "tea"]) {
    assertEquals((await post(server, room, "x", all)).status, 201);
  }
  assertEquals(names(await get(server, "/rooms", all)), ["tea", "other", "Lobby"]);
  const listed = await get(server, "/rooms?limit=2", some);
  assertEquals([names(listed), listed.answer.more], [["tea", "Lobby"], false]);
  for (const room of ["lobby", "LOBBY", "Lobby"]) {
    assertEquals((await get(server, `/rooms/${room}/messages`, some)).answer.messages.length, 1);
  }
  assertEquals((await get(server, "/rooms/OTHER/messages", some)).status, 403);
});

test("rooms: mean the same in any case and width, for sockets, history, posts and events", async () => {
  await using server = await serveChat();
  assertEquals((await post(server, "Straße", "one")).answer.seq, 1);
  await using ann = await Peer.join(server.host, `/rooms/STRASSE?name=Ann`);
  assertEquals((await ann.next("welcome")).room, "Straße");
  assertEquals((await ann.next("message")).text, "one");
  const stream = await fetch(`http://${server.host}/rooms/${encodeURIComponent("straße")}/events`);
  ann.say("two");
  await ann.next("message");
  assertEquals((await post(server, "ｓｔｒａｓｓｅ", "three")).answer.seq, 3);
  assertEquals((await ann.next("message")).text, "three");
  const { answer } = await get(server, "/rooms/strasse/messages");
  assertEquals(answer.messages.map(({ text }: { text: string }) => text), ["one", "two", "three"]);
  const decoder = new TextDecoder();
  let events = "";
  for await (const chunk of stream.body!) {
    events += decoder.decode(chunk);
    if (events.includes("three")) break;
  }
  assertMatch(events, /two[^]*three/);
  assertEquals(names(await get(server, "/rooms")), ["Straße"]);
});

test("rooms: two first messages in different cases become one room", async () => {
  await using server = await serveChat();
  const kept = await Promise.all(
    ["Tea", "TEA", "tea", "ｔea"].map((room) => post(server, room, room)),
  );
  assertEquals(kept.map(({ answer }) => answer.seq).sort(), [1, 2, 3, 4]);
  assertEquals((await get(server, "/rooms")).answer.rooms.length, 1);
});
