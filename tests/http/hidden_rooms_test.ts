/** Private and direct rooms, over HTTP and sockets: creating, changing, entering and leaving them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { serveChat, test, within } from "../../testing/support.ts";
import { serveLocked } from "../../testing/token_server.ts";

/** A server without tokens, and three people. */
async function serveThree(...flags: string[]) {
  const server = await serveChat(...flags);
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((name) => Caller.withKey(server, name));
  return { server, ann, bob, eve, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const roomsOf = async (caller: Caller) =>
  (await caller.ask("GET", "/rooms")).body.rooms.map(({ name }: { name: string }) => name);

test("postRoom: creates a private room for its creator and the members, and nobody else", async () => {
  await using all = await serveThree();
  const { ann, bob, eve } = all;
  const { status, body } = await ann.ask("POST", "/rooms?name=Ann", {
    access: "private",
    title: " Tea\n",
    topic: "leaves",
    members: [await bob.id()],
  });
  const { name, at, ...rest } = body;
  assertEquals([status, rest], [201, {
    members: 0,
    seq: 4,
    messages: 0,
    topic: "leaves",
    access: "private",
    title: "Tea",
  }]);
  assertMatch(name, /^~[a-z2-7]{26}$/);
  assert(at > 0);
  for (const [caller, role] of [[ann, "owner"], [bob, "member"]] as const) {
    await using peer = await caller.join(name);
    const { room, you, title, access, topic } = await peer.next("welcome");
    assertEquals([room, title, access, topic], [name, "Tea", "private", "leaves"]);
    assertEquals(you.role ?? "member", role);
    assertEquals(await roomsOf(caller), [name]);
  }
  assertEquals([await roomsOf(eve), await eve.status("GET", `/rooms/${name}/messages`)], [[], 404]);
});

test("postRoom: answers the same id with the same room, and 409 once one has left it", async () => {
  await using all = await serveThree();
  const order = { access: "private", title: "Tea", id: "x" };
  const first = await all.ann.ask("POST", "/rooms", order);
  const second = await all.ann.ask("POST", "/rooms", order);
  assertEquals([first.status, second.status], [201, 200]);
  assertEquals(second.body.name, first.body.name);
  assertEquals((await all.bob.ask("POST", "/rooms", order)).status, 201);
  const path = `/rooms/${first.body.name}`;
  assertEquals(await all.ann.status("PATCH", path, { remove: await all.ann.id() }), 201);
  assertEquals(await all.ann.status("POST", "/rooms", order), 409);
});

test("postRoom: answers 400 to what is no room, and 401 to somebody who could not come back", async () => {
  await using all = await serveThree();
  const bad = [
    {},
    { name: "no spaces" },
    { name: "~abc" },
    { name: "tea", topic: 5 },
    { access: "direct" },
    { access: "private" },
    { access: "private", title: " " },
    { access: "private", title: "x".repeat(101) },
    { access: "private", title: "x", members: "ann" },
    { access: "private", title: "x", members: [5] },
    { access: "private", title: "x", members: Array(41).fill(0).map((_, n) => `m${n}`) },
    { access: "private", title: "x", id: "" },
  ];
  for (const body of bad) {
    assertEquals(await all.ann.status("POST", "/rooms", body), 400, JSON.stringify(body));
  }
  const anonymous = await fetch(`http://${all.server.host}/rooms`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ access: "private", title: "Tea" }),
  });
  await anonymous.body?.cancel();
  assertEquals(anonymous.status, 401);
});

test("postRoom: creates an open room that stays listed, and leaves one that exists as it is", async () => {
  await using all = await serveThree();
  const first = await all.ann.ask("POST", "/rooms", { name: "Tea", topic: "leaves" });
  assertEquals([first.status, first.body.name, first.body.topic], [201, "Tea", "leaves"]);
  const again = await all.bob.ask("POST", "/rooms", { name: "TEA", topic: "coffee" });
  assertEquals([again.status, again.body.name, again.body.topic], [200, "Tea", "leaves"]);
  assertEquals((await all.bob.ask("POST", "/rooms", { name: "quiet" })).status, 201);
  assertEquals((await roomsOf(all.eve)).sort(), ["Tea", "quiet"]);
});

test("postDirect: opens one room for the same people, in whatever order they are named", async () => {
  await using all = await serveThree();
  const { ann, bob, eve } = all;
  const [a, b] = [await ann.id(), await bob.id()];
  const first = await ann.ask("POST", "/direct?name=Ann", { members: [b] });
  const second = await bob.ask("POST", "/direct", { members: [a, b] });
  assertEquals([first.status, second.status], [201, 200]);
  assertEquals(second.body.name, first.body.name);
  assertEquals(first.body.access, "direct");
  assertEquals(first.body.people.map(({ id }: { id: string }) => id).sort(), [a, b].sort());
  await using peer = await bob.join(first.body.name);
  assertEquals((await peer.next("welcome")).access, "direct");
  assertEquals(await eve.status("GET", `/rooms/${first.body.name}/messages`), 404);
  for (const change of [{ add: [await eve.id()] }, { remove: [a] }, { title: "x" }]) {
    assertEquals(await ann.status("PATCH", `/rooms/${first.body.name}`, change), 403);
  }
  assertEquals(await bob.status("PATCH", `/rooms/${first.body.name}`, { topic: "tea" }), 201);
});

test("postDirect: alone it is for one's notes", async () => {
  await using all = await serveThree();
  const { ann, bob } = all;
  const first = await ann.ask("POST", "/direct", { members: [] });
  const second = await ann.ask("POST", "/direct", {});
  assertEquals([first.status, second.status, second.body.name], [201, 200, first.body.name]);
  const path = `/rooms/${first.body.name}/messages`;
  assertEquals(await ann.status("POST", path, { text: "milk" }), 201);
  assertEquals((await ann.ask("GET", path)).body.messages[0].text, "milk");
  assertEquals(await bob.status("GET", path), 404);
});

test("postDirect: takes eight people at most", async () => {
  await using all = await serveThree();
  const others = (count: number) => Array.from({ length: count }, (_, n) => `person${n}`);
  assertEquals(await all.ann.status("POST", "/direct", { members: others(7) }), 201);
  assertEquals(await all.ann.status("POST", "/direct", { members: others(8) }), 400);
});

/** What the room's log has shown on a connection, without numbers, times, senders and ids. */
function settings(objects: Record<string, unknown>[]): string[] {
  return objects.map(({ type: _, seq: __, at: ___, from: ____, id: _____, ...set }) =>
    JSON.stringify(set)
  ).sort();
}

test("patchRoom: keeps what it sets all or none, and shows it to everybody in the log", async () => {
  await using all = await serveThree();
  const { ann, bob, eve } = all;
  const room = await ann.createRoom("Tea", [bob]);
  const [a, b, e] = [await ann.id(), await bob.id(), await eve.id()];
  await using peer = await bob.join(room);
  const { seq } = await peer.next("welcome");
  await using watcher = await bob.watch(room, `?since=${seq}`);
  await watcher.next();
  const change = { title: "Coffee", topic: "beans", add: e, id: "x" };
  const { status, body } = await ann.ask("PATCH", `/rooms/${room}`, change);
  assertEquals([status, body.type, body.id, body.from], [201, "room", "x", a]);
  await peer.until(() => peer.all("room").length === 6, "the changes");
  assertEquals(
    settings(peer.all("room")),
    [{ added: a }, { added: b }, { added: e }, { title: "Coffee" }, { title: "Tea" }, {
      topic: "beans",
    }].map((set) => JSON.stringify(set)).sort(),
  );
  const events = [await watcher.next(), await watcher.next(), await watcher.next()];
  assertEquals(events.map((event) => event?.type), ["room", "room", "room"]);
  assertEquals(events.map((event) => event?.data), peer.all("room").slice(3));
  assertEquals(await ann.status("PATCH", `/rooms/${room}`, { title: " ", archived: true }), 400);
  const unknown = Array.from({ length: 41 }, (_, n) => `m${n}`);
  assertEquals(await ann.status("PATCH", `/rooms/${room}`, { add: unknown, archived: true }), 400);
  await using late = await eve.join(room);
  const { title, archived } = await late.next("welcome");
  assertEquals([title, archived], ["Coffee", undefined]);
});

test("patchRoom: answers the same id with the same entry, though the room has changed since", async () => {
  await using all = await serveThree();
  const room = await all.ann.createRoom("Tea");
  const set = (body: unknown) => all.ann.ask("PATCH", `/rooms/${room}`, body);
  const first = await set({ archived: true, id: "x" });
  assertEquals(first.body.archived, true);
  const again = await set({ archived: true, id: "x" });
  assertEquals([first.status, again.status, again.body], [201, 200, first.body]);
  assertEquals((await set({ archived: false })).body.archived, false);
  const late = await set({ archived: true, id: "x" });
  assertEquals([late.status, late.body.type, late.body.id], [200, "skip", "x"]);
  const { rooms } = (await all.ann.ask("GET", "/rooms")).body;
  assertEquals(rooms[0].archived, undefined);
  assertEquals((await set({ archived: false, id: "x" })).status, 409);
  assertEquals((await set({ archived: false, id: "y" })).status, 200);
});

test("patchRoom: lets the owner alone change a private room, and everybody leave it", async () => {
  await using all = await serveThree();
  const { ann, bob, eve } = all;
  const room = await ann.createRoom("Tea", [bob]);
  const [a, b, e] = [await ann.id(), await bob.id(), await eve.id()];
  const path = `/rooms/${room}`;
  for (
    const change of [{ topic: "x" }, { title: "x" }, { add: e }, { remove: a }, { archived: true }]
  ) {
    assertEquals(await bob.status("PATCH", path, change), 403, JSON.stringify(change));
    assertEquals(await eve.status("PATCH", path, change), 404, JSON.stringify(change));
  }
  assertEquals(await bob.status("PATCH", path, { remove: b }), 201);
  assertEquals(await bob.status("PATCH", path, { remove: b }), 404);
  assertEquals(await ann.status("PATCH", path, { add: [e], remove: [b] }), 201);
  assertEquals(await ann.status("PATCH", path, { remove: a }), 201);
  const { members } = (await eve.ask("GET", `${path}/members`)).body;
  assertEquals(members.map(({ id, role }: Record<string, string>) => [id, role]), [[e, "owner"]]);
});

test("patchRoom: ends the sockets and event streams of somebody who is removed, and closes the history", async () => {
  await using all = await serveThree();
  const { ann, bob } = all;
  const room = await ann.createRoom("Tea", [bob]);
  await using peer = await bob.join(room);
  await peer.next("welcome");
  await using watcher = await bob.watch(room);
  await watcher.next();
  await using stays = await ann.join(room);
  await stays.next("welcome");
  assertEquals(await ann.status("PATCH", `/rooms/${room}`, { remove: await bob.id() }), 201);
  assertEquals(await within(peer.closed, "the socket to close"), {
    code: 1008,
    reason: "access revoked",
  });
  while (await watcher.next());
  for (const path of ["messages", "events", "messages/1"]) {
    assertEquals(await bob.status("GET", `/rooms/${room}/${path}`), 404);
  }
  stays.say("alone");
  assertEquals((await stays.next("message")).text, "alone");
});

test("room command: changes a hidden room like PATCH, and refuses what is not allowed", async () => {
  await using all = await serveThree();
  const { ann, bob, eve } = all;
  const room = await ann.createRoom("Tea", [bob]);
  await using owner = await ann.join(room);
  await using member = await bob.join(room);
  const e = await eve.id();
  owner.send({ type: "room", title: "Coffee", add: e, id: "x" });
  await owner.until(() => owner.all("room").some(({ id }) => id === "x"), "the echo");
  await owner.until(() => owner.all("room").some(({ added }) => added === e), "the addition");
  owner.send({ type: "room", title: "Coffee", add: e, id: "x" });
  await owner.until(
    () => owner.all("room").filter(({ id }) => id === "x").length === 2,
    "the echo",
  );
  member.send({ type: "room", title: "Mine", id: "y" });
  const { code, id } = await member.next("error");
  assertEquals([code, id], ["not_allowed", "y"]);
  await using open = await ann.join("lobby");
  open.send({ type: "room", title: "Coffee", id: "z" });
  assertEquals((await open.next("error")).code, "bad_command");
});

test("archived rooms: can be read, and nothing can be said or changed in them", async () => {
  await using all = await serveThree();
  const { ann, bob } = all;
  const room = await ann.createRoom("Tea", [bob]);
  const path = `/rooms/${room}`;
  assertEquals(await bob.status("POST", `${path}/messages`, { text: "one" }), 201);
  assertEquals(await ann.status("PATCH", path, { archived: true }), 201);
  for (const caller of [ann, bob]) {
    assertEquals(await caller.status("POST", `${path}/messages`, { text: "two" }), 403);
    assertEquals((await caller.ask("GET", `${path}/messages`)).body.messages.length, 1);
    await using peer = await caller.join(room);
    assertEquals((await peer.next("welcome")).archived, true);
    peer.say("three");
    assertEquals((await peer.next("error")).code, "not_allowed");
  }
  assertEquals(await ann.status("PATCH", path, { title: "Coffee" }), 403);
  assertEquals(await ann.status("PATCH", path, { archived: false, title: "Coffee" }), 201);
  assertEquals(await bob.status("POST", `${path}/messages`, { text: "two" }), 201);
});

test("admins: may add themselves to a private room, which is audited, and never to a direct one", async () => {
  await using server = await serveLocked();
  const [ann, bob] = [
    await Caller.withToken(server, "ann"),
    await Caller.withToken(server, "bob"),
  ];
  const root = await Caller.withToken(server, "root", "admin");
  const room = await ann.createRoom("Tea");
  const { body: direct } = await ann.ask("POST", "/direct", { members: ["bob"] });
  await using peer = await ann.join(room);
  await peer.next("welcome");
  assertEquals(await root.status("GET", `/rooms/${room}/messages`), 404);
  assertEquals(await root.status("PATCH", `/rooms/${room}`, { title: "Mine" }), 404);
  assertEquals(await root.status("PATCH", `/rooms/${room}`, { add: ["root", "bob"] }), 404);
  assertEquals(await bob.status("PATCH", `/rooms/${room}`, { add: "bob" }), 404);
  assertEquals(await root.status("PATCH", `/rooms/${direct.name}`, { add: "root" }), 404);
  assertEquals(await root.status("PATCH", `/rooms/${room}`, { add: "root" }), 201);
  await peer.until(() => peer.all("room").some(({ added }) => added === "root"), "the addition");
  assertEquals(await root.status("GET", `/rooms/${room}/messages`), 200);
  assertEquals(await root.status("PATCH", `/rooms/${room}`, { title: "Mine" }), 403);
  const { entries } = (await root.ask("GET", "/audit")).body;
  const [{ seq, at, ...entry }, ...others] = entries;
  assertEquals([seq, at > 0, entry, others], [1, true, { by: "root", action: "join", room }, []]);
});

test("GET /rooms: lists hidden rooms among others, by activity and by name, and finds titles and people", async () => {
  await using all = await serveThree();
  const { ann, bob } = all;
  await ann.ask("POST", "/rooms/lobby/messages", { text: "x" });
  const tea = await ann.createRoom("Green Tea", [bob]);
  const { body: direct } = await ann.ask("POST", "/direct?name=Ann", { members: [await bob.id()] });
  await ann.ask("POST", `/rooms/${tea}/messages`, { text: "x" });
  const list = async (query: string) =>
    (await bob.ask("GET", `/rooms?${query}`)).body.rooms.map(({ name }: { name: string }) => name);
  assertEquals(await list(""), [tea, "lobby", direct.name]);
  assertEquals(await list("after="), ["lobby", ...[tea, direct.name].sort()]);
  assertEquals(await list(`after=lobby&limit=1`), [tea, direct.name].sort().slice(0, 1));
  assertEquals(await list("q=green"), [tea]);
  assertEquals(await list("q=ann"), [direct.name]);
  assertEquals((await bob.ask("GET", "/rooms?limit=2")).body.more, true);
});

test("blocks: keep a direct room out of the list, and are one's own", async () => {
  await using all = await serveThree();
  const { ann, bob } = all;
  const a = await ann.id();
  const { body: direct } = await ann.ask("POST", "/direct", { members: [await bob.id()] });
  const block = (body: unknown) => bob.status("POST", "/me/blocks", body);
  assertEquals([await block({ id: a }), await block({ id: a })], [201, 200]);
  assertEquals([await block({ id: await bob.id() }), await block({})], [400, 400]);
  assertEquals([await roomsOf(bob), await roomsOf(ann)], [[], [direct.name]]);
  const { body } = await bob.ask("GET", "/me/blocks");
  assertEquals(body.blocks.map(({ id }: { id: string }) => id), [a]);
  assertEquals((await ann.ask("GET", "/me/blocks")).body, { blocks: [] });
  assertEquals(await bob.status("DELETE", `/me/blocks?id=${a}`), 204);
  assertEquals(await roomsOf(bob), [direct.name]);
});
