/** The notifier: mentions reach people's own logs, also where a server was killed in between. */

import { assertEquals } from "@std/assert";
import { Activity } from "../../hub/activity.ts";
import { NO_RULES, type Rules } from "../../hub/permissions.ts";
import type { Draft, Journal, Message } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { Notifier } from "../../people/notifier.ts";
import { OwnLogs } from "../../people/own_logs.ts";
import { draft } from "../../testing/fakes.ts";
import { keep } from "../../testing/journals.ts";
import { rememberingLog } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const DIRECT = "~direct";
const people = ["ann", "bob"].map((id) => ({ id, name: id }));

const rules: Rules = {
  ...NO_RULES,
  describe: (room) => ({ access: room === DIRECT ? "direct" : "open" }),
  peopleOf: (room) => room === DIRECT ? people : [],
  blocks: (id, other) => id === "ann" && other === "pest",
  admits: (id) => id !== "stranger",
};

/** A notifier over a journal, and the log of somebody. */
async function open(journal: Journal) {
  const log = rememberingLog();
  const own = new OwnLogs(journal, log);
  const list = () => Promise.resolve({ rooms: [], more: false });
  const activity = new Activity(journal, { list, deleted() {}, missed() {}, log });
  const notifier = new Notifier({
    journal,
    rules,
    own,
    activity,
    hiddenRooms: () => [DIRECT],
    log,
  });
  const { log: ann } = await own.open("ann", () => {});
  const mentions = (room: string) => ann.unread(room).map(({ seq }) => seq).sort().join();
  const close = async () => {
    await notifier.close();
    activity.close();
    await own.close();
  };
  return { notifier, own, log, mentions, [Symbol.asyncDispose]: close };
}

const forAnn = (room: string, from = "bob", at = 1): Draft =>
  draft("x", { room, from, at, to: ["ann", "stranger"] });

Deno.test("Notifier.kept: keeps a mention for those who may enter and block nobody", async () => {
  const journal = new MemoryJournal(0);
  await using opened = await open(journal);
  const drafts = [forAnn("tea"), forAnn("tea", "pest"), draft("x", { room: DIRECT, from: "bob" })];
  for (const [n, message] of (await keep(journal, drafts)).entries()) {
    opened.notifier.kept(drafts[n].room, message);
  }
  await until(() => opened.mentions(DIRECT) === "1", "the mentions");
  assertEquals(opened.mentions("tea"), "1");
  assertEquals(
    (await journal.rooms({ unlisted: true, limit: 9 })).map(({ name }) => name).length,
    2,
  );
});

Deno.test("Notifier.kept: forgets a mention whose message is deleted", async () => {
  const journal = new MemoryJournal(0);
  await using opened = await open(journal);
  const [message] = await keep(journal, [forAnn("tea")]);
  opened.notifier.kept("tea", message);
  await until(() => opened.mentions("tea") === "1", "the mention");
  const { room: _, text: __, avatar: ___, ...rest } = draft("x");
  const [deletion] = await journal.append([{
    ...rest,
    room: "tea",
    from: "bob",
    action: { type: "delete", of: 1 },
  }]);
  opened.notifier.kept("tea", deletion as Message);
  assertEquals(opened.mentions("tea"), "");
});

Deno.test("Notifier.kept: tries again where the journal fails for a while", async () => {
  const journal = new MemoryJournal(0);
  await using opened = await open(journal);
  const [message] = await keep(journal, [forAnn("tea")]);
  const { append } = journal;
  let failures = 2;
  journal.append = function (drafts) {
    if (failures-- > 0) throw new Error("full");
    return append.call(this, drafts);
  };
  opened.notifier.kept("tea", message);
  await until(() => opened.mentions("tea") === "1", "the mention");
  assertEquals(opened.log.events.length, 2);
});

Deno.test("Notifier.recover: finds messages again whose mentions a killed server did not keep", async () => {
  const journal = new MemoryJournal(0);
  const now = Date.now();
  await keep(journal, [forAnn("old", "bob", now - 120_000)]);
  await keep(journal, [
    ...Array.from({ length: 5 }, () => draft("x", { room: "tea", at: now })),
    forAnn("tea", "bob", now),
    draft("x", { room: DIRECT, from: "bob", at: now }),
  ]);
  for (let starts = 0; starts < 2; starts++) {
    await using opened = await open(journal);
    await opened.notifier.recover();
    await until(() => opened.mentions("tea") === "6", "the mention");
    await until(() => opened.mentions(DIRECT) === "1", "the direct one");
    assertEquals(opened.mentions("old"), "");
    assertEquals((await journal.settings("@person/ann", { limit: 9 })).head, 2);
  }
});

Deno.test("Notifier.recover: does nothing in an empty journal", async () => {
  await using opened = await open(new MemoryJournal(0));
  await opened.notifier.recover();
  assertEquals(opened.log.events, []);
});
