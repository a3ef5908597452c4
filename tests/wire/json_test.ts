import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { json } from "../../wire/json.ts";
import { message } from "../../testing/fakes.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

const ROOM = "/rooms/lobby";

test("json.welcome: comes first, once, with the people who are present", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `${ROOM}?name=Ann&email=ann@example.org`);
  ann.say("hello");
  const { at } = await ann.next("message");
  await using bob = await Peer.join(server.host, ROOM);
  const welcome = JSON.parse(await bob.line());
  const { you, members, epoch, ...rest } = welcome;
  assertEquals(rest, {
    type: "welcome",
    room: "lobby",
    seq: 1,
    at,
    after: 0,
    count: 2,
    access: "open",
  });
  assertEquals(Object.keys(you).sort(), ["id", "name"]);
  assertEquals(you.name, `guest-${you.id.slice(0, 4)}`);
  assertEquals(members.length, 2);
  const [first] = members;
  assertEquals([first.name, Object.keys(first).sort()], ["Ann", ["avatar", "id", "name"]]);
  assertMatch(first.avatar, /^[0-9a-f]{64}$/);
  assert(typeof epoch === "string" && epoch !== "");
  bob.say("end");
  await bob.until(() => bob.all("message").length === 2, "both messages");
  assertEquals(bob.all("welcome").length, 1);
});

test("json.encode: gives a message these fields and no others", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `${ROOM}?name=Ann`);
  const { you } = await ann.next("welcome");
  const before = Date.now();
  ann.say("with", "id-1");
  ann.say("without");
  const { at, ...first } = await ann.next("message");
  const second = await ann.next("message");
  assert(at >= before && at <= Date.now());
  assertEquals(first, {
    type: "message",
    seq: 1,
    from: you.id,
    name: "Ann",
    text: "with",
    id: "id-1",
  });
  assertEquals(Object.keys(second), ["type", "seq", "at", "from", "name", "text"]);
});

test("json.encode: gives the avatar of a sender who gave an email", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `${ROOM}?email=%20Ann@Example.org`);
  const { you } = await ann.next("welcome");
  ann.say("hello");
  assertEquals((await ann.next("message")).avatar, you.avatar);
  assertEquals(you.avatar, createHash("sha256").update("ann@example.org").digest("hex"));
});

test("json.decode: reads many objects in one frame, in order", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, ROOM);
  const say = (text: string) => JSON.stringify({ type: "say", text });
  ann.send(`\n${say("one")}\n\n${say("two\nlines")}\n{"type":"nonsense"}\n${say("three")}\n`);
  await ann.until(() => ann.all("message").length === 3, "three messages");
  assertEquals(ann.all("message").map(({ text }) => text), ["one", "two\nlines", "three"]);
  assertEquals(ann.all("error").map(({ code }) => code), ["bad_command"]);
});

test("json.decode: refuses bad commands by code and id, and goes on", async () => {
  await using server = await serveChat("--rate", "0");
  await using ann = await Peer.join(server.host, ROOM);
  await ann.next("welcome");
  const refused = async (frame: unknown) => {
    ann.send(frame);
    const { code, detail, id } = await ann.next("error");
    assert(typeof detail === "string" && detail !== "");
    return id === undefined ? code : `${code} ${id}`;
  };
  for (const frame of ["hello", "{", '{"type":"say","text":"x"', "'x'", "{} {}", "\0"]) {
    assertEquals(await refused(frame), "bad_json", frame);
  }
  for (const frame of ["1", '"say"', "null", "true", "[]", '[{"type":"say","text":"x"}]', "{}"]) {
    assertEquals(await refused(frame), "bad_command", frame);
  }
  const wrong: [Record<string, unknown>, string][] = [
    [{ type: "shout", text: "x", id: "i" }, "bad_command i"],
    [{ type: 1 }, "bad_command"],
    [{ type: "toString" }, "bad_command"],
    [{ type: "say" }, "bad_command"],
    [{ type: "say", text: 5, id: "i" }, "bad_command i"],
    [{ type: "say", text: null }, "bad_command"],
    [{ type: "say", text: ["x"] }, "bad_command"],
    [{ type: "say", text: "", id: "i" }, "bad_command i"],
    [{ type: "say", text: "x", id: 5 }, "bad_command"],
    [{ type: "say", text: "x", id: "" }, "bad_command"],
    [{ type: "say", text: "x", id: "x".repeat(65) }, "bad_command"],
    [{ type: "name" }, "bad_command"],
    [{ type: "name", name: 5 }, "bad_command"],
    [{ type: "name", name: "", id: "i" }, "bad_name i"],
    [{ type: "name", name: "\u202e\u3164" }, "bad_name"],
    [{ type: "name", name: "x".repeat(65) }, "bad_name"],
    [{ type: "say", text: "x".repeat(4097), id: "i" }, "too_large i"],
  ];
  for (const [command, code] of wrong) {
    assertEquals(await refused(command), code, JSON.stringify(command));
  }
  ann.say("still here");
  assertEquals((await ann.next("message")).seq, 1);
});

test("json.decode: ignores fields that it does not know", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, ROOM);
  ann.send({ type: "say", text: "hello", from: "god", seq: 99, name: 7, more: { deep: [1] } });
  const { seq, from, text } = await ann.next("message");
  assertEquals([seq, text], [1, "hello"]);
  assert(from !== "god");
});

test("json.decode: accepts an id of 64 characters of any kind", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, ROOM);
  for (const id of ["x".repeat(64), "😀".repeat(64), '"\n\\', crypto.randomUUID()]) {
    ann.say("hello", id);
    assertEquals((await ann.next("message")).id, id);
  }
});

test("json: answers an id that is sent again with the first message, and shows nobody a second one", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, ROOM);
  await using bob = await Peer.join(server.host, ROOM);
  ann.say("first", "x");
  const first = await ann.next("message");
  ann.say("changed", "x");
  assertEquals(await ann.next("message"), first);
  bob.say("first", "x");
  bob.say("end");
  await bob.until(() => bob.all("message").some(({ text }) => text === "end"), "the end");
  assertEquals((await ann.next("message")).text, "end");
  assertEquals(bob.all("message").filter(({ text }) => text === "first").length, 2);
  assertEquals(bob.all("message").at(-1).seq, 2);
});

test("json.decode: removes lone surrogates from a text", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, ROOM);
  ann.send('{"type":"say","text":"a\\ud800b\\udc00c\\ud83d\\ude00"}');
  assertEquals((await ann.next("message")).text, "abc😀");
});

test("json: shows a new name to everybody, and on messages from then on", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `${ROOM}?name=Ann`);
  await using bob = await Peer.join(server.host, ROOM);
  const { you } = await ann.next("welcome");
  ann.say("one");
  ann.send({ type: "name", name: "  Änne 李 " });
  ann.say("two");
  assertEquals((await bob.next("message")).name, "Ann");
  assertEquals(await bob.next("renamed"), { type: "renamed", from: you.id, name: "Änne 李" });
  assertEquals((await bob.next("message")).name, "Änne 李");
});

test("json: shows typing to others, at most once in a while", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `${ROOM}?name=Ann`);
  await using bob = await Peer.join(server.host, ROOM);
  const { you } = await ann.next("welcome");
  for (let n = 0; n < 5; n++) ann.send({ type: "typing" });
  ann.say("done");
  assertEquals(await bob.next("typing"), { type: "typing", from: you.id, name: "Ann" });
  await bob.next("message");
  assertEquals(bob.all("typing").length, 1);
});

test("json: replays the last messages to a client that comes without since", async () => {
  await using server = await serveChat("--replay", "3");
  await using ann = await Peer.join(server.host, ROOM);
  for (let n = 1; n <= 5; n++) ann.say(`${n}`);
  await ann.until(() => ann.all("message").length === 5, "five messages");
  for (const [query, seqs] of [["", [3, 4, 5]], ["?replay=1", [5]], ["?replay=0", []]] as const) {
    await using bob = await Peer.join(server.host, ROOM + query);
    bob.say("end", `${crypto.randomUUID()}`);
    const { seq } = await bob.next("welcome");
    await bob.until(() => bob.all("message").at(-1)?.seq > seq, "the end");
    const replayed = bob.all("message").map((message) => message.seq).filter((n) => n <= seq);
    assertEquals(replayed, seqs.map((n) => n + seq - 5));
  }
});

test("json: answers a ping with a pong and its id, even to a client that may say no more", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "1");
  await using ann = await Peer.join(server.host, ROOM);
  ann.say("one");
  ann.say("two");
  assertEquals((await ann.next("error")).code, "rate_limited");
  ann.send({ type: "ping", id: "p1" });
  assertEquals(await ann.next("pong"), { type: "pong", id: "p1" });
  ann.send({ type: "ping" });
  assertEquals(await ann.next("pong"), { type: "pong" });
  ann.send({ type: "ping", id: 5 });
  assertEquals((await ann.next("error")).code, "bad_command");
});

test("json: pings cost a frame each, and too many end the connection", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "1");
  await using ann = await Peer.join(server.host, ROOM);
  await using bob = await Peer.join(server.host, ROOM);
  await bob.next("welcome");
  const pings = Array<string>(300).fill('{"type":"ping"}').join("\n");
  ann.send(pings);
  assertEquals((await ann.closed).code, 4029);
  bob.send({ type: "ping" });
  await bob.next("pong");
  assertEquals(bob.all("pong").length, 1);
});

Deno.test("json.encode: never leaves a newline inside an object", () => {
  const frames = json.encode([message(1, 'a\n"b"\r\u2028\\'), message(2, "c")]);
  assertEquals(frames.length, 1);
  const objects = frames[0].split("\n").map((line) => JSON.parse(line));
  assertEquals(objects.map(({ text }) => text), ['a\n"b"\r\u2028\\', "c"]);
});

Deno.test("json.encode: skips typing that is too old", () => {
  const at = performance.now();
  const typing = { kind: "typing", from: "f", name: "n" } as const;
  assertEquals(json.encode([{ ...typing, at: at - 60_000 }]), []);
  assertEquals(json.encode([{ ...typing, at }]).length, 1);
});
