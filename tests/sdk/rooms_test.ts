/** All rooms on one connection over real servers: what is listed, counted and entered. */

import { assert, assertEquals } from "@std/assert";
import { connectRooms, postMessage, type Rooms, type RoomsOptions } from "../../sdk/mod.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { serveChat, startServer, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const ANN = "ann".padEnd(32, "-");
const BEN = "ben".padEnd(32, "-");

function connect(host: string, token: string, more: Partial<RoomsOptions> = {}): Rooms {
  return connectRooms({ url: `http://${host}`, token, ...more });
}

/** What a list shows of one room. */
function badge(rooms: Rooms, name: string) {
  const { unread, mentions } = rooms.room(name) ?? { unread: -1, mentions: -1 };
  return { unread, mentions };
}

const say = (host: string, room: string, text: string) =>
  postMessage({ url: `http://${host}`, token: BEN, name: "Ben", room, text });

const isOnline = ({ status }: { status: { is: string } }) => status.is === "online";

test("Rooms: enters rooms that behave as those on connections of their own", async () => {
  await using house = await serveChat();
  const ann = connect(house.host, ANN, { name: "Ann" });
  const [tea, den] = [ann.enter("tea"), ann.enter("den")];
  const heard: string[] = [];
  tea.on("message", ({ text }) => heard.push(`tea ${text}`));
  den.on("message", ({ text }) => heard.push(`den ${text}`));
  assertEquals(await tea.say("one"), { kept: true, seq: 1 });
  assertEquals(await den.say("two"), { kept: true, seq: 1 });
  await say(house.host, "tea", "three");
  await until(() => heard.length === 3, "three messages");
  assertEquals(heard, ["tea one", "den two", "tea three"]);
  assertEquals((await tea.react(2, "👍", true)).kept, true);
  assertEquals((await tea.edit(1, "uno")).kept, true);
  await until(() => tea.state.message(1)?.text === "uno", "the edit");
  assertEquals(tea.state.message(2)?.reactions?.["👍"].mine, true);
  assertEquals((await tea.history()).messages.length, 2);
  assertEquals(ann.enter("tea"), tea);
  assertEquals(ann.you?.name, "Ann");
  await ann.close();
});

test("Rooms: counts what is unread in rooms that are entered and in others", async () => {
  await using house = await serveChat();
  const ann = connect(house.host, ANN, { name: "Ann" });
  const tea = ann.enter("tea");
  await until(() => isOnline(tea), "the room");
  await say(house.host, "tea", "first");
  await until(() => badge(ann, "tea").unread === 1, "an unread message");
  ann.read("tea");
  assertEquals(badge(ann, "tea").unread, 0);
  await tea.close();
  await say(house.host, "tea", "second");
  await say(house.host, "tea", "third");
  await until(() => badge(ann, "tea").unread === 2, "the activity");
  ann.readAll();
  assertEquals(badge(ann, "tea").unread, 0);
  const other = connect(house.host, ANN);
  await until(() => other.room("tea") !== undefined, "the other device");
  await until(() => badge(other, "tea").unread === 0, "the read mark");
  await Promise.all([ann.close(), other.close()]);
});

test("Rooms: reports a mention in a room that is not entered, and clears it when it is read", async () => {
  await using house = await serveChat();
  const ann = connect(house.host, ANN, { name: "Ann" });
  await until(() => isOnline(ann), "hello");
  await say(house.host, "tea", "hello");
  ann.star("tea", true);
  await until(() => ann.room("tea")?.starred === true, "the star");
  const mention = new Promise<string>((resolve) =>
    ann.on("mention", ({ room, name, text }) => resolve(`${room} ${name} ${text}`))
  );
  const url = `http://${house.host}`;
  const to = [ann.you!.id];
  await postMessage({ url, token: BEN, name: "Ben", room: "tea", text: "you there?", to });
  assertEquals(await within(mention, "the mention"), "tea Ben you there?");
  await until(() => badge(ann, "tea").mentions === 1, "the count");
  ann.read("tea", 2);
  await until(() => badge(ann, "tea").mentions === 0, "no mention");
  await ann.close();
});

test("Rooms: resumes all rooms after a break, and misses nothing", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const ann = connect(link.host, ANN, { name: "Ann" });
  const rooms = ["tea", "den", "pub"].map((name) => ann.enter(name));
  await until(() => rooms.every(isOnline), "three rooms");
  link.cut();
  await until(() => !isOnline(ann), "the loss");
  for (let n = 1; n <= 60; n++) {
    for (const name of ["tea", "den"]) await say(house.host, name, `${n}`);
  }
  const during = rooms[2].say("during");
  ann.read("tea", 10);
  ann.mute("den", true);
  link.repair();
  ann.wake();
  assertEquals(await within(during, "the echo"), { kept: true, seq: 1 });
  await until(() => rooms[0].state.position?.seq === 60, "tea");
  await until(() => rooms[1].state.position?.seq === 60, "den");
  for (const room of rooms.slice(0, 2)) {
    assertEquals(
      room.state.messages.map(({ text }) => text),
      Array.from({ length: 60 }, (_, n) => `${n + 1}`),
    );
  }
  await until(() => badge(ann, "tea").unread === 50, "the read mark");
  await until(() => ann.room("den")?.muted === true, "the mute");
  await ann.close();
});

test("Rooms: keeps what it wanted while the server was away", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let server = await startServer(...db);
  const { host } = server;
  const ann = connect(host, ANN, { name: "Ann" });
  try {
    const tea = ann.enter("tea");
    assertEquals((await tea.say("one")).kept, true);
    await server.stop("SIGKILL");
    ann.read("tea");
    ann.star("tea", true);
    const during = tea.say("two");
    server = await startServer(...db, "--addr", host);
    ann.wake();
    assertEquals(await within(during, "the echo"), { kept: true, seq: 2 });
    await until(() => ann.room("tea")?.starred === true, "the star");
    await until(() => badge(ann, "tea").unread === 1, "the mark");
    await ann.close();
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

test("Rooms: stops in a room that may not be entered, and goes on in the others", async () => {
  await using house = await serveChat();
  const ann = connect(house.host, ANN, { name: "Ann" });
  const hidden = ann.enter("~" + "a".repeat(26));
  const tea = ann.enter("tea");
  await until(() => hidden.status.is === "stopped", "the refusal");
  assert(hidden.status.is === "stopped");
  assertEquals(hidden.status.why.code, 404);
  assertEquals((await tea.say("hello")).kept, true);
  await ann.close();
});

test("Rooms: gives up a second name of a room that has been entered", async () => {
  await using house = await serveChat();
  await say(house.host, "Tea", "hello");
  const ann = connect(house.host, ANN, { name: "Ann" });
  const tea = ann.enter("Tea");
  await until(() => isOnline(tea), "the room");
  const again = ann.enter("TEA");
  await until(() => again.status.is === "stopped", "the second name");
  await say(house.host, "tea", "both");
  await until(() => tea.state.messages.length === 2, "the message");
  await ann.close();
});

test("Rooms: changes the name in all rooms, and takes back one that is refused", async () => {
  await using house = await serveChat();
  const ann = connect(house.host, ANN, { name: "Ann" });
  const tea = ann.enter("tea");
  await until(() => isOnline(tea), "the room");
  const renamed = new Promise((resolve) => tea.on("renamed", resolve));
  ann.rename("Anna");
  await within(renamed, "the name");
  assertEquals(tea.name, "Anna");
  const refused = new Promise((resolve) => ann.on("error", resolve));
  ann.rename("a".repeat(100));
  await within(refused, "the refusal");
  assertEquals(ann.name, "Anna");
  await ann.close();
});
