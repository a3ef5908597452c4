import { assertEquals, assertLess } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { LIMITS } from "../../config/limits.ts";
import { answered, FakeMember, heard, join, openHub } from "../../testing/fakes.ts";

/** V8's own collector, which a program sees only when it asks for it. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

Deno.test("Hub numbers on where the journal ended", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  hub.say(ann, "one");
  await ann.until(heard(1), "the message");
  hub.leave(ann);
  await join(hub, "elsewhere", "cy");
  const bob = await join(hub, "r", "bob");
  assertEquals(bob.log!.tail.seq, 1);
  hub.say(bob, "two");
  await bob.until(heard(1), "the message");
  assertEquals(bob.keptSeqs, [2]);
  assertEquals(journal.opened, ["r", "elsewhere", "r"]);
});

Deno.test("Hub keeps what is said in a room with nobody in it, and forgets the room", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const poster = new FakeMember("r", "bot");
  for (const text of ["one", "two"]) {
    hub.say(poster, text);
    await poster.until(answered(text === "one" ? 1 : 2), "an answer");
  }
  assertEquals(poster.keptSeqs, [1, 2]);
  assertEquals(await hub.list(), [{ name: "r", members: 0, seq: 2 }]);
  assertEquals(journal.opened, ["r", "r"]);
});

Deno.test("Hub turns away who wants into a room that cannot be read, and goes on", async () => {
  await using house = openHub();
  const { hub } = house;
  const unlucky = new FakeMember("unreadable", "u");
  hub.join(unlucky);
  await unlucky.until(({ away }) => away, "being turned away");
  hub.say(unlucky, "hello");
  await unlucky.until(answered(1), "a refusal");
  assertEquals(unlucky.refusals, ["overloaded"]);
  await join(hub, "r", "ann");
});

Deno.test("Hub.list tells rooms with somebody in them or messages kept", async () => {
  await using house = openHub();
  const { hub } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "empty", "bob");
  hub.say(ann, "hello");
  await ann.until(heard(1), "the message");
  const byName = (a: { name: string }, b: { name: string }) => a.name < b.name ? -1 : 1;
  assertEquals((await hub.list()).sort(byName), [
    { name: "empty", members: 1, seq: 0 },
    { name: "r", members: 1, seq: 1 },
  ]);
  hub.leave(ann);
  hub.leave(bob);
  await join(hub, "elsewhere", "cy");
  assertEquals((await hub.list()).sort(byName), [
    { name: "elsewhere", members: 1, seq: 0 },
    { name: "r", members: 0, seq: 1 },
  ]);
});

Deno.test("Hub keeps a room that is entered while the old one's last change is on its way", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const ann = await join(hub, "r", "ann");
  const bob = await join(hub, "s", "bob");
  journal.hold();
  hub.leave(ann);
  hub.say(bob, "busy");
  await journal.begun(1);
  // The old room's timer rings while the hub is busy; nothing else tells that it has.
  await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.gatherMs));
  const cy = new FakeMember("r", "cy");
  hub.join(cy);
  journal.release();
  await cy.until(({ log }) => log !== undefined, "entering");
  hub.say(bob, "next");
  await bob.until(heard(2), "the next turn");
  hub.say(cy, "hello");
  await cy.until(heard(1), "cy's own message");
});

Deno.test("Hub lets 10,000 rooms come and go without growth", async () => {
  await using house = openHub();
  const { hub, journal } = house;
  const lastly = new FakeMember("end", "p");
  const round = async () => {
    const members = Array.from({ length: 10_000 }, (_, n) => new FakeMember(`room${n}`, "p"));
    for (const member of members) hub.join(member);
    await members.at(-1)!.until(({ log }) => log !== undefined, "entering");
    assertEquals((await hub.list()).filter(({ members }) => members > 0).length, 10_000);
    for (const member of members) hub.leave(member);
    hub.say(lastly, "done");
    const { length } = lastly.keptSeqs;
    await lastly.until(answered(length + 1), "the end of the round");
    assertEquals((await hub.list()).map(({ name }) => name), ["end"]);
    assertEquals(journal.opened.length, 10_001);
    journal.opened.length = 0;
    collectGarbage();
    return Deno.memoryUsage().heapUsed;
  };
  const before = await round();
  await round();
  // A room weighs some kilobytes: were they kept, this would be 20 MiB and more.
  assertLess(await round() - before, 8 * 1024 * 1024);
});
