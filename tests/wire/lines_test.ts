import { assert, assertEquals } from "@std/assert";
import { linesAt, singleLinesAt } from "../../wire/lines.ts";
import { kept, message } from "../../testing/fakes.ts";
import { Peer, RawPeer, serveChat, test } from "../../testing/support.ts";

const lines = linesAt({ room: "r", base: "" });
const singleLines = singleLinesAt({ room: "r", base: "" });

const FIN_TEXT = 0x81;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("lines.encode: gives what gorilla's example sends, byte for byte", async () => {
  await using server = await serveChat();
  using raw = await RawPeer.upgrade(server.host, "/ws");
  for (
    const [sent, bytes] of [
      ["hello", "hello"],
      ["  two\nlines\t ", "two lines"],
      ["größe 日本 😀", "größe 日本 😀"],
      ["<b>&amp;</b>", "<b>&amp;</b>"],
      ["ann: hello", "ann: hello"],
    ]
  ) {
    await raw.frame(FIN_TEXT, sent);
    const { opcode, payload } = (await raw.next())!;
    assertEquals([opcode, text(payload)], [1, bytes]);
  }
});

test("lines.encode: joins messages with one newline and nothing before or after", async () => {
  await using server = await serveChat("--rate", "0");
  using raw = await RawPeer.upgrade(server.host, "/ws");
  const sent = Array.from({ length: 50 }, (_, n) => `message ${n}`);
  for (const message of sent) await raw.frame(FIN_TEXT, message);
  let received = "";
  while (received.split("\n").length < sent.length) {
    const { payload } = (await raw.next())!;
    received += (received && "\n") + text(payload);
  }
  assertEquals(received, sent.join("\n"));
});

test("lines: sends nothing of its own: no welcome, no presence, no typing, no history", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  ann.say("before");
  await ann.next("message");
  await using plain = await Peer.join(server.host, "/ws");
  await using bob = await Peer.join(server.host, "/rooms/lobby?name=Bob");
  await ann.until(() => ann.all("presence").some(({ count }) => count === 3), "three people");
  ann.send({ type: "typing" });
  await bob.next("typing");
  ann.send({ type: "name", name: "Anna" });
  ann.say("after");
  assertEquals(await plain.line(), "Anna: after");
  assertEquals(plain.frames, ["Anna: after"]);
});

test("lines: replays history when it is asked to, and only then", async () => {
  await using server = await serveChat();
  await using first = await Peer.join(server.host, "/ws");
  for (const text of ["one", "two", "three"]) first.send(text);
  await first.until(() => first.lines.length === 3, "three lines");
  await using asking = await Peer.join(server.host, "/ws?replay=2");
  await using other = await Peer.join(server.host, "/ws");
  first.send("four");
  await asking.until(() => asking.lines.length === 3, "three lines");
  assertEquals(asking.lines, ["two", "three", "four"]);
  assertEquals(await other.line(), "four");
});

test("lines: follows the room that is named, else the lobby", async () => {
  await using server = await serveChat();
  await using named = await Peer.join(server.host, "/ws?room=lobby");
  await using other = await Peer.join(server.host, "/ws?room=%E6%9D%B1%E4%BA%AC");
  await using plain = await Peer.join(server.host, "/ws");
  other.send("elsewhere");
  await other.line();
  plain.send("here");
  assertEquals(await named.line(), "here");
  assertEquals(other.lines, ["elsewhere"]);
});

test("lines.encode: puts the sender's name before a message", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/ws?name=Ann");
  await using plain = await Peer.join(server.host, "/ws");
  ann.send("hello\nthere");
  assertEquals(await plain.line(), "Ann: hello there");
  plain.send("hi");
  assertEquals(await ann.line(), "Ann: hello there");
  assertEquals(await ann.line(), "hi");
});

test("lines.decode: trims a message, and ignores one that is empty", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/ws");
  for (const nothing of ["", " \n", "\0", "\t\x01 \0"]) ann.send(nothing);
  ann.send("\0 hi \x01");
  assertEquals(await ann.line(), "hi");
});

test("lines.refusal: refuses a message in one line, to the sender alone", async () => {
  await using server = await serveChat("--max-message", "8");
  await using ann = await Peer.join(server.host, "/ws");
  ann.send("123456789");
  const line = await ann.line();
  assert(/^-- not sent: \S/.test(line), line);
});

Deno.test("lines.encode: never lets a text or a name break a line", () => {
  const { name: _, ...rest } = message(1, "\na\n\nb\n");
  assertEquals(lines.encode([{ ...rest, name: "Ann" }, message(2, "c\nd")]), ["Ann:  a  b \nc d"]);
});

Deno.test("lines.encode: makes no frame of entries that it cannot express", () => {
  assertEquals(lines.encode([{ kind: "typing", at: 0, from: "f", name: "n" }]), []);
});

test("singleLines: sends a message a frame with --plain single, in order and as joined ones look", async () => {
  await using server = await serveChat("--rate", "0", "--plain", "single");
  using raw = await RawPeer.upgrade(server.host, "/ws?name=Ann");
  const sent = Array.from({ length: 50 }, (_, n) => n % 2 ? `two\nlines ${n}` : `message ${n}`);
  for (const message of sent) await raw.frame(FIN_TEXT, message);
  const received: string[] = [];
  while (received.length < sent.length) received.push(text((await raw.next())!.payload));
  assertEquals(received, sent.map((message) => `Ann: ${message.replace("\n", " ")}`));
});

Deno.test("singleLines: encodes each message to a frame, and nothing else", () => {
  const typing = { kind: "typing", at: performance.now(), from: "f", name: "n" } as const;
  const entries = [message(1, "one"), typing, message(2, "two\nlines")];
  assertEquals(singleLines.encode(entries), ["one", "two lines"]);
  assertEquals(lines.encode(entries), ["one\ntwo lines"]);
  assertEquals(singleLines.encode([typing]), []);
  assertEquals(singleLines.decode("one\ntwo"), lines.decode("one\ntwo"));
});

Deno.test("lines.encode: gives an edit as a line of its own, and no other change", () => {
  const entries = [
    kept(2, { type: "edit", of: 1, text: "new\ntext" }, { name: "Ann" }),
    kept(3, { type: "react", of: 1, emoji: "👍", on: true }, { count: 1 }),
    kept(4, { type: "pin", of: 1, on: true }),
    kept(5, { type: "room", topic: "tea" }),
    kept(6, { type: "edit", of: 1, text: "again" }),
    kept(7, { type: "delete", of: 1 }),
    { kind: "skip", from: 8, seq: 9, at: 1, id: "x" },
  ] as const;
  assertEquals(lines.encode(entries), ["Ann: * new text\n* again"]);
  assertEquals(singleLines.encode(entries), ["Ann: * new text", "* again"]);
});

Deno.test("lines.encode: replays messages in their current state, without edits and tombstones", () => {
  const entries = [
    { ...message(1, "new"), v: 3, edited: 1 },
    { ...message(2, ""), name: "Ann", v: 4, deleted: true },
    kept(3, { type: "edit", of: 1, text: "new" }),
  ] as const;
  assertEquals(lines.encode(entries, true), ["new"]);
  assertEquals(singleLines.encode(entries, true), ["new"]);
  assertEquals(lines.encode([entries[1]]), []);
});
