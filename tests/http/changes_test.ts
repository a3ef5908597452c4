/** Changes over HTTP: editing, deleting, reacting, pinning, and a room's topic. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";
import { bearer, serveLocked, sign } from "../../testing/token_server.ts";

const ANN = "a".repeat(32);
const BOB = "b".repeat(32);

/** Asks with a key for something below a room. */
async function ask(
  { host }: Pick<ChatServer, "host">,
  key: string,
  method: string,
  path: string,
  body?: unknown,
  room = "lobby",
) {
  const response = await fetch(`http://${host}/rooms/${room}${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: {
      authorization: `Bearer ${key}`,
      ...body !== undefined && { "content-type": "application/json" },
    },
  });
  const text = await response.text();
  return { status: response.status, answer: JSON.parse(text), text };
}

/** A server in whose lobby Ann has said `one`. */
async function serveWithMessage(...flags: string[]): Promise<ChatServer> {
  const server = await serveChat(...flags);
  assertEquals((await ask(server, ANN, "POST", "/messages", { text: "one" })).status, 201);
  return server;
}

test("editMessage: answers 201 with the edit, and shows it to everybody", async () => {
  await using server = await serveWithMessage();
  await using peer = await Peer.join(server.host, "/rooms/lobby");
  const { status, answer } = await ask(server, ANN, "PATCH", "/messages/1", {
    text: "two\r\n",
    id: "x",
  });
  const { at, from, ...rest } = answer;
  assertEquals([status, rest], [201, { type: "edit", seq: 2, of: 1, text: "two\n", id: "x" }]);
  assertEquals(await peer.next("edit"), answer);
  const { answer: message } = await ask(server, BOB, "GET", "/messages/1");
  assertEquals([message.text, message.v, message.edited, message.from], ["two\n", 2, at, from]);
});

test("editMessage: answers 403 to somebody else, 409 to an older version, 410 once it is deleted", async () => {
  await using server = await serveWithMessage();
  const edit = async (key: string, body: unknown) => {
    const { status, answer } = await ask(server, key, "PATCH", "/messages/1", body);
    return [status, answer.code];
  };
  assertEquals(await edit(BOB, { text: "two" }), [403, "not_allowed"]);
  assertEquals(await edit(ANN, { text: "two", v: 1 }), [201, undefined]);
  assertEquals(await edit(ANN, { text: "three", v: 1 }), [409, "changed"]);
  assertEquals(await edit(ANN, { text: "three", v: 2 }), [201, undefined]);
  assertEquals((await ask(server, ANN, "DELETE", "/messages/1")).status, 201);
  assertEquals(await edit(ANN, { text: "four" }), [410, "gone"]);
});

test("editMessage: answers 400, 413 and 415 to what is no edit", async () => {
  await using server = await serveWithMessage("--max-message", "8");
  const edit = async (body: unknown) =>
    (await ask(server, ANN, "PATCH", "/messages/1", body)).status;
  const bad = [{}, { text: 5 }, { text: " \n" }, { text: "x", v: 0 }, { text: "x", id: "" }, []];
  for (const body of bad) assertEquals(await edit(body), 400, JSON.stringify(body));
  assertEquals(await edit({ text: "123456789" }), 413);
  const plain = await fetch(`http://${server.host}/rooms/lobby/messages/1`, {
    method: "PATCH",
    body: "x",
    headers: { "content-type": "text/plain" },
  });
  await plain.body?.cancel();
  assertEquals(plain.status, 415);
});

test("changes: answer 200 with the first entry to the same id, and to what is done already", async () => {
  await using server = await serveWithMessage();
  const path = "/messages/1/reactions/%F0%9F%91%8D";
  const first = await ask(server, ANN, "PUT", `${path}?id=x`);
  const again = await ask(server, ANN, "PUT", `${path}?id=x`);
  const done = await ask(server, ANN, "PUT", `${path}?id=y`);
  assertEquals([first.status, again.status, done.status], [201, 200, 200]);
  assertEquals([again.answer, done.answer], [first.answer, { ...first.answer, id: "y" }]);
});

test("changes: answer 409 to an id of another command", async () => {
  await using server = await serveWithMessage();
  assertEquals((await ask(server, ANN, "PUT", "/messages/1/pin?id=x")).status, 201);
  for (
    const { status, answer } of [
      await ask(server, ANN, "DELETE", "/messages/1?id=x"),
      await ask(server, BOB, "POST", "/messages", { text: "hi", id: "x" }),
    ]
  ) assertEquals([status, answer.code], [409, "bad_command"]);
});

test("changes: answer 404 where no message is", async () => {
  await using server = await serveWithMessage();
  for (const seq of ["0", "x", "1.5", "-1", "9".repeat(20)]) {
    assertEquals((await ask(server, ANN, "DELETE", `/messages/${seq}`)).status, 404, seq);
    assertEquals((await ask(server, ANN, "GET", `/messages/${seq}`)).status, 404, seq);
  }
  await ask(server, ANN, "PUT", "/messages/1/pin");
  for (const seq of [2, 9]) {
    assertEquals((await ask(server, ANN, "DELETE", `/messages/${seq}`)).status, 404);
    assertEquals((await ask(server, ANN, "PUT", `/messages/${seq}/pin`)).status, 404);
    assertEquals((await ask(server, ANN, "PATCH", `/messages/${seq}`, { text: "x" })).status, 404);
  }
});

test("deleteMessage: leaves a tombstone without the text and its earlier versions", async () => {
  await using server = await serveWithMessage();
  await ask(server, ANN, "PATCH", "/messages/1", { text: "second" });
  await ask(server, BOB, "PUT", "/messages/1/reactions/x");
  const { status, answer } = await ask(server, ANN, "DELETE", "/messages/1?id=d");
  assertEquals([status, answer.type, answer.of, answer.id], [201, "delete", 1, "d"]);
  const found = await ask(server, BOB, "GET", "/messages");
  const [{ at: _, from: _from, ...tombstone }] = found.answer.messages;
  const name = found.answer.messages[0].name;
  const expected = { type: "message", seq: 1, name, text: "", v: 4, deleted: true };
  assertEquals([tombstone, found.answer.head], [expected, 4]);
  await using peer = await Peer.join(server.host, "/rooms/lobby?since=0");
  await peer.next("delete");
  assert(!/one|second/.test(found.text + peer.lines.join("")), "the text is still there");
});

test("deleteMessage: answers 403 to somebody else, and lets a token's admin do it", async () => {
  await using server = await serveLocked();
  const [ann, bob, eve] = await Promise.all([
    sign({ sub: "ann" }),
    sign({ sub: "bob", role: "member" }),
    sign({ sub: "eve", role: "admin" }),
  ]);
  assertEquals((await ask(server, ann, "POST", "/messages", { text: "one" })).status, 201);
  assertEquals((await ask(server, bob, "DELETE", "/messages/1")).status, 403);
  assertEquals((await ask(server, eve, "PATCH", "/messages/1", { text: "x" })).status, 403);
  assertEquals((await ask(server, eve, "DELETE", "/messages/1")).status, 201);
});

test("joinRequestOf: lets an admin's socket delete what others said, and no other", async () => {
  await using server = await serveLocked();
  const headersOf = async (sub: string, role: string) => bearer(await sign({ sub, role })).headers;
  await using ann = await Peer.join(server.host, "/rooms/lobby", await headersOf("ann", "member"));
  ann.say("one");
  await ann.next("message");
  await using bob = await Peer.join(server.host, "/rooms/lobby", await headersOf("bob", "member"));
  bob.send({ type: "delete", of: 1, id: "x" });
  assertEquals((await bob.next("error")).code, "not_allowed");
  await using eve = await Peer.join(server.host, "/rooms/lobby", await headersOf("eve", "admin"));
  eve.send({ type: "delete", of: 1 });
  const { from, of } = await ann.next("delete");
  assertEquals([from, of], ["eve", 1]);
});

test("addReaction, removeReaction: count the people of an emoji", async () => {
  await using server = await serveWithMessage();
  const path = `/messages/1/reactions/${encodeURIComponent("👍🏽")}`;
  assertEquals((await ask(server, ANN, "PUT", path)).answer.count, 1);
  const { answer } = await ask(server, BOB, "PUT", `${path}?name=Bob`);
  assertEquals([answer.type, answer.name, answer.emoji, answer.count], ["react", "Bob", "👍🏽", 2]);
  const { answer: removed } = await ask(server, ANN, "DELETE", path);
  assertEquals([removed.on, removed.count], [false, 1]);
  const { answer: message } = await ask(server, ANN, "GET", "/messages/1");
  assertEquals(message.reactions, { "👍🏽": { count: 1, from: [answer.from] } });
});

test("addReaction: answers 400 to what is no emoji, 409 to one too many", async () => {
  await using server = await serveWithMessage();
  for (const emoji of ["ab", "%00", "%20", "%2F", "x".repeat(33)]) {
    assertEquals((await ask(server, ANN, "PUT", `/messages/1/reactions/${emoji}`)).status, 400);
  }
  const react = async (emoji: string) =>
    (await ask(server, ANN, "PUT", `/messages/1/reactions/${emoji}`)).status;
  for (const emoji of "abcdefghijklmnopqrst") assertEquals(await react(emoji), 201, emoji);
  assertEquals(await react("u"), 409);
});

test("pin, unpin: change what the welcome lists", async () => {
  await using server = await serveWithMessage();
  const pinned = async () => {
    await using peer = await Peer.join(server.host, "/rooms/lobby");
    return (await peer.next("welcome")).pins;
  };
  assertEquals((await ask(server, BOB, "PUT", "/messages/1/pin")).answer.on, true);
  assertEquals(await pinned(), [1]);
  assertEquals((await ask(server, ANN, "DELETE", "/messages/1/pin")).answer.on, false);
  assertEquals(await pinned(), undefined);
});

test("patchRoom: sets the topic, which welcome and the list of rooms have, and takes it away", async () => {
  await using server = await serveWithMessage();
  const topicOf = async () => {
    const { rooms } = await (await fetch(`http://${server.host}/rooms`)).json();
    await using peer = await Peer.join(server.host, "/rooms/lobby");
    return [rooms[0].topic, (await peer.next("welcome")).topic];
  };
  const { status, answer } = await ask(server, ANN, "PATCH", "", { topic: " tea\n", id: "x" });
  assertEquals([status, answer.type, answer.topic, answer.id], [201, "room", "tea", "x"]);
  assertEquals(await topicOf(), ["tea", "tea"]);
  await ask(server, BOB, "PATCH", "", { topic: "" });
  assertEquals(await topicOf(), [undefined, undefined]);
});

test("patchRoom: answers 400 to what is no topic", async () => {
  await using server = await serveWithMessage();
  for (const body of [{}, { topic: 5 }, { topic: "x".repeat(251) }, { topic: "x", id: 5 }]) {
    assertEquals((await ask(server, ANN, "PATCH", "", body)).status, 400, JSON.stringify(body));
  }
});

test("changes: count against the rate, and are refused for a room that a token does not name", async () => {
  await using server = await serveWithMessage("--rate", "1", "--burst", "2");
  const path = "/messages/1/pin";
  assertEquals((await ask(server, ANN, "PUT", path)).status, 201);
  assertEquals((await ask(server, ANN, "DELETE", path)).status, 429);
  await using locked = await serveLocked();
  const token = await sign({ sub: "ann", rooms: ["tea"] });
  for (const [method, path] of [["PUT", "/messages/1/pin"], ["GET", "/messages/1/reactions/x"]]) {
    assertEquals((await ask(locked, token, method, path)).status, 403, path);
  }
});

test("changes: name their sender, and the room in any case and width", async () => {
  await using server = await serveWithMessage();
  const path = "/messages/1/reactions/x?name=Ann";
  const { status, answer } = await ask(server, ANN, "PUT", path, undefined, "LOBBY");
  assertEquals([status, answer.name, answer.seq], [201, "Ann", 2]);
  assertMatch((await ask(server, BOB, "PUT", "/messages/1/reactions/x")).answer.name, /^guest-/);
});

test("patchRoom: answers 429 to an address that creates too many rooms", async () => {
  await using server = await serveChat("--rate", "8", "--burst", "4");
  let created = 0;
  await until(async () => {
    const key = `${created}`.padStart(32, "k");
    const { status, answer } = await ask(server, key, "PATCH", "", { topic: "x" }, `new${created}`);
    if (status === 201) created++;
    return status === 429 && /new rooms/.test(answer.detail);
  }, "the refusal");
  assert(created >= 19, `${created} rooms`);
});
