import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { kept, message } from "../../testing/fakes.ts";
import { Peer, RawPeer, serveChat, test } from "../../testing/support.ts";
import { gochattingAt, gochattingBatchedAt } from "../../wire/gochatting.ts";

const gochatting = gochattingAt({ room: "r", base: "" });
const gochattingBatched = gochattingBatchedAt({ room: "r", base: "" });

const ANN = "ann@example.org";
const HASH = createHash("sha256").update(ANN).digest("hex");
const USER = `{"Name":"ann","Email":"","Gravatar":"https://www.gravatar.com/avatar/${HASH}?s=20"}`;

const ofType = (peer: Peer, type: string) =>
  peer.lines.map((line) => JSON.parse(line)).filter(({ MType }) => MType === type);
const texts = (peer: Peer) => ofType(peer, "text_mtype");
const users = (peer: Peer) => ofType(peer, "status_mtype").at(-1)?.UserStatus.Users;

test("gochatting.encode: gives a message in exactly this shape", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  const before = Date.now();
  ann.send("hello");
  await ann.until(() => texts(ann).length > 0, "the message");
  const line = ann.lines.find((line) => line.includes("text_mtype"))!;
  const time = texts(ann)[0].TextMessage.Time;
  assertEquals(
    line,
    `{"MType":"text_mtype","TextMessage":{"Content":"hello","UserInfo":${USER},` +
      `"Time":"${time}"},"UserStatus":{"Users":null}}`,
  );
  assertMatch(time, /^\d\d-\d\d \d\d:\d\d:\d\d$/);
  const said = Date.parse(`${new Date(before).getUTCFullYear()}-${time.replace(" ", "T")}Z`);
  assert(said >= before - 1_000 && said <= Date.now(), time);
});

test("gochatting.welcome: lists the people in exactly this shape", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  assertEquals(
    await ann.line(),
    `{"MType":"status_mtype","TextMessage":{"Content":"","UserInfo":null,"Time":""},` +
      `"UserStatus":{"Users":[${USER}]}}`,
  );
});

test("gochatting.encode: lists the people whenever somebody comes or goes", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  const bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  await ann.until(() => users(ann)?.length === 2, "two users");
  assertEquals(users(ann).map(({ Name }: { Name: string }) => Name).sort(), ["ann", "bob"]);
  await bob[Symbol.asyncDispose]();
  await ann.until(() => users(ann)?.length === 1, "one user");
});

test("gochatting: an email in any case gives its picture, and makes nobody the same person", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  await using same = await Peer.join(server.host, `/chat?email=%20${ANN.toUpperCase()}%20`);
  await same.until(() => users(same) !== undefined, "the people");
  assertEquals(users(same).length, 2);
  for (const { Gravatar } of users(same)) {
    assertEquals(Gravatar, `https://www.gravatar.com/avatar/${HASH}?s=20`);
  }
  same.send("hello");
  await ann.until(() => texts(ann).length > 0, "the message");
  assertStringIncludes(texts(ann)[0].TextMessage.UserInfo.Gravatar, HASH);
});

test("gochatting: never shows an email, in any form", async () => {
  await using server = await serveChat();
  await using watcher = await Peer.join(server.host, "/rooms/lobby");
  await using batched = await Peer.join(server.host, "/chat?email=b@example.net&batch=1");
  await using ann = await Peer.join(server.host, "/chat?email=ann.secret@example.org&name=Ann");
  ann.send("hello");
  await watcher.next("message");
  await ann.until(() => texts(ann).length > 0 && users(ann)?.length === 3, "the message");
  await batched.until(() => texts(batched).length > 0 && users(batched)?.length === 3, "the same");
  const all = [...watcher.frames, ...batched.frames, ...ann.frames, ...server.log.events].join(
    "\n",
  );
  assert(!/example\.(org|net)|ann\.secret|@/.test(all), all);
});

test("gochatting.encode: gives one object a frame, and joins them for ?batch=1", async () => {
  await using server = await serveChat("--rate", "0");
  await using plain = await Peer.join(server.host, `/chat?email=${ANN}`);
  await using batched = await Peer.join(server.host, "/chat?email=bob@example.org&batch=1");
  for (let n = 0; n < 100; n++) plain.send(`${n}`);
  for (const peer of [plain, batched]) {
    await peer.until(() => texts(peer).length >= 100, "100 messages");
  }
  assertEquals(plain.frames, plain.lines);
  assert(batched.frames.length < batched.lines.length / 2, `${batched.frames.length} frames`);
});

test("gochatting: refuses a client that gives no email", async () => {
  await using server = await serveChat();
  for (const query of ["", "?email=", "?email=%20", "?name=Ann"]) {
    using raw = await RawPeer.connect(server.host, `/chat${query}`);
    assertStringIncludes(await raw.head(), "HTTP/1.1 400");
  }
});

test("gochatting.refusal: refuses in the name of the server, to the sender alone", async () => {
  await using server = await serveChat("--max-message", "8");
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  await using bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  ann.send("123456789");
  await ann.until(() => texts(ann).length > 0, "the refusal");
  const [{ TextMessage, UserStatus }] = texts(ann);
  assertEquals(TextMessage.UserInfo, { Name: "server", Email: "", Gravatar: "" });
  assertEquals(UserStatus, { Users: null });
  assertStringIncludes(TextMessage.Content, "8 bytes");
  for (const nothing of ["", " ", "\0"]) ann.send(nothing);
  ann.send("end");
  await bob.until(() => texts(bob).length > 0, "the next message");
  assertEquals(texts(bob)[0].TextMessage.Content, "end");
  assertEquals(texts(ann).length, 2);
});

test("gochatting: sends no history unless it is asked to", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, `/chat?email=${ANN}`);
  ann.send("before");
  await ann.until(() => texts(ann).length > 0, "the message");
  await using bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  await using asking = await Peer.join(server.host, "/chat?email=cy@example.org&replay=10");
  ann.send("after");
  for (const [peer, count] of [[bob, 1], [asking, 2]] as const) {
    await peer.until(() => texts(peer).length >= count, "the message");
  }
  const contents = (peer: Peer) => texts(peer).map(({ TextMessage }) => TextMessage.Content);
  assertEquals(contents(bob), ["after"]);
  assertEquals(contents(asking), ["before", "after"]);
});

const contents = (frames: string[]) => frames.map((frame) => JSON.parse(frame).TextMessage.Content);

Deno.test("gochatting.encode: gives an edit as a message that begins with a star, and no other change", () => {
  const entries = [
    kept(2, { type: "edit", of: 1, text: "new" }, { name: "Ann" }),
    kept(3, { type: "react", of: 1, emoji: "👍", on: true }, { count: 1 }),
    kept(4, { type: "delete", of: 1 }),
    { kind: "skip", from: 5, seq: 5, at: 1 },
  ] as const;
  assertEquals(contents(gochatting.encode(entries)), ["* new"]);
  assertEquals(JSON.parse(gochatting.encode(entries)[0]).TextMessage.UserInfo.Name, "Ann");
  assertEquals(gochattingBatched.encode(entries.slice(1)), []);
});

Deno.test("gochatting.encode: replays messages in their current state, without edits and tombstones", () => {
  const entries = [
    { ...message(1, "new"), v: 3, edited: 1 },
    { ...message(2, ""), v: 4, deleted: true },
    kept(3, { type: "edit", of: 1, text: "new" }),
  ] as const;
  assertEquals(contents(gochatting.encode(entries, true)), ["new"]);
});
