/**
 * Somebody who may not enter a hidden room gets, everywhere, exactly the answer of an address that was
 * never issued.
 */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { Caller } from "../../testing/caller.ts";
import { RawPeer, serveChat, test, UPGRADE } from "../../testing/support.ts";
import { textOf } from "../../testing/source.ts";
import { actor, openRoomServer } from "../../testing/room_servers.ts";
import { MemoryJournal } from "../../journal/memory.ts";

/** An address that was never issued. */
const NEVER = `~${"a".repeat(26)}`;
/** Bodies that somebody who may enter could send. */
const BODIES: Readonly<Record<string, unknown>> = {
  "PATCH /rooms/:room": { title: "Mine", add: ["x"], archived: true },
  "POST /rooms/:room/messages": { text: "x", name: "Eve" },
  "PATCH /rooms/:room/messages/:seq": { text: "x" },
  "PUT /rooms/:room/closed": { seconds: 5 },
};

interface Attempt {
  readonly method: string;
  readonly path: (room: string) => string;
  readonly body: unknown;
}

/** Every method of every route of a room, as the table of routes has them. */
function attempts(): Attempt[] {
  const found: Attempt[] = [];
  for (
    const [, path, options] of textOf("http/routes.ts").matchAll(/route\("([^"]+)", \{([^}]*)\}\)/g)
  ) {
    if (!path.includes(":room")) continue;
    const methods = [...options.matchAll(/\b(GET|POST|PUT|PATCH|DELETE)\b(?=:)/g)].map(([name]) =>
      name
    );
    for (const method of [...methods, "HEAD", "PROPFIND"]) {
      found.push({
        method,
        path: (room) =>
          path.replace(":room", room).replace(/:seq(\(\\\\d\+\))?/, "1").replace(/:\w+/g, "x"),
        body: BODIES[`${method} ${path}`],
      });
    }
  }
  return found;
}

/** A server with a private and a direct room of Ann and Bob, in which something was said. */
async function serveHidden() {
  const server = await serveChat("--rate", "0");
  const [ann, bob, eve] = ["ann", "bob", "eve"].map((name) => Caller.withKey(server, name));
  const room = await ann.createRoom("Secret tea", [bob]);
  const { body: { name: direct } } = await ann.ask("POST", "/direct", {
    members: [await bob.id()],
  });
  for (const name of [room, direct]) {
    await ann.ask("POST", `/rooms/${name}/messages`, { text: "x" });
  }
  const peer = await bob.join(room);
  await peer.next("welcome");
  const left = await ann.createRoom("Left", [eve]);
  await ann.ask("PATCH", `/rooms/${left}`, { remove: await eve.id() });
  return {
    server,
    eve,
    rooms: [room, direct, left],
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Everything that an answer says but its date. */
async function wholeAnswer(host: string, room: string, attempt: Attempt, headers: HeadersInit) {
  const all = new Headers(headers);
  if (attempt.body !== undefined) all.set("content-type", "application/json");
  const response = await fetch(`http://${host}${attempt.path(room)}`, {
    method: attempt.method,
    headers: all,
    body: attempt.body === undefined ? undefined : JSON.stringify(attempt.body),
  });
  const shown = [...response.headers].filter(([name]) => name !== "date").sort();
  return { status: response.status, headers: shown, body: await response.text() };
}

test("routes: answer for a hidden room as for an address that was never issued", async () => {
  await using hidden = await serveHidden();
  const { server: { host }, eve } = hidden;
  const all = attempts();
  assertGreater(all.length, 30);
  const asking: HeadersInit[] = [
    eve.headers,
    {},
    { ...eve.headers, accept: "text/html" },
    { ...eve.headers, accept: "application/problem+json" },
  ];
  for (const attempt of all) {
    for (const headers of asking) {
      const expected = await wholeAnswer(host, NEVER, attempt, headers);
      const told = `${attempt.method} ${attempt.path(":room")} ${JSON.stringify(headers)}`;
      assert(expected.status >= 400, `${told}: ${expected.status}`);
      for (const room of hidden.rooms) {
        assertEquals(await wholeAnswer(host, room, attempt, headers), expected, told);
      }
    }
  }
});

test("sockets: answer for a hidden room as for an address that was never issued", async () => {
  await using hidden = await serveHidden();
  const { server: { host }, eve } = hidden;
  const headers = `${UPGRADE}Authorization: ${eve.headers.authorization}\r\n`;
  const head = async (path: string) => {
    using raw = await RawPeer.connect(host, path, headers);
    return (await raw.head()).replace(/^date: .*$/im, "");
  };
  const paths = ["/rooms/ROOM", "/ws?room=ROOM", "/chat?email=a@b.c&room=ROOM"];
  for (const path of paths) {
    const expected = await head(path.replace("ROOM", NEVER));
    assertEquals(expected.slice(9, 12), "404");
    for (const room of hidden.rooms) {
      assertEquals(await head(path.replace("ROOM", room)), expected, path);
    }
  }
});

test("lists and metrics: do not name a hidden room to anybody who may not enter", async () => {
  await using hidden = await serveHidden();
  const { server: { host }, eve, rooms } = hidden;
  const paths = ["/rooms", "/rooms?after=", "/rooms?q=tea", `/rooms?q=${rooms[0]}`, "/metrics"];
  for (const path of paths) {
    const text = await (await fetch(`http://${host}${path}`, { headers: eve.headers })).text();
    for (const room of rooms) assert(!text.includes(room), path);
    assert(!text.includes("Secret tea"), path);
  }
  assertEquals((await eve.ask("GET", "/rooms")).body, { rooms: [], more: false });
});

test("a command: learns nothing of a room that its sender was just removed from", async () => {
  await using hidden = await serveHidden();
  const { eve, rooms: [room, , left] } = hidden;
  const post = (name: string) => eve.ask("POST", `/rooms/${name}/messages`, { text: "x" });
  const [a, b, c] = [await post(room), await post(left), await post(NEVER)];
  assertEquals([a, b], [c, c]);
});

Deno.test("Access.mayEnter, Rooms.change: look up as much for a room as for no room, and ask no journal", async () => {
  const journal = new MemoryJournal(0);
  await using server = await openRoomServer(journal);
  const { people, rooms } = server;
  const { room } = await rooms.createPrivate(actor("ann"), { title: "Tea", members: ["bob"] });
  let lookUps = 0;
  let asked = 0;
  const { directory } = people;
  const get = directory.get.bind(directory);
  directory.get = ((kind, id) => {
    lookUps++;
    return get(kind, id);
  }) as typeof directory.get;
  for (const name of ["append", "page", "settings", "before", "after", "rooms"] as const) {
    const ask = journal[name].bind(journal) as (...args: unknown[]) => unknown;
    Object.assign(journal, { [name]: (...args: unknown[]) => (asked++, ask(...args)) });
  }
  const workFor = async (name: string) => {
    lookUps = asked = 0;
    const may = people.access.mayEnter({ id: "eve" }, name);
    const refused = await rooms.change(actor("eve"), name, { title: "Mine" }, "x")
      .then(() => "kept", ({ code, message }) => `${code}: ${message}`);
    return { may, refused, lookUps, asked };
  };
  const expected = await workFor(NEVER);
  assertEquals(await workFor(room), expected);
  assertEquals([expected.may, expected.refused], [false, "unknown: there is no such room"]);
  assertEquals(expected.asked, 0);
  assertGreater(expected.lookUps, 0);
});
