/** The connection for all rooms over real sockets: what it begins with, enters, reports and leaves out. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { AllRooms } from "../../client/all_rooms.ts";
import { CLOSE_REASONS } from "../../client/close_reasons.ts";
import { LIMITS } from "../../config/limits.ts";
import { Caller } from "../../testing/caller.ts";
import { memoryServices } from "../../testing/clients.ts";
import { FakeSink, person } from "../../testing/fakes.ts";
import { activityOf, type Found, RoomsPeer } from "../../testing/rooms_peer.ts";
import { until } from "../../testing/wait.ts";
import { type ChatServer, serveChat, startServer, test } from "../../testing/support.ts";

/** A server, and three people. */
async function serveThree(...flags: string[]) {
  const server = await serveChat(...flags);
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((name) => Caller.withKey(server, name));
  return { server, ann, bob, eve, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const post = async (by: Caller, room: string, text: string, more: object = {}) => {
  const { status, body } = await by.ask("POST", `/rooms/${room}/messages`, { text, ...more });
  assertEquals(status, 201, JSON.stringify(body));
  return body;
};

const privateRoom = async (by: Caller, ...members: Caller[]): Promise<string> => {
  const ids = await Promise.all(members.map((member) => member.id()));
  const order = { access: "private", title: "Den", members: ids };
  return (await by.ask("POST", "/rooms", order)).body.name;
};

test("AllRooms: begins with hello, which lists hidden rooms, starred ones and those with a read mark", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  const den = await privateRoom(ann, bob);
  for (const room of ["tea", "pub", "other"]) await post(bob, room, "hello");
  {
    await using first = await RoomsPeer.join(server, ann);
    const { you, epoch, own, rooms, more } = first.hello;
    assertEquals([you.id, you.name, typeof epoch, more], [
      await ann.id(),
      "ann",
      "string",
      undefined,
    ]);
    assertEquals([own.seq, rooms.map(({ name }: Found) => name)], [0, [den]]);
    first.send({ type: "read", room: "tea", seq: 1 }, { type: "star", room: "pub", on: true });
    first.send({ type: "mute", room: den, on: true });
    await first.next({ type: "mute" });
  }
  await using second = await RoomsPeer.join(server, ann);
  assertEquals(second.hello.rooms.map(({ name }: Found) => name), ["tea", den, "pub"]);
  const { seq, messages, count, read, mentions, access, starred } = second.room("tea");
  assertEquals([seq, messages, count, read, mentions, access, starred], [
    1,
    1,
    0,
    1,
    0,
    "open",
    undefined,
  ]);
  assertEquals([second.room("pub").starred, second.room(den).muted], [true, true]);
  assertEquals([second.room(den).title, second.room(den).access], ["Den", "private"]);
});

test("AllRooms: enters several rooms, whose objects carry their names, and leaves one", async () => {
  await using all = await serveThree();
  await using ann = await RoomsPeer.join(all.server, all.ann);
  await post(all.bob, "tea", "before");
  const welcome = await ann.enter("tea", { id: "e1" });
  assertEquals([welcome.room, welcome.id, welcome.seq, welcome.messages], ["tea", "e1", 1, 1]);
  assertEquals((await ann.next({ type: "message" })).room, "tea");
  await ann.enter("den");
  const said = await ann.say("den", "here");
  assertEquals([said.room, said.seq, said.text], ["den", 1, "here"]);
  ann.send({ type: "react", room: "tea", of: 1, emoji: "👍", on: true });
  assertEquals((await ann.next({ type: "react" })).room, "tea");
  ann.send({ type: "edit", room: "den", of: 1, text: "there" });
  assertEquals((await ann.next({ type: "edit" })).room, "den");
  ann.send({ type: "typing", room: "tea" });
  assertEquals((await ann.next({ type: "typing" })).room, "tea");
  ann.send({ type: "exit", room: "tea" });
  await post(all.bob, "tea", "after");
  assertEquals((await activityOf(ann, "tea")).messages, 2);
  await ann.say("den", "again");
  assertEquals(ann.all("message").filter(({ room }) => room === "tea").length, 1);
});

test("AllRooms: takes commands in a room that is not entered, and refuses what it does not know", async () => {
  await using all = await serveThree();
  await using ann = await RoomsPeer.join(all.server, all.ann);
  const said = await ann.say("tea", "from outside");
  assertEquals([said.room, said.seq], ["tea", 1]);
  ann.send({ type: "say", text: "nowhere", id: "x" }, { type: "enter", room: "no name!", id: "y" });
  assertEquals((await ann.next({ type: "error", id: "x" })).code, "bad_command");
  assertEquals((await ann.next({ type: "error", id: "y" })).code, "bad_command");
  ann.send({ type: "enter", room: "~" + "a".repeat(LIMITS.address), id: "z" });
  assertEquals((await ann.next({ type: "error", id: "z" })).code, "unknown_room");
});

test("AllRooms: resumes every room where it was, and reports a gap and another history", async () => {
  await using all = await serveThree("--keep", "5", "--tail", "5");
  for (const room of ["tea", "den", "pub"]) {
    for (let n = 1; n <= 20; n++) await post(all.bob, room, `${n}`);
  }
  await using ann = await RoomsPeer.join(all.server, all.ann);
  const { epoch } = ann.hello;
  ann.send(
    { type: "enter", room: "tea", since: 18, epoch },
    { type: "enter", room: "den", since: 3, epoch },
    { type: "enter", room: "pub", since: 18, epoch, at: 1 },
  );
  await ann.peer.until(() => ann.all("message").length === 12, "all messages");
  // Who is here comes when it comes.
  const came = (room: string) =>
    ann.peer.lines.map((line): Found => JSON.parse(line))
      .filter((object) => object.room === room && object.type !== "presence")
      .map(({ type, seq, from, to }) => type === "gap" ? `gap ${from}-${to}` : `${type} ${seq}`);
  assertEquals(came("tea"), ["welcome 20", "message 19", "message 20"]);
  const newest = ["message 16", "message 17", "message 18", "message 19", "message 20"];
  assertEquals(came("den"), ["welcome 20", "gap 4-15", ...newest]);
  assertEquals(came("pub"), ["welcome 20", ...newest]);
  const resets = ann.all("welcome").filter(({ reset }) => reset).map(({ room }) => room);
  assertEquals(resets, ["pub"]);
});

test("AllRooms: replays as much as was asked for when it enters", async () => {
  await using all = await serveThree();
  for (let n = 1; n <= 9; n++) await post(all.bob, "tea", `${n}`);
  await using ann = await RoomsPeer.join(all.server, all.ann);
  assertEquals((await ann.enter("tea", { replay: 2 })).after, 7);
  assertEquals((await ann.next({ type: "message" })).seq, 8);
  assertEquals((await ann.enter("tea", { replay: 0 })).after, 9);
});

test("AllRooms: joins what several rooms have into one frame", async () => {
  await using all = await serveThree();
  const rooms = Array.from({ length: 20 }, (_, n) => `r${n}`);
  await using ann = await RoomsPeer.join(all.server, all.ann);
  await using bob = await RoomsPeer.join(all.server, all.bob);
  for (const room of rooms) await ann.enter(room);
  const before = ann.peer.frames.length;
  bob.send(...rooms.map((room) => ({ type: "say", room, text: "hello" })));
  await ann.peer.until(() => ann.all("message").length === rooms.length, "all messages");
  assertLess(ann.peer.frames.length - before, rooms.length / 2);
});

test("AllRooms: does not show somebody who enters again as gone", async () => {
  await using all = await serveThree();
  await using ann = await RoomsPeer.join(all.server, all.ann);
  await using bob = await RoomsPeer.join(all.server, all.bob);
  await bob.enter("tea");
  await ann.enter("tea");
  await bob.next({ type: "presence" });
  await ann.enter("tea", { replay: 0 });
  await ann.enter("TEA", { replay: 0 });
  await ann.say("tea", "still here");
  await bob.next({ type: "message" });
  assertEquals(bob.all("presence").flatMap(({ left }) => left ?? []), []);
  assertEquals(ann.all("message").length, 1);
});

test("AllRooms: takes a room's name in another case as the same room", async () => {
  await using all = await serveThree();
  await post(all.bob, "Tea", "hello");
  await using ann = await RoomsPeer.join(all.server, all.ann);
  assertEquals((await ann.enter("tea")).room, "Tea");
  const said = await ann.say("TEA", "loud");
  assertEquals([said.room, said.seq], ["Tea", 2]);
  ann.send({ type: "read", room: "tEA", seq: 2 }, { type: "star", room: "tea", on: true });
  const { room, read } = await ann.next({ type: "read" });
  assertEquals([room, read], ["Tea", 2]);
  assertEquals((await ann.next({ type: "star" })).room, "Tea");
  ann.send({ type: "exit", room: "tea" });
  await post(all.bob, "tea", "bye");
  assertEquals((await activityOf(ann, "Tea")).messages, 3);
});

test("AllRooms: reports what another device does, and a lower mark replaces no higher one", async () => {
  await using all = await serveThree();
  for (let n = 1; n <= 4; n++) await post(all.bob, "tea", `${n}`);
  await using one = await RoomsPeer.join(all.server, all.ann);
  await using two = await RoomsPeer.join(all.server, all.ann);
  one.send({ type: "read", room: "tea", seq: 3 });
  const { room, seq, read, mentions } = await two.next({ type: "read" });
  assertEquals([room, seq, read, mentions], ["tea", 3, 3, 0]);
  two.send({ type: "read", room: "tea", seq: 2 });
  assertEquals((await two.next({ type: "read" })).seq, 3);
  two.send({ type: "read", room: "tea", seq: 5, id: "above" });
  assertEquals((await two.next({ type: "error", id: "above" })).code, "bad_command");
  two.send({ type: "mute", room: "tea", on: true });
  assertEquals((await one.next({ type: "mute" })).on, true);
  two.send({ type: "mute", room: "tea", on: false });
  assertEquals((await one.next({ type: "mute" })).on, false);
  await using three = await RoomsPeer.join(all.server, all.ann);
  assertEquals([three.room("tea").read, three.room("tea").muted], [3, undefined]);
});

test("AllRooms: counts what is read as messages, not as entries", async () => {
  await using all = await serveThree();
  await post(all.bob, "tea", "one");
  await all.bob.ask("PATCH", "/rooms/tea/messages/1", { text: "uno" });
  await post(all.bob, "tea", "two");
  await all.bob.ask("DELETE", "/rooms/tea/messages/1");
  await post(all.bob, "tea", "three");
  await using ann = await RoomsPeer.join(all.server, all.ann);
  ann.send({ type: "read", room: "tea", seq: 3 });
  assertEquals((await ann.next({ type: "read" })).read, 2);
  await using again = await RoomsPeer.join(all.server, all.ann);
  const { messages, read, seq } = again.room("tea");
  assertEquals([messages, read, seq], [3, 2, 5]);
});

test("AllRooms: rings for those whom a message is for, with its text as it is now", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  await using one = await RoomsPeer.join(server, ann);
  const id = await ann.id();
  await post(bob, "tea", "for you", { to: [id] });
  const mention = await one.next({ type: "mention" });
  const { own, room, seq, from, text, mentions } = mention;
  assertEquals([room, seq, from, text, mentions], ["tea", 1, await bob.id(), "for you", 1]);
  await one.enter("tea");
  await one.say("tea", "mine");
  await post(bob, "tea", "an answer", { reply: 2 });
  assertEquals((await one.next({ type: "mention" })).text, "an answer");
  await post(bob, "tea", "hey @ann, there");
  assertEquals((await one.next({ type: "mention" })).text, "hey @ann, there");
  await post(bob, "tea", "hey @anna");
  const { body: { name: direct } } = await bob.ask("POST", "/direct", { members: [id] });
  await post(bob, direct, "psst");
  assertEquals((await one.next({ type: "mention" })).room, direct);
  await all.bob.ask("PATCH", "/rooms/tea/messages/1", { text: "changed" });
  await using again = await RoomsPeer.join(server, ann, { since: own - 1 });
  assertEquals((await again.next({ type: "mention" })).text, "changed");
  assertEquals([again.room("tea").mentions, again.room(direct).mentions], [3, 1]);
});

test("AllRooms: rings for a visitor of a private room who is named there and not present", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  const members = [await bob.id()];
  const order = { access: "private", title: "Den", members };
  const { name: den } = (await ann.ask("POST", "/rooms?name=Ann%20Lee", order)).body;
  assertEquals((await post(bob, den, "hello @ANN LEE")).to, [await ann.id()]);
  assertEquals(
    (await post(bob, "tea", "hello @Ann Lee")).to,
    undefined,
    "nobody there has this name",
  );
  await using one = await RoomsPeer.join(server, ann);
  assertEquals(one.room(den).mentions, 1);
});

test("AllRooms: rings for a visitor who is named in a room they have not entered", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  const id = await ann.id();
  {
    await using one = await RoomsPeer.join(server, ann);
    assertEquals((await post(bob, "tea", "hello @ANN!")).to, [id]);
    assertEquals((await one.next({ type: "mention" })).text, "hello @ANN!");
    one.send({ type: "name", name: "Ann Lee" }, { type: "ping" });
    await one.next({ type: "pong" });
    assertEquals((await post(bob, "tea", "hello @ann")).to, undefined);
    assertEquals((await post(bob, "tea", "hello @ann lee")).to, [id]);
    const den = await privateRoom(bob);
    assertEquals((await post(bob, den, "hello @ann lee")).to, undefined);
  }
  await until(() => server.chat.connections === 0, "their leave");
  assertEquals((await post(bob, "tea", "hello @ann lee")).to, undefined);
});

test("AllRooms.rename: leaves no name of a connection that has ended", async () => {
  const services = memoryServices();
  const ending = new AllRooms(new FakeSink(), {
    person: person("1", "Ann"),
    address: "192.0.2.1",
    named: false,
    isAdmin: false,
    mayEnter: () => true,
    isCurrent: () => true,
    expires: Infinity,
    role: "member",
    since: undefined,
    at: undefined,
    epoch: undefined,
    find: (room) => ({ room, role: "member" }),
  }, services);
  const named = () => services.connected.find("zoe");
  ending.rename("1", "Zoe");
  assertEquals(named(), "1");
  ending.end(CLOSE_REASONS.lost);
  ending.rename("1", "Zoe");
  assertEquals(named(), undefined);
  await services.close();
});

test("AllRooms: does not ring for what one says oneself, nor for people who are blocked", async () => {
  await using all = await serveThree();
  const { server, ann, bob, eve } = all;
  const id = await ann.id();
  assertEquals(await ann.status("POST", "/me/blocks", { id: await eve.id() }), 201);
  await using one = await RoomsPeer.join(server, ann);
  await post(ann, "tea", "me", { to: [id] });
  await post(eve, "tea", "blocked", { to: [id] });
  await post(bob, "tea", "welcome", { to: [id] });
  assertEquals((await one.next({ type: "mention" })).text, "welcome");
  assertEquals(one.all("mention").length, 1);
});

test("AllRooms: forgets a mention whose message is deleted", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  const to = [await ann.id()];
  await using one = await RoomsPeer.join(server, ann);
  await post(bob, "tea", "secret", { to });
  await post(bob, "tea", "other", { to });
  await one.next({ type: "mention", seq: 2 });
  await bob.ask("DELETE", "/rooms/tea/messages/1");
  const { added } = await one.next({ type: "rooms" });
  assertEquals(added.map(({ name, mentions }: Found) => [name, mentions]), [["tea", 1]]);
  await using again = await RoomsPeer.join(server, ann, { since: 0 });
  assertEquals([again.room("tea").mentions, (await again.next({ type: "mention" })).seq], [1, 2]);
  assert(!again.peer.lines.some((line) => line.includes("secret")));
});

test("AllRooms: never shows a room that may not be entered, and takes it away at once", async () => {
  await using all = await serveThree();
  const { server, ann, bob, eve } = all;
  const den = await privateRoom(ann);
  const id = await bob.id();
  await using one = await RoomsPeer.join(server, bob);
  await using other = await RoomsPeer.join(server, eve);
  assertEquals(one.room(den), undefined);
  await ann.ask("PATCH", `/rooms/${den}`, { add: [id] });
  const { added } = await one.next({ type: "rooms" });
  assertEquals(added.map(({ name, title }: Found) => [name, title]), [[den, "Den"]]);
  await one.enter(den, { id: "mine" });
  await one.settled();
  await ann.ask("PATCH", `/rooms/${den}`, { remove: [id] });
  assertEquals((await one.next({ type: "error" })).id, "mine");
  assertEquals((await one.next({ type: "rooms" })).removed, [den]);
  await post(ann, den, "behind his back", { to: [id] });
  for (const type of ["enter", "read", "star", "say"]) {
    one.send({ type, room: den, seq: 1, on: true, text: "x", id: type });
    assertEquals((await one.next({ type: "error", id: type })).code, "unknown_room");
  }
  await post(ann, "tea", "in the open", { to: [id] });
  await one.next({ type: "mention", room: "tea" });
  await using again = await RoomsPeer.join(server, bob, { since: 0 });
  await again.next({ type: "mention", room: "tea" });
  for (const { peer } of [one, again, other]) {
    assert(!peer.lines.some((line) => line.includes("behind his back")));
  }
  assert(!other.peer.lines.concat(again.peer.lines).some((line) => line.includes(den)));
});

test("AllRooms: shows a private room's new title", async () => {
  await using all = await serveThree();
  const den = await privateRoom(all.ann);
  await using one = await RoomsPeer.join(all.server, all.ann);
  await all.ann.ask("PATCH", `/rooms/${den}`, { title: "Library" });
  const { added } = await one.next({ type: "rooms" });
  assertEquals(added.map(({ title }: Found) => title), ["Library"]);
});

test("AllRooms: limits the rooms that are entered", async () => {
  await using all = await serveThree("--rate", "0");
  await using ann = await RoomsPeer.join(all.server, all.ann);
  const enter = (n: number) => ({ type: "enter", room: `r${n}`, id: `e${n}` });
  ann.send(...Array.from({ length: LIMITS.roomsEntered }, (_, n) => enter(n)));
  await ann.peer.until(() => ann.all("welcome").length === LIMITS.roomsEntered, "all rooms");
  ann.send(enter(LIMITS.roomsEntered));
  assertEquals((await ann.next({ type: "error" })).id, `e${LIMITS.roomsEntered}`);
  ann.send({ type: "exit", room: "r0" });
  assertEquals((await ann.enter("another")).room, "another");
});

test("AllRooms: keeps what was said right before the connection was closed", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  await using watch = await RoomsPeer.join(server, bob);
  await watch.enter("tea");
  {
    await using one = await RoomsPeer.join(server, ann);
    one.send({ type: "enter", room: "tea" }, { type: "say", room: "tea", text: "last words" });
  }
  assertEquals((await watch.next({ type: "message" })).text, "last words");
});

test("AllRooms: changes the name in all rooms, and refuses a bad one", async () => {
  await using all = await serveThree();
  await using ann = await RoomsPeer.join(all.server, all.ann);
  await ann.enter("tea");
  await ann.enter("den");
  ann.send({ type: "name", name: "Anna" });
  await ann.next({ type: "renamed" });
  await ann.peer.until(() => ann.all("renamed").length === 2, "both rooms");
  assertEquals((await ann.say("den", "hello")).name, "Anna");
  ann.send({ type: "name", name: "\u202e", id: "bad" });
  assertEquals((await ann.next({ type: "error", id: "bad" })).code, "bad_name");
});

test("AllRooms: has unread messages and mentions right after the server was killed", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let server = await startServer(...db);
  try {
    const at = () => server as unknown as ChatServer;
    const [ann, bob] = ["ann", "bob"].map((name) => Caller.withKey(at(), name));
    const to = [await ann.id()];
    for (let n = 1; n <= 5; n++) await post(bob, "tea", `${n}`, n % 2 ? { to } : {});
    {
      await using one = await RoomsPeer.join(server, ann);
      one.send({ type: "read", room: "tea", seq: 2 });
      await one.next({ type: "read" });
    }
    await server.stop("SIGKILL");
    server = await startServer(...db, "--addr", server.host);
    await using again = await RoomsPeer.join(server, ann);
    const { messages, read, mentions } = again.room("tea");
    assertEquals([messages, read, mentions], [5, 2, 2]);
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

test("AllRooms: resumes the own log, and says reset where its history is another one", async () => {
  await using all = await serveThree();
  const { server, ann, bob } = all;
  const to = [await ann.id()];
  await post(bob, "tea", "first", { to });
  await using one = await RoomsPeer.join(server, ann, { since: 0 });
  const { own: { seq, at }, epoch } = one.hello;
  await post(bob, "tea", "second", { to });
  await one.next({ type: "mention", seq: 2 });
  await using same = await RoomsPeer.join(server, ann, { since: seq, at, epoch });
  assertEquals([same.hello.reset, (await same.next({ type: "mention" })).text], [
    undefined,
    "second",
  ]);
  const others: Record<string, string | number>[] = [
    { since: seq, at: at + 1 },
    { since: seq + 9 },
    { since: seq, epoch: "x" },
  ];
  for (const query of others) {
    await using other = await RoomsPeer.join(server, ann, query);
    assertEquals(other.hello.reset, true, JSON.stringify(query));
  }
});
