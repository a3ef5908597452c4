/** Positions in event streams: where they start, and what a client that comes back gets. */

import { assertEquals, assertMatch } from "@std/assert";
import { Peer, serveChat, test } from "../../testing/support.ts";
import { Watcher } from "../../testing/watcher.ts";

test("streamEvents: a client that never received a message resumes from the welcome's id", async () => {
  await using server = await serveChat("--replay", "5", "--rate", "0");
  const first = await Watcher.open(server);
  const { id, type } = (await first.next())!;
  assertEquals(type, "welcome");
  await first[Symbol.asyncDispose]();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  for (let n = 1; n <= 80; n++) ann.say(`m${n}`);
  await ann.until(() => ann.all("message").length === 80, "80 messages");
  await using back = await Watcher.watch(server, "", { "Last-Event-ID": id! });
  assertEquals(await back.seqs(80), Array.from({ length: 80 }, (_, n) => n + 1));
  await using since = await Watcher.watch(server, `?since=${id}`);
  assertEquals(await since.seqs(80), Array.from({ length: 80 }, (_, n) => n + 1));
});

test("streamEvents: the welcome's id is where the stream continues, with its time", async () => {
  await using server = await serveChat("--replay", "2", "--rate", "0");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  for (let n = 1; n <= 5; n++) ann.say(`m${n}`);
  await ann.until(() => ann.all("message").length === 5, "five messages");
  const [{ epoch }] = ann.all("welcome");
  const { at } = ann.all("message")[2];
  await using watcher = await Watcher.open(server);
  const welcome = (await watcher.next())!;
  assertEquals([welcome.type, welcome.id], ["welcome", `${epoch}.3.${at}`]);
  assertEquals([welcome.data.after, welcome.data.seq], [3, 5]);
  assertEquals(await watcher.seqs(2), [4, 5]);
});

test("streamEvents: starts with reset for an id of another epoch, or of a message that there is not", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  ann.say("one");
  const { at } = await ann.next("message");
  const [{ epoch }] = ann.all("welcome");
  const id = (seq: number, time: number, of = epoch) => ({
    "Last-Event-ID": `${of}.${seq}.${time}`,
  });
  for (const headers of [id(1, at, "another-epoch"), id(2, at), id(1, at + 1)]) {
    await using watcher = await Watcher.open(server, "", headers);
    const { type, data } = (await watcher.next())!;
    assertEquals([type, data.reset], ["reset", true], headers["Last-Event-ID"]);
    assertEquals(await watcher.seqs(1), [1]);
  }
  for (const headers of [id(1, at), { "Last-Event-ID": "1" }, id(1, 0)]) {
    await using watcher = await Watcher.open(server, "", headers);
    assertEquals((await watcher.next())!.type, "welcome", headers["Last-Event-ID"]);
  }
});

test("streamEvents: Last-Event-ID replaces the whole position of the query", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  for (const text of ["one", "two", "three"]) ann.say(text);
  await ann.until(() => ann.all("message").length === 3, "three messages");
  const [{ epoch }] = ann.all("welcome");
  const [{ at }] = ann.all("message");
  // As after a gap: that event's id has no time.
  const headers = { "Last-Event-ID": `${epoch}.2.0` };
  for (const query of [`?since=1&epoch=${epoch}&at=${at - 1}`, "?since=1&epoch=another&at=1"]) {
    await using watcher = await Watcher.open(server, query, headers);
    assertEquals((await watcher.next())!.type, "welcome", query);
    assertEquals(await watcher.seqs(1), [3]);
  }
});

test("streamEvents: answers HEAD with the head alone", async () => {
  await using server = await serveChat();
  const response = await fetch(`http://${server.host}/rooms/lobby/events`, { method: "HEAD" });
  assertMatch(response.headers.get("content-type")!, /^text\/event-stream/);
  assertEquals(await response.text(), "");
});
