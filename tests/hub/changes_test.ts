/** Changes through the hub: who may make them, and what they are answered with. */

import { assertEquals } from "@std/assert";
import { FakeMember, hasAnswers, hasShown, isInside } from "../../testing/fakes.ts";
import { join, openHub } from "../../testing/held_journal.ts";

/** A hub in whose room Ann and Bob are, and Ann has said `m1`. */
async function openWithMessage() {
  const opened = openHub();
  const ann = await join(opened.hub, "r", "ann", "Ann");
  const bob = await join(opened.hub, "r", "bob", "Bob");
  opened.hub.say(ann, "m1");
  await bob.until(hasShown(1), "the message");
  return { ...opened, ann, bob };
}

Deno.test("Hub.change: keeps a change, answers its sender, and shows it to everybody", async () => {
  await using opened = await openWithMessage();
  const { hub, journal, ann, bob } = opened;
  hub.change(ann, { type: "edit", of: 1, text: "new" }, "x");
  await bob.until(({ shown }) => shown.includes("(change)"), "the change");
  assertEquals([ann.keptSeqs, ann.duplicates, ann.answers[1].id], [[1, 2], [false, false], "x"]);
  assertEquals(journal.appends, [["m1"], ["edit"]]);
  const [message] = ann.inside!.tail.after(0, 1)!;
  assertEquals(message.kind === "message" && message.text, "new");
});

Deno.test("Hub.change: refuses to the sender alone what is not allowed, gone or changed", async () => {
  await using opened = await openWithMessage();
  const { hub, ann, bob } = opened;
  hub.change(bob, { type: "edit", of: 1, text: "new" }, "a");
  hub.change(bob, { type: "delete", of: 1 }, "b");
  hub.change(bob, { type: "react", of: 9, emoji: "x", on: true }, "c");
  await bob.until(hasAnswers(3), "three answers");
  assertEquals(bob.refusals, ["not_allowed a", "not_allowed b", "gone c"]);
  hub.change(ann, { type: "edit", of: 1, text: "new" });
  hub.change(ann, { type: "edit", of: 1, text: "newer" }, "d", 1);
  hub.change(ann, { type: "delete", of: 1 });
  hub.change(ann, { type: "edit", of: 1, text: "late" }, "e");
  await ann.until(hasAnswers(5), "five answers");
  assertEquals(ann.refusals, ["changed d", "gone e"]);
  assertEquals([ann.keptSeqs, ann.inside!.seq], [[1, 2, 3], 3]);
});

Deno.test("Hub.change: lets an admin delete what somebody else said, and not edit it", async () => {
  await using opened = await openWithMessage();
  const { hub } = opened;
  const admin = new FakeMember("r", "eve", { isAdmin: true });
  hub.join(admin);
  await admin.until(isInside, "entering");
  hub.change(admin, { type: "edit", of: 1, text: "new" }, "a");
  hub.change(admin, { type: "delete", of: 1 }, "b");
  await admin.until(hasAnswers(2), "two answers");
  assertEquals([admin.refusals, admin.keptSeqs], [["not_allowed a"], [2]]);
});

Deno.test("Hub.change: answers what is done already with the entry that did it, under the new id", async () => {
  await using opened = await openWithMessage();
  const { hub, bob } = opened;
  for (const id of ["a", "b"]) hub.change(bob, { type: "react", of: 1, emoji: "x", on: true }, id);
  await bob.until(hasAnswers(2), "two answers");
  assertEquals(bob.answers.map(({ seq, id }) => [seq, id]), [[2, "a"], [2, "b"]]);
  assertEquals(bob.duplicates, [false, true]);
});

Deno.test("Hub.change: answers a superseded command that is sent again with its skip", async () => {
  await using opened = await openWithMessage();
  const { hub, ann } = opened;
  const edit = (text: string, id: string) => hub.change(ann, { type: "edit", of: 1, text }, id);
  edit("one", "a");
  edit("two", "b");
  edit("one", "a");
  await ann.until(hasAnswers(4), "four answers");
  const { kind, seq, id } = ann.answers[3];
  assertEquals([kind, seq, id, ann.duplicates[3]], ["skip", 2, "a", true]);
  assertEquals(ann.inside!.seq, 3);
});

Deno.test("Hub.change: sets the topic and pins that newcomers are told of", async () => {
  await using opened = await openWithMessage();
  const { hub, ann } = opened;
  hub.change(ann, { type: "room", topic: "tea" });
  hub.change(ann, { type: "pin", of: 1, on: true });
  await ann.until(hasAnswers(3), "three answers");
  const { topic, pins } = ann.inside!.settings;
  assertEquals([topic, pins], ["tea", [1]]);
});
