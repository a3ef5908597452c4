/** A client of version 0.1, which knows messages and presence alone, in a room where all is changed. */

import { assertEquals } from "@std/assert";
import { Peer, serveChat, test } from "../../testing/support.ts";

test("json: lets a client that knows no changes carry on, and resume from a message", async () => {
  await using server = await serveChat("--rate", "0");
  await using old = await Peer.join(server.host, "/rooms/lobby?name=Old&replay=0");
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  ann.say("one");
  await old.until(() => old.all("message").length > 0, "the first message");
  for (const text of ["two", "three"]) ann.send({ type: "edit", of: 1, text });
  ann.send({ type: "react", of: 1, emoji: "x" });
  ann.send({ type: "pin", of: 1 });
  ann.send({ type: "room", topic: "tea" });
  ann.say("second");
  ann.send({ type: "delete", of: 1 });
  await ann.next("delete");
  old.say("mine", "x");
  await old.until(() => old.all("message").some(({ id }) => id === "x"), "the echo");
  const known = old.all("message");
  assertEquals(known.map(({ text }) => text), ["one", "second", "mine"]);
  const [{ epoch }] = old.all("welcome");
  // It comes back to the last message that it knows, before the deletion.
  const [, { seq, at }] = known;
  const path = `/rooms/lobby?since=${seq}&epoch=${epoch}&at=${at}`;
  await using again = await Peer.join(server.host, path);
  const welcome = await again.next("welcome");
  assertEquals([welcome.reset, welcome.after], [undefined, seq]);
  await again.until(() => again.all("message").length > 0, "its own message");
  assertEquals(again.all("message").map(({ text }) => text), ["mine"]);
  assertEquals([again.all("error"), again.all("gap")], [[], []]);
});

test("json: gives a client that knows no changes an empty text for what was deleted", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  ann.say("secret");
  ann.send({ type: "delete", of: 1 });
  await ann.next("delete");
  await using old = await Peer.join(server.host, "/rooms/lobby");
  const { seq, text, name } = await old.next("message");
  assertEquals([seq, text, name], [1, "", "Ann"]);
});
