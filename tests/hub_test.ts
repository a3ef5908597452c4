import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../config/limits.ts";
import { answered, FakeMember, heard, join, openHub } from "../testing/fakes.ts";

/** A member whose first message the journal is keeping, until it is let go. */
async function whileKeeping({ hub, journal }: ReturnType<typeof openHub>) {
  const ann = await join(hub, "r", "ann");
  journal.hold();
  hub.say(ann, "first");
  await journal.begun(1);
  return ann;
}

Deno.test("Hub shows nothing before it is kept", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "r", "bob");
  journal.hold();
  hub.say(ann, "hello");
  await journal.begun(1);
  const late = new FakeMember("r", "late");
  hub.join(late);
  assertEquals([ann.heard, bob.heard, ann.keptSeqs], [[], [], []]);
  journal.release();
  await bob.until(heard(1), "the message");
  assertEquals([ann.heard, bob.heard, ann.keptSeqs], [["hello"], ["hello"], [1]]);
});

Deno.test("Hub keeps what one turn brought in one append, whatever the rooms", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  for (let n = 0; n < 3; n++) {
    hub.say(ann, `a${n}`);
    hub.say(bob, `b${n}`);
  }
  await ann.until(heard(3), "three messages");
  await bob.until(heard(3), "three messages");
  assertEquals(journal.appends, [["a0", "b0", "a1", "b1", "a2", "b2"]]);
  assertEquals([ann.keptSeqs, bob.keptSeqs], [[1, 2, 3], [1, 2, 3]]);
});

Deno.test("Hub gathers the next batch while the journal works", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await whileKeeping(house);
  const others = ["1", "2", "3", "4", "5"];
  for (const text of others) {
    hub.say(ann, text);
    // A turn of the event loop between two messages, so that they would be batches of their own.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  journal.release();
  await ann.until(heard(6), "all");
  assertEquals(journal.appends, [["first"], others]);
  assertEquals(ann.heard, ["first", ...others]);
});

Deno.test("Hub cuts a turn that is larger than a batch may be", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  for (let n = 0; n < LIMITS.batch + 10; n++) hub.say(ann, `${n}`);
  await ann.until(answered(LIMITS.batch + 10), "all");
  assertEquals(journal.appends.map(({ length }) => length), [LIMITS.batch, 10]);
});

Deno.test("Hub refuses a batch that cannot be kept, shows none of it, and goes on", async () => {
  await using house = openHub();
  const { hub, journal, log } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  journal.failing = true;
  hub.say(ann, "one", "id1");
  hub.say(ann, "two");
  hub.say(bob, "three", "id3");
  await bob.until(answered(1), "a refusal");
  assertEquals([ann.refusals, bob.refusals], [["overloaded id1", "overloaded"], [
    "overloaded id3",
  ]]);
  assert(log.events.some((event) => event.includes("disk full")), "the log does not tell");
  journal.failing = false;
  hub.say(ann, "again", "id1");
  await ann.until(heard(1), "the message");
  assertEquals([ann.heard, bob.heard, ann.keptSeqs], [["again"], [], [1]]);
});

Deno.test("Hub keeps an id once in one batch", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "r", "bob");
  hub.say(ann, "hello", "x");
  hub.say(bob, "hello", "x");
  hub.say(ann, "end");
  await ann.until(answered(2), "an answer");
  assertEquals(journal.appends.length, 1);
  assertEquals([ann.heard, bob.heard], [["hello", "end"], ["hello", "end"]]);
  assertEquals([ann.keptSeqs, ann.duplicates], [[1, 2], [false, false]]);
  assertEquals([bob.keptSeqs, bob.duplicates], [[1], [true]]);
});

Deno.test("Hub keeps an id once in two batches, and tells who says it again the first", async () => {
  await using house = openHub();
  const { hub } = house;
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "hello", "x");
  await ann.until(answered(1), "an answer");
  hub.say(ann, "changed", "x");
  hub.say(ann, "end");
  await ann.until(answered(3), "three answers");
  assertEquals(ann.heard, ["hello", "end"]);
  assertEquals([ann.keptSeqs, ann.duplicates], [[1, 1, 2], [false, true, false]]);
});

Deno.test("Hub keeps the same id once in each room", async () => {
  await using house = openHub();
  const { hub } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  hub.say(ann, "hello", "x");
  hub.say(bob, "hello", "x");
  await bob.until(answered(1), "an answer");
  assertEquals([ann.duplicates, bob.duplicates], [[false], [false]]);
});

Deno.test("Hub orders a new name after what was said before it", async () => {
  await using house = openHub();
  const { hub } = house;
  const ann = await join(hub, "r", "ann", "Ann");
  hub.say(ann, "as Ann");
  hub.rename(ann, "Anna");
  hub.say(ann, "as Anna");
  await ann.until(heard(2), "both");
  const order = ann.shown.filter((word) => word !== "(presence)");
  assertEquals(order, ["as Ann", "(renamed)", "as Anna"]);
  assertEquals(ann.log!.tail.after(0, 2)!.map(({ name }) => name), ["Ann", "Anna"]);
});

Deno.test("Hub.close keeps what waits, and takes nothing more", async () => {
  const { hub, journal } = openHub();
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "last");
  await hub.close();
  assertEquals(ann.heard, ["last"]);
  assertEquals(hub.say(ann, "too late"), false);
  assertEquals(journal.appends, [["last"]]);
});

Deno.test("Hub.say refuses when too much waits, and lets leave all the same", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await whileKeeping(house);
  for (let n = 0; n < LIMITS.mailbox; n++) assert(hub.say(ann, "x"));
  assertEquals(hub.say(ann, "one too many"), false);
  assertEquals(hub.rename(ann, "Ann"), false);
  hub.leave(ann);
  journal.release();
  await join(hub, "s", "bob");
  assertEquals((await hub.list()).find(({ name }) => name === "r")?.members, 0);
});
