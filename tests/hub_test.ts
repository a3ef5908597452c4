/** The hub's loop: what is appended together, in which order it is shown, and what its senders learn. */

import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { LIMITS } from "../config/limits.ts";
import { Hub } from "../hub.ts";
import type { Room } from "../hub/room.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { FakeMember, hasAnswers, hasShown, isInside } from "../testing/fakes.ts";
import { hasAppends, join, openHub } from "../testing/held_journal.ts";
import { OPTIONS, withFolder } from "../testing/sqlite.ts";
import { rememberingLog, test } from "../testing/support.ts";

/** A member whose first message the journal is keeping, until it is released. */
async function joinWhileAppending({ hub, journal }: ReturnType<typeof openHub>) {
  const ann = await join(hub, "r", "ann");
  journal.hold();
  hub.say(ann, "first");
  await journal.until(hasAppends(1), "the append");
  return ann;
}

Deno.test("Hub.say: shows a message only after it is kept", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "r", "bob");
  journal.hold();
  hub.say(ann, "hello");
  await journal.until(hasAppends(1), "the append");
  hub.join(new FakeMember("r", "late"));
  await setImmediate();
  assertEquals([ann.texts, bob.texts, ann.keptSeqs], [[], [], []]);
  journal.release();
  await bob.until(hasShown(1), "the message");
  assertEquals([ann.texts, bob.texts, ann.keptSeqs], [["hello"], ["hello"], [1]]);
});

Deno.test("Hub.say: keeps what one turn brought in one append, whatever the rooms", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  for (let n = 0; n < 3; n++) {
    hub.say(ann, `a${n}`);
    hub.say(bob, `b${n}`);
  }
  await ann.until(hasShown(3), "three messages");
  await bob.until(hasShown(3), "three messages");
  assertEquals(journal.appends, [["a0", "b0", "a1", "b1", "a2", "b2"]]);
  assertEquals([ann.keptSeqs, bob.keptSeqs], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("Hub.say: collects the next batch while the journal works", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await joinWhileAppending(opened);
  const others = ["1", "2", "3", "4", "5"];
  for (const text of others) {
    hub.say(ann, text);
    // A turn of the event loop between two messages, so that they would be batches of their own.
    await setImmediate();
  }
  journal.release();
  await ann.until(hasShown(6), "all");
  assertEquals(journal.appends, [["first"], others]);
  assertEquals(ann.texts, ["first", ...others]);
});

Deno.test("Hub.say: cuts a turn that is larger than a batch may be", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await join(hub, "r", "ann");
  for (let n = 0; n < LIMITS.batch + 10; n++) hub.say(ann, `${n}`);
  await ann.until(hasAnswers(LIMITS.batch + 10), "all");
  assertEquals(journal.appends.map(({ length }) => length), [LIMITS.batch, 10]);
});

Deno.test("Hub.say: refuses a batch that cannot be kept, shows none of it, and goes on", async () => {
  await using opened = openHub();
  const { hub, journal, log } = opened;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  journal.failing = true;
  hub.say(ann, "one", "id1");
  hub.say(ann, "two");
  hub.say(bob, "three", "id3");
  await bob.until(hasAnswers(1), "a refusal");
  assertEquals(ann.refusals, ["overloaded id1", "overloaded"]);
  assertEquals(bob.refusals, ["overloaded id3"]);
  assert(log.events.some((event) => event.includes("disk full")), "it is not logged");
  journal.failing = false;
  hub.say(ann, "again", "id1");
  await ann.until(hasShown(1), "the message");
  assertEquals([ann.texts, bob.texts, ann.keptSeqs], [["again"], [], [1]]);
});

test("Hub.say: refuses a draft that can never be kept, and keeps the rest of the batch", () =>
  withFolder(async (folder) => {
    const journal = new SqliteJournal(`${folder}/chat.db`, OPTIONS);
    const hub = new Hub(journal, rememberingLog(), { tail: 100, maxClients: 10 });
    const ann = await join(hub, "r", "ann");
    const bob = await join(hub, "s", "bob");
    const unbindable = new FakeMember("r", "odd");
    // As a token could once bring it: no string, so that SQLite cannot bind it.
    unbindable.person = { ...unbindable.person, id: ["odd"] as unknown as string };
    hub.say(ann, "one");
    hub.say(unbindable, "bad", "id1");
    hub.say(ann, "two");
    hub.say(bob, "three");
    await bob.until(hasAnswers(1), "an answer");
    assertEquals(unbindable.refusals, ["bad_command id1"]);
    assertEquals([unbindable.keptSeqs, ann.refusals, bob.refusals], [[], [], []]);
    assertEquals([ann.keptSeqs, bob.keptSeqs], [[1, 2], [1]]);
    await ann.until(hasShown(2), "both");
    assertEquals(ann.texts, ["one", "two"]);
    await hub.close();
    journal.close();
  }));

Deno.test("Hub.say: refuses when too much waits, and still lets members leave", async () => {
  await using opened = openHub();
  const { hub, journal } = opened;
  const ann = await joinWhileAppending(opened);
  for (let n = 0; n < LIMITS.mailbox; n++) assert(hub.say(ann, "x"));
  assertEquals(hub.say(ann, "one too many"), false);
  assertEquals(hub.rename(ann, "Ann"), false);
  const turnedAway = new FakeMember("r", "cy");
  hub.join(turnedAway);
  assert(turnedAway.isRejected, "a join beyond the limit was taken");
  hub.leave(ann);
  journal.release();
  await ann.until(hasAnswers(LIMITS.mailbox + 1), "all answers");
  await join(hub, "s", "bob");
  const { rooms } = await hub.list({ limit: 10 });
  assertEquals(rooms.find(({ name }) => name === "r")?.members, 0);
});

Deno.test("Hub.rename: comes after what was said before it", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "r", "ann", "Ann");
  hub.say(ann, "as Ann");
  hub.rename(ann, "Anna");
  hub.say(ann, "as Anna");
  await ann.until(hasShown(2), "both");
  const order = ann.shown.filter((word) => word !== "(presence)");
  assertEquals(order, ["as Ann", "(renamed)", "as Anna"]);
  assertEquals(ann.inside!.tail.after(0, 2)!.map((entry) => "name" in entry && entry.name), [
    "Ann",
    "Anna",
  ]);
});

/** Fails when it is let in, as a fault of the program would. */
class FailingMember extends FakeMember {
  override entered(_room: Room): void {
    throw new Error("a fault of the test");
  }
}

/** Fails when it learns that its message is kept. */
class FailingSender extends FakeMember {
  override kept(): void {
    throw new Error("a fault of the test");
  }
}

Deno.test("Hub: a command that fails costs nothing but itself", async () => {
  await using opened = openHub();
  const { hub, log } = opened;
  const ann = await join(hub, "r", "ann");
  const failing = new FailingMember("r", "f");
  const failingSpeaker = new FakeMember("r", "g");
  Object.defineProperty(failingSpeaker, "person", {
    get() {
      throw new Error("a fault of the test");
    },
  });
  hub.say(ann, "before");
  hub.join(failing);
  hub.say(failingSpeaker, "never");
  hub.say(ann, "after");
  const bob = new FakeMember("r", "bob");
  hub.join(bob);
  await bob.until(isInside, "entering");
  await ann.until(hasShown(2), "both messages");
  assertEquals([ann.texts, ann.refusals], [["before", "after"], []]);
  assert(failing.isRejected, "it is not closed");
  assert(log.events.some((event) => event.includes("a fault of the test")), "it is not logged");
});

Deno.test("Hub: a member that fails as it is let in costs others that waited with it nothing", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const members = [new FakeMember("r", "a"), new FailingMember("r", "f"), new FakeMember("r", "b")];
  for (const member of members) hub.join(member);
  await members[2].until(isInside, "entering");
  await members[0].until(isInside, "entering");
  const { rooms } = await hub.list({ limit: 10 });
  assertEquals(rooms[0].members, 2);
});

Deno.test("Hub: a sender that fails as it is answered costs the rest of its batch nothing", async () => {
  await using opened = openHub();
  const { hub } = opened;
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "one");
  hub.say(new FailingSender("r", "f"), "two");
  hub.say(ann, "three");
  await ann.until(hasShown(3), "all");
  assertEquals([ann.texts, ann.keptSeqs], [["one", "two", "three"], [1, 3]]);
  assertEquals(ann.refusals, []);
});

Deno.test("Hub.close: keeps what waits, and accepts nothing more", async () => {
  const { hub, journal } = openHub();
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "last");
  await hub.close();
  assertEquals(ann.texts, ["last"]);
  assertEquals(hub.say(ann, "too late"), false);
  assertEquals(journal.appends, [["last"]]);
});
