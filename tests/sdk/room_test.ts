/** A room over real servers: nothing is lost or doubled, whatever breaks. */

import { assert, assertEquals } from "@std/assert";
import { SignJWT } from "jose";
import { connectRoom, history, HttpError, listRooms, postMessage } from "../../sdk/mod.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { Peer, serveChat, startServer, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";
import { serveWelcome } from "../../testing/welcome_server.ts";

test("Room: reports every message once, in order, and resolves what it said", async () => {
  await using house = await serveChat();
  const ann = connectRoom({ url: `http://${house.host}`, room: "tea", name: "Ann" });
  const heard: string[] = [];
  ann.on("message", ({ text }) => heard.push(text));
  const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
  const outcomes = await Promise.all(texts.map((text) => ann.say(text)));
  assertEquals(outcomes, texts.map((_, n) => ({ kept: true, seq: n + 1 })));
  assertEquals(heard, texts);
  assertEquals(ann.state.messages.map(({ seq }) => seq), texts.map((_, n) => n + 1));
  await ann.close();
});

test("Room: keeps the order of what it says beyond the rate limit", async () => {
  await using house = await serveChat("--rate", "20", "--burst", "3");
  const ann = connectRoom({ url: `http://${house.host}`, room: "tea", name: "Ann" });
  const texts = Array.from({ length: 8 }, (_, n) => `text ${n}`);
  const outcomes = await Promise.all(texts.map((text) => ann.say(text)));
  assertEquals(outcomes.every(({ kept }) => kept), true);
  const kept = await ann.history();
  assertEquals(kept.messages.map(({ text }) => text), texts);
  await ann.close();
});

test("Room: says what was written while the server was away, once, after it is back", async () => {
  const folder = await Deno.makeTempDir();
  const db = ["--db", `${folder}/chat.db`];
  let server = await startServer(...db);
  const ann = connectRoom({ url: `http://${server.host}`, room: "tea", name: "Ann" });
  try {
    assertEquals((await ann.say("before")).kept, true);
    await server.stop("SIGKILL");
    const during = ann.say("during");
    server = await startServer(...db, "--addr", server.host);
    ann.wake();
    assertEquals(await within(during, "the echo"), { kept: true, seq: 2 });
    const { messages } = await ann.history();
    assertEquals(messages.map(({ text }) => text), ["before", "during"]);
    assertEquals(ann.state.messages.map(({ text }) => text), ["before", "during"]);
    await ann.close();
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

test("Room: forgets what it knows of a history that the server has lost", async () => {
  const folder = await Deno.makeTempDir();
  const [file, backup] = [`${folder}/chat.db`, `${folder}/backup.db`];
  const start = (addr: string) => startServer("--db", file, "--addr", addr);
  let server = await start("127.0.0.1:0");
  const { host } = server;
  const ann = connectRoom({ url: `http://${host}`, room: "tea", name: "Ann" });
  const texts = () => ann.state.messages.map(({ text }) => text);
  try {
    await ann.say("before the backup");
    await server.stop();
    await Deno.copyFile(file, backup);
    server = await start(host);
    ann.wake();
    await within(ann.say("after the backup"), "the echo");
    await server.stop();
    await Deno.copyFile(backup, file);
    const reset = new Promise<void>((resolve) => ann.on("reset", () => resolve()));
    server = await start(host);
    for (const text of ["another", "history"]) {
      await postMessage({ url: `http://${host}`, room: "tea", name: "Ben", text });
    }
    ann.wake();
    await within(reset, "the reset");
    await until(() => texts().length === 3, "everything");
    assertEquals(texts(), ["before the backup", "another", "history"]);
    await ann.close();
  } finally {
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});

test("Room: gets everything that was said after it entered an empty room and was cut off", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const ann = connectRoom({ url: `http://${link.host}`, room: "tea", name: "Ann" });
  await until(() => ann.status.is === "online", "the room");
  link.cut();
  await until(() => ann.status.is !== "online", "the loss");
  await using ben = await Peer.join(house.host, "/rooms/tea?name=Ben");
  for (let n = 1; n <= 80; n++) ben.say(`text ${n}`);
  await ben.until(() => ben.all("message").length === 80, "80 messages");
  link.repair();
  ann.wake();
  await until(() => ann.state.position?.seq === 80, "all of them");
  assertEquals(
    ann.state.messages.map(({ seq }) => seq),
    Array.from({ length: 80 }, (_, n) => n + 1),
  );
  await ann.close();
});

test("Room: resolves on the echo of a duplicate, which changes nothing else", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const ann = connectRoom({ url: `http://${link.host}`, room: "tea", name: "Ann" });
  await until(() => ann.status.is === "online", "the room");
  link.dropAnswers();
  const said = ann.say("once");
  await until(() => link.dropped > 0, "an echo that is lost");
  link.cut();
  link.repair();
  ann.wake();
  assertEquals(await within(said, "the echo"), { kept: true, seq: 1 });
  assertEquals(ann.state.messages.length, 1);
  assertEquals((await ann.history()).messages.length, 1);
  await ann.close();
});

test("Room: takes a name, and keeps the last one that the server accepted", async () => {
  await using house = await serveChat();
  const ann = connectRoom({ url: `http://${house.host}`, room: "tea", name: "Ann" });
  await until(() => ann.status.is === "online", "the room");
  ann.rename("Anna");
  await until(() => ann.state.you?.name === "Anna", "the new name");
  const refused = new Promise<string>((resolve) => ann.on("error", ({ code }) => resolve(code)));
  ann.rename("x".repeat(100));
  assertEquals([await refused, ann.name], ["bad_name", "Anna"]);
  await ann.close();
});

test("Room: sends one notice of typing, however many keys are pressed", async () => {
  const received: string[] = [];
  await using server = serveWelcome((socket) => {
    socket.onmessage = ({ data }) => received.push(JSON.parse(data).type);
  });
  const ann = connectRoom({ url: `http://${server.host}`, room: "tea" });
  await until(() => ann.status.is === "online", "the room");
  for (let n = 0; n < 1_000; n++) ann.typing();
  ann.say("done");
  await until(() => received.includes("say"), "the message");
  assertEquals(received, ["typing", "say"]);
  await ann.close({ flushMs: 0 });
});

test("Room: shows who is typing, until they are done", async () => {
  await using house = await serveChat();
  await using ben = await Peer.join(house.host, "/rooms/tea?name=Ben");
  const ann = connectRoom({ url: `http://${house.host}`, room: "tea", name: "Ann" });
  await until(() => ann.status.is === "online", "the room");
  ann.typing();
  assertEquals((await ben.next("typing")).name, "Ann");
  ben.send({ type: "typing" });
  await until(() => ann.state.typing[0]?.name === "Ben", "the notice");
  ben.say("done");
  await until(() => ann.state.typing.length === 0, "its end");
  await ann.close();
});

test("Room: sends its token in a header, and is refused without one", async () => {
  const file = await Deno.makeTempFile();
  const secret = "a secret of more than 32 characters, for the tests";
  await Deno.writeTextFile(file, secret);
  await using house = await serveChat("--auth-secret-file", file);
  const token = await new SignJWT({ sub: "ann", name: "Ann" })
    .setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));
  const url = `http://${house.host}`;
  const ann = connectRoom({ url, room: "tea", token: () => token });
  assertEquals((await ann.say("hello")).kept, true);
  assertEquals(ann.state.you, { id: "ann", name: "Ann" });
  const { rooms } = await listRooms({ url, token });
  assertEquals(rooms.map(({ name, members, seq }) => [name, members, seq]), [["tea", 1, 1]]);
  const guest = connectRoom({ url, room: "tea" });
  await until(() => guest.status.is === "stopped", "the refusal");
  assert(guest.status.is === "stopped" && guest.status.why.code === 401);
  await Promise.all([ann.close(), guest.close()]);
  await Deno.remove(file);
});

test("history, postMessage: page through a room, and say something in it once", async () => {
  await using house = await serveChat();
  const server = { url: `http://${house.host}/`, room: "tea room".replace(" ", "-") };
  for (let n = 1; n <= 5; n++) {
    await postMessage({ ...server, text: `text ${n}`, name: "Ann", id: `id ${n}` });
  }
  const again = await postMessage({ ...server, text: "text 5", name: "Ann", id: "id 5" });
  assertEquals([again.seq, again.name], [5, "Ann"]);
  const newest = await history({ ...server, limit: 2 });
  assertEquals([newest.messages.map(({ seq }) => seq), newest.more], [[4, 5], true]);
  const older = await history({ ...server, limit: 3, before: 4 });
  assertEquals([older.messages.map(({ seq }) => seq), older.more], [[1, 2, 3], false]);
  const error = await postMessage({ ...server, text: " " }).catch((error) => error);
  assert(error instanceof HttpError && error.isProblem && error.status === 400, String(error));
});

test("Room: keeps for later what was not sent before it was closed", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const { port } = listener.addr as Deno.NetAddr;
  const ann = connectRoom({ url: `http://127.0.0.1:${port}`, room: "tea", name: "Ann" });
  const said = ann.say("never");
  await ann.close({ flushMs: 0 });
  const outcome = await said;
  assertEquals(outcome.kept === false && outcome.code, "closed");
  assertEquals(ann.outbox.drafts.map(({ command }) => "text" in command && command.text), [
    "never",
  ]);
});
