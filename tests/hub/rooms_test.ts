/** Rooms of the hub that open and close: what they start with, and that nothing of them stays. */

import { assertEquals } from "@std/assert";
import { Hub } from "../../hub.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { OPTIONS, withFolder } from "../../testing/sqlite.ts";
import { rememberingLog, test } from "../../testing/support.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { collectGarbage } from "../../testing/heap.ts";
import { draft, FakeMember, hasAnswers, hasShown, isInside } from "../../testing/fakes.ts";
import { join, openHub } from "../../testing/held_journal.ts";
import { until } from "../../testing/wait.ts";

/** The names of rooms, with how many people and messages they have. */
async function listOf(hub: Hub): Promise<[name: string, members: number, messages: number][]> {
  const { rooms } = await hub.list({ limit: 10 });
  return rooms.map(({ name, members, messages }) => [name, members, messages]);
}

Deno.test("Hub.join: opens a room where the journal ended", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "one");
  await ann.until(hasShown(1), "the message");
  hub.leave(ann);
  await join(hub, "elsewhere", "cy");
  const bob = await join(hub, "r", "bob");
  assertEquals(bob.inside!.tail.seq, 1);
  hub.say(bob, "two");
  await bob.until(hasShown(1), "the message");
  assertEquals(bob.keptSeqs, [2]);
  assertEquals(journal.opened, ["r", "elsewhere", "r"]);
});

Deno.test("Hub.join: rejects members of a room that cannot be read, and no others", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const unlucky = [1, 2].map((n) => new FakeMember("unreadable", `u${n}`));
  const lucky = new FakeMember("r", "ann");
  for (const member of [...unlucky, lucky]) hub.join(member);
  for (const member of unlucky) await member.until(({ isRejected }) => isRejected, "a rejection");
  await lucky.until(isInside, "entering");
  assertEquals([hub.stats().waiting, hub.stats().rooms, lucky.isRejected], [0, 1, false]);
  // What is said in a room does not need it to be open.
  hub.say(unlucky[0], "hello");
  await unlucky[0].until(hasAnswers(1), "an answer");
  assertEquals(unlucky[0].keptSeqs, [1]);
});

Deno.test("Hub.join: delays no message of other rooms, however long the room takes to open", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  journal.holdRoom("slow");
  const waiting = new FakeMember("slow", "bob");
  hub.join(waiting);
  await journal.until(({ opened }) => opened.includes("slow"), "the room to be asked for");
  for (const text of ["one", "two"]) {
    hub.say(ann, text);
    await ann.until(({ texts }) => texts.at(-1) === text, "the message");
  }
  assertEquals([waiting.inside, hub.stats().waiting], [undefined, 1]);
  journal.release();
  await waiting.until(isInside, "entering");
  assertEquals(hub.stats().waiting, 0);
});

Deno.test("Hub.join: misses nothing that is said while the room is being opened", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  journal.holdRoom("r");
  const ann = new FakeMember("r", "ann");
  hub.join(ann);
  await journal.until(({ opened }) => opened.includes("r"), "the room to be asked for");
  hub.say(ann, "early");
  await ann.until(hasAnswers(1), "an answer");
  journal.release();
  await ann.until(isInside, "entering");
  hub.say(ann, "late");
  await ann.until(hasShown(1), "the message");
  assertEquals([ann.texts, ann.inside!.tail.after(0, 2)?.length], [["late"], 2]);
});

Deno.test("Hub.join: misses nothing that is said in the turn in which its room begins to open", async () => {
  const journal = new MemoryJournal();
  const hub = new Hub(journal, rememberingLog(), { tail: 100, maxClients: 10 });
  const ann = new FakeMember("r", "ann", { observer: true });
  hub.join(ann);
  hub.say(new FakeMember("r", "bot"), "at once");
  await ann.until(isInside, "entering");
  assertEquals([ann.inside!.seq, ann.inside!.tail.after(0, 1)?.length], [1, 1]);
  await hub.close();
});

test("Hub.join: looks for messages of another server that a member has already", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    const hub = new Hub(journal, rememberingLog(), { tail: 100, maxClients: 10 });
    const ann = await join(hub, "r", "ann");
    const other = new SqliteJournal(file, OPTIONS);
    other.append([draft("elsewhere")]);
    const bob = new FakeMember("r", "bob", { since: 1 });
    hub.join(bob);
    await bob.until(isInside, "entering");
    assertEquals([bob.inside!.seq, bob.inside === ann.inside], [1, true]);
    await ann.until(hasShown(1), "the message");
    assertEquals(ann.texts, ["elsewhere"]);
    await hub.close();
    other.close();
    journal.close();
  }));

Deno.test("Hub.leave: lets go of a member that still waits for its room", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  journal.holdRoom("r");
  const [gone, stays] = [new FakeMember("r", "gone"), new FakeMember("r", "stays")];
  for (const member of [gone, stays]) hub.join(member);
  await journal.until(({ opened }) => opened.includes("r"), "the room to be asked for");
  hub.leave(gone);
  // A later command of the same mailbox, so that the leave has been handled.
  await join(hub, "other", "cy");
  journal.release();
  await stays.until(isInside, "entering");
  assertEquals([gone.inside, stays.inside!.count], [undefined, 1]);
});

Deno.test("Hub.say: keeps a message of a room that nobody follows, and does not open the room", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const poster = new FakeMember("r", "bot");
  for (const count of [1, 2]) {
    hub.say(poster, `message ${count}`);
    await poster.until(hasAnswers(count), "an answer");
  }
  assertEquals([poster.keptSeqs, poster.shownBefore], [[1, 2], [false, false]]);
  assertEquals(await listOf(hub), [["r", 0, 2]]);
  assertEquals([journal.opened, hub.stats().rooms], [[], 0]);
});

Deno.test("Hub.list: gives rooms that have people or messages", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "empty", "bob");
  hub.say(ann, "hello");
  await ann.until(hasShown(1), "the message");
  assertEquals(await listOf(hub), [["r", 1, 1], ["empty", 1, 0]]);
  hub.leave(ann);
  hub.leave(bob);
  await join(hub, "elsewhere", "cy");
  assertEquals(await listOf(hub), [["r", 0, 1], ["elsewhere", 1, 0]]);
});

Deno.test("Hub: lets 10,000 rooms come and go without growth", async () => {
  await using opened = openHub({ maxClients: 10_001 });
  const { hub, journal } = opened;
  const last = new FakeMember("end", "p");
  const round = async () => {
    const members = Array.from({ length: 10_000 }, (_, n) => new FakeMember(`room${n}`, "p"));
    for (const member of members) hub.join(member);
    for (const member of members) await member.until(isInside, "entering");
    assertEquals(hub.stats().rooms, 10_000);
    for (const member of members) hub.leave(member);
    hub.say(last, "done");
    await last.until(hasAnswers(last.keptSeqs.length + 1), "the end of the round");
    assertEquals(hub.stats().rooms, 0);
    assertEquals((await listOf(hub)).map(([name]) => name), ["end"]);
    assertEquals(journal.opened.splice(0).length, 10_000);
  };
  const used = () => {
    collectGarbage();
    return Deno.memoryUsage().heapUsed;
  };
  await round();
  const before = used();
  await round();
  await round();
  // A room takes some kilobytes: were they kept, this would be 20 MiB and more. What has been used may
  // be held for a moment longer.
  await until(() => used() - before < 8 * 1024 * 1024, "the rooms to be let go of");
});
