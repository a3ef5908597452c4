/** Rooms whose names differ only in case or width, as members meet them. */

import { assertEquals } from "@std/assert";
import { Hub } from "../../hub.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { draft, FakeMember, hasAnswers, hasShown, isInside, message } from "../../testing/fakes.ts";
import { join, openHub } from "../../testing/held_journal.ts";
import { OPTIONS, withFolder } from "../../testing/sqlite.ts";
import { rememberingLog, test } from "../../testing/support.ts";

Deno.test("Hub.join: lets everybody into one room, whatever the case, before anything is said", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const members = ["Lobby", "LOBBY", "ｌobby"].map((room, n) => new FakeMember(room, `m${n}`));
  for (const member of members) hub.join(member);
  for (const member of members) await member.until(isInside, "entering");
  assertEquals(members.map(({ room }) => room), ["Lobby", "Lobby", "Lobby"]);
  assertEquals(hub.stats(), { rooms: 1, members: 3, commands: 0, waiting: 0 });
  hub.say(members[2], "hello");
  for (const member of members) await member.until(hasShown(1), "the message");
  assertEquals(journal.opened, ["Lobby"]);
  for (const member of members) hub.leave(member);
  const last = await join(hub, "lobby", "last");
  assertEquals([last.room, hub.stats().members], ["Lobby", 1]);
});

Deno.test("Hub.join: lets members into the room as it was first written", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  await journal.append([draft("x", { room: "Straße" })]);
  const ann = await join(hub, "STRASSE", "ann");
  assertEquals([ann.room, ann.inside!.tail.seq], ["Straße", 1]);
  hub.say(ann, "hello");
  await ann.until(hasShown(1), "the message");
  assertEquals(ann.keptSeqs, [2]);
});

Deno.test("Hub.say: asks for no name once a member is in", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "Lobby", "ann");
  const bob = await join(hub, "lobby", "bob");
  const asked = journal.resolved.length;
  for (const member of [ann, bob]) hub.say(member, "hello");
  hub.typing(bob);
  hub.rename(bob, "Bob");
  await bob.until(hasShown(2), "the messages");
  await join(hub, "Lobby", "cy");
  assertEquals(await hub.resolve("Lobby"), "Lobby");
  assertEquals(journal.resolved.length, asked);
});

test("Hub.join: opens both rooms of an older database, each under its exact name", () =>
  withFolder(async (folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, OPTIONS);
    for (const room of ["Lobby", "lobby"]) journal.importEntries(room, [message(1)], 0);
    const hub = new Hub(journal, rememberingLog(), { tail: 100, maxClients: 10 });
    const members = ["lobby", "Lobby", "LOBBY"].map((room, n) => new FakeMember(room, `m${n}`));
    for (const member of members) hub.join(member);
    for (const member of members) await member.until(isInside, "entering");
    assertEquals(members.map(({ room }) => room), ["lobby", "Lobby", "Lobby"]);
    hub.say(new FakeMember("lobby", "bot"), "hello");
    await members[0].until(hasShown(1), "the message");
    assertEquals([hub.stats().rooms, members[1].texts], [2, []]);
    await hub.close();
    journal.close();
  }));

Deno.test("Hub.leave: forgets a member that asked for a room in another case", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  journal.holdRoom("Lobby");
  const [first, gone] = ["Lobby", "LOBBY"].map((room, n) => new FakeMember(room, `m${n}`));
  hub.join(first);
  hub.join(gone);
  await journal.until(({ opening }) => opening === 1, "the room");
  hub.leave(gone);
  journal.release();
  await first.until(isInside, "entering");
  const last = await join(hub, "lobby", "last");
  assertEquals([gone.inside, last.inside!.count, hub.stats().waiting], [undefined, 2, 0]);
});

Deno.test("Hub.say: keeps what a post says in the open room that it means", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "Lobby", "ann");
  assertEquals(await hub.resolve("LOBBY"), "Lobby");
  const poster = new FakeMember("LOBBY", "bot");
  hub.say(poster, "hello");
  await ann.until(hasShown(1), "the message");
  assertEquals(poster.keptSeqs, [1]);
});

Deno.test("Hub: has members come back to the room that another server has named otherwise", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "Lobby", "ann");
  await journal.append([draft("theirs", { room: "lobby" })]);
  hub.say(ann, "ours");
  await ann.until(({ isRejected }) => isRejected, "being sent away");
  await ann.until(hasAnswers(1), "an answer");
  assertEquals(ann.keptSeqs, [2]);
  const again = await join(hub, "Lobby", "ann");
  assertEquals([again.room, again.inside!.tail.seq], ["lobby", 2]);
});
