/** The outbox and its stores. */

import { assertEquals } from "@std/assert";
import type { Command } from "../../sdk/commands.ts";
import { Outbox } from "../../sdk/outbox.ts";
import { type Draft, MemoryStore, type OutboxStore, WebStore } from "../../sdk/outbox_store.ts";

/** An outbox that is online, and what it has sent. */
function open({ store = new MemoryStore() as OutboxStore, keepFailed = false, limit = 100 } = {}) {
  const sent: (Command & { id: string })[] = [];
  const now = { author: "Ann", online: true };
  const outbox = new Outbox({
    store,
    limit,
    keepFailed,
    author: () => now.author,
    send(command) {
      if (now.online) sent.push(command);
      return now.online;
    },
    doubt() {},
    onChange() {},
  });
  const say = (text: string) => outbox.add({ type: "say", text });
  const texts = () => sent.map((command) => "text" in command ? command.text : command.type);
  return {
    outbox,
    sent,
    now,
    say,
    texts,
    [Symbol.dispose]: () => outbox.close(),
  };
}

Deno.test("Outbox: has one command in flight, and sends the next when that one is kept", async () => {
  using box = open();
  const [first, second] = [box.say("a"), box.say("b")];
  assertEquals(box.texts(), ["a"]);
  box.outbox.kept(box.sent[0].id, 7);
  assertEquals(box.texts(), ["a", "b"]);
  box.outbox.kept(box.sent[1].id, 8);
  assertEquals([await first, await second], [{ kept: true, seq: 7 }, { kept: true, seq: 8 }]);
  assertEquals(box.outbox.drafts, []);
});

Deno.test("Outbox: sends what was in flight again, under the same id, on the next connection", () => {
  using box = open();
  box.say("a");
  box.say("b");
  box.outbox.offline();
  box.outbox.online();
  assertEquals(box.texts(), ["a", "a"]);
  assertEquals(box.sent[0].id, box.sent[1].id);
});

Deno.test("Outbox: sends the same one again after a refusal for haste, before later ones", async () => {
  using box = open();
  box.say("a");
  box.say("b");
  const again = Promise.withResolvers<void>();
  const { push } = box.sent;
  box.sent.push = (one) => (again.resolve(), push.call(box.sent, one));
  assertEquals(box.outbox.refused(box.sent[0].id, "rate_limited", ""), true);
  await again.promise;
  assertEquals(box.texts(), ["a", "a"]);
});

Deno.test("Outbox: goes on after a pause even if the connection broke meanwhile", async () => {
  using box = open();
  box.say("a");
  const again = Promise.withResolvers<void>();
  const { push } = box.sent;
  box.sent.push = (one) => (again.resolve(), push.call(box.sent, one));
  box.outbox.refused(box.sent[0].id, "overloaded", "");
  box.outbox.offline();
  box.outbox.online();
  await again.promise;
  assertEquals(box.texts(), ["a", "a"]);
});

Deno.test("Outbox: reports a final refusal and goes on with the next", async () => {
  using box = open();
  const first = box.say("a");
  box.say("b");
  box.outbox.refused(box.sent[0].id, "too_large", "too long");
  assertEquals(await first, { kept: false, code: "too_large", detail: "too long" });
  assertEquals(box.texts(), ["a", "b"]);
});

Deno.test("Outbox: keeps what was refused, where wanted, until it is retried or removed", async () => {
  using box = open({ keepFailed: true });
  const first = box.say("a");
  box.outbox.tooLarge();
  assertEquals((await first).kept, false);
  const [{ id, failed }] = box.outbox.drafts;
  assertEquals(failed?.code, "too_large");
  box.outbox.retry(id);
  assertEquals(box.texts(), ["a", "a"]);
  box.outbox.tooLarge();
  box.outbox.remove(id);
  assertEquals(box.outbox.drafts, []);
});

Deno.test("Outbox: sends commands of all kinds, in order, and settles each by its id", async () => {
  using box = open({ keepFailed: true });
  const commands: Command[] = [
    { type: "edit", of: 1, text: "new", v: 1 },
    { type: "react", of: 1, emoji: "👍", on: true },
    { type: "pin", of: 1, on: true },
    { type: "room", topic: "Tea" },
    { type: "delete", of: 1 },
  ];
  const outcomes = commands.map((command) => box.outbox.add(command));
  for (let n = 0; n < commands.length; n++) {
    assertEquals(box.sent.length, n + 1);
    const { id, ...command } = box.sent[n];
    assertEquals(command, commands[n]);
    assertEquals(box.outbox.kept(id, n + 2), true);
  }
  const seqs = (await Promise.all(outcomes)).map((outcome) => outcome.kept && outcome.seq);
  assertEquals(seqs, [2, 3, 4, 5, 6]);
  assertEquals(box.outbox.kept("of somebody else", 9), false);
});

Deno.test("Outbox: keeps only texts that were refused", async () => {
  using box = open({ keepFailed: true });
  const edit = box.outbox.add({ type: "edit", of: 1, text: "new" });
  const react = box.outbox.add({ type: "react", of: 1, emoji: "👍", on: true });
  for (let n = 0; n < 2; n++) box.outbox.refused(box.sent[n].id, "gone", "it was deleted");
  const refused = { kept: false, code: "gone", detail: "it was deleted" } as const;
  assertEquals([await edit, await react], [refused, refused]);
  assertEquals(box.outbox.drafts.map(({ command }) => command.type), ["edit"]);
});

Deno.test("Outbox: sends nobody's words under another name, unless they are retried", () => {
  using box = open({ keepFailed: true });
  box.now.online = false;
  box.say("a");
  box.now.author = "Zoe";
  box.now.online = true;
  box.outbox.online();
  assertEquals(box.texts(), []);
  const [{ id, failed }] = box.outbox.drafts;
  assertEquals(failed, { code: "other_author", detail: "it was written as Ann" });
  box.outbox.retry(id);
  assertEquals(box.texts(), ["a"]);
});

Deno.test("Outbox: takes no more than its limit, and says so", async () => {
  using box = open({ limit: 1 });
  box.say("a");
  const outcome = await box.say("b");
  assertEquals(outcome.kept === false && outcome.code, "outbox_full");
});

Deno.test("Outbox: is idle when nothing waits, and answers everybody when it is closed", async () => {
  const box = open();
  await box.outbox.idle();
  const [first, second] = [box.say("a"), box.say("b")];
  const idle = box.outbox.idle().then(() => "idle");
  box.outbox.kept(box.sent[0].id, 1);
  assertEquals((await first).kept, true);
  box.outbox.close();
  assertEquals([(await second).kept, await idle], [false, "idle"]);
  assertEquals(box.outbox.drafts.length, 1);
});

Deno.test("Outbox: keeps the order of what was written within a millisecond", () => {
  sessionStorage.clear();
  using box = open({ store: new WebStore(sessionStorage, "x ") });
  const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
  texts.forEach(box.say);
  assertEquals(box.outbox.drafts.map(({ command }) => "text" in command && command.text), texts);
  sessionStorage.clear();
});

const draft = (id: string, at: number, text = "hi"): Draft => ({
  id,
  at,
  author: "Ann",
  command: { type: "say", text },
});

Deno.test("WebStore: keeps drafts in order, for every tab, and only its own keys", () => {
  sessionStorage.clear();
  const [one, two] = [
    new WebStore(sessionStorage, "x tea "),
    new WebStore(sessionStorage, "x tea "),
  ];
  sessionStorage.setItem("x coffee 1 z", JSON.stringify(draft("z", 1)));
  one.put(draft("b", 20));
  two.put(draft("a", 3));
  one.put(draft("b", 20, "again"));
  assertEquals([...two.all()], [draft("a", 3), draft("b", 20, "again")]);
  one.delete("a");
  assertEquals([two.size, two.get("a"), two.get("b")?.at], [1, undefined, 20]);
  sessionStorage.clear();
});

Deno.test("WebStore: keeps commands of all kinds", () => {
  sessionStorage.clear();
  const commands: Command[] = [
    { type: "say", text: "hi", reply: 3, to: ["b"] },
    { type: "edit", of: 1, text: "new", v: 1 },
    { type: "delete", of: 1 },
    { type: "react", of: 1, emoji: "👍", on: false },
    { type: "pin", of: 1, on: true },
    { type: "room", topic: "Tea" },
  ];
  const store = new WebStore(sessionStorage, "x ");
  for (const [n, command] of commands.entries()) store.put({ ...draft(`d${n}`, n), command });
  assertEquals(store.all().map(({ command }) => command), commands);
  sessionStorage.clear();
});

Deno.test("WebStore: passes over what is not a draft", () => {
  sessionStorage.clear();
  const noCommands = [undefined, null, { type: "toString" }, { type: "edit", of: -1, text: "" }];
  const drafts = noCommands.map((command) => JSON.stringify({ ...draft("a", 1), command }));
  for (const [n, value] of ["", "null", "{}", ...drafts].entries()) {
    sessionStorage.setItem(`x ${n}`, value);
  }
  assertEquals([...new WebStore(sessionStorage, "x ").all()], []);
  sessionStorage.clear();
});

Deno.test("WebStore: holds what the storage does not take", () => {
  sessionStorage.clear();
  const store = new WebStore(sessionStorage, "x ");
  const large = draft("a", 1, "x".repeat(11 * 1024 * 1024));
  store.put(large);
  assertEquals([sessionStorage.length, store.size, store.get("a")], [0, 1, large]);
  store.put(draft("b", 2));
  assertEquals(store.all().map(({ id }) => id), ["a", "b"]);
  store.delete("b");
  store.delete("a");
  assertEquals(store.size, 0);
});
