/** What a connection for all rooms says of its person, where some of it has waited. */

import { assertEquals, assertRejects } from "@std/assert";
import { OwnFeed } from "../../client/own_feed.ts";
import type { RoomsRequest, Services } from "../../client/services.ts";
import { Activity } from "../../hub/activity.ts";
import { NO_RULES, type Rules } from "../../hub/permissions.ts";
import { UnreachableError } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { mentionDraft } from "../../people/own_log.ts";
import { OwnLogs } from "../../people/own_logs.ts";
import type { RoomsObject } from "../../sdk/rooms_protocol.ts";
import { draft, person } from "../../testing/fakes.ts";
import { rememberingLog } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

interface Ann {
  mayEnter?: (room: string) => boolean;
  /** Her private rooms, as far as she may enter them. */
  hidden?: string[];
  /** Is called whenever rooms have been described. */
  described?: (journal: MemoryJournal, activity: Activity, names: readonly string[]) => void;
  /** Is called if no hello can be made. */
  failed?: (activity: Activity) => Promise<void>;
}

/** The feed of Ann, who has heard `hello`. */
async function open({ mayEnter = () => true, hidden = ["~den"], described, failed }: Ann = {}) {
  const journal = new MemoryJournal(0);
  const log = rememberingLog();
  const own = new OwnLogs(journal, log);
  const list = async ({ names = [] }: { names?: readonly string[] }) => {
    const rooms = await journal.rooms({ names, limit: names.length });
    described?.(journal, activity, names);
    return { rooms: rooms.map((room) => ({ ...room, members: 0 })), more: false };
  };
  const activity = new Activity(journal, { list, deleted() {}, missed() {}, log });
  const rules: Rules = {
    ...NO_RULES,
    hiddenRooms: () => new Set(hidden.filter(mayEnter)),
  };
  const request = { person: person("ann"), role: "member", since: undefined, mayEnter };
  const feed = new OwnFeed(
    { hasEntered: () => false, notify() {} },
    request as unknown as RoomsRequest,
    { journal, own, activity, rules, hub: { list } } as unknown as Services,
  );
  const close = async () => {
    feed.close();
    activity.close();
    await own.close();
  };
  const line = await feed.open().catch(async (error) => {
    await failed?.(activity);
    await close();
    throw error;
  });
  const hello = JSON.parse(line);
  feed.start();
  /** Everything that it has to say, as objects. */
  const heard = async (): Promise<RoomsObject[]> => {
    const lines: string[] = [];
    while (feed.hasNext) lines.push(...await feed.next());
    return lines.map((line) => JSON.parse(line));
  };
  const first = await heard();
  return {
    ...{ journal, own, feed, hello, first, heard },
    [Symbol.asyncDispose]: close,
  };
}

Deno.test("OwnFeed.next: says how many mentions there are when it says so, not when they were read", async () => {
  await using ann = await open();
  const say = (seq: number) => [
    { ...draft(`message ${seq}`), room: "tea" },
    mentionDraft("ann", "tea", seq, 1),
  ];
  await ann.journal.append(say(1));
  await ann.own.look(["ann"]);
  await ann.heard();
  await ann.feed.own!.read("tea", 1);
  // The connection takes nothing yet; meanwhile, somebody mentions her again.
  await ann.journal.append(say(2));
  await ann.own.look(["ann"]);
  const counts = (await ann.heard()).flatMap((object) =>
    object.type === "read" || object.type === "mention" ? [[object.type, object.mentions]] : []
  );
  assertEquals(counts, [["mention", 1], ["read", 1]]);
});

Deno.test("OwnFeed.next: never takes a room away after it has come back", async () => {
  let isIn = true;
  await using ann = await open({ mayEnter: (room) => isIn || room !== "~den" });
  isIn = false;
  ann.feed.checkRooms();
  isIn = true;
  ann.feed.checkRooms();
  const rooms = (await ann.heard()).flatMap((object) => object.type === "rooms" ? [object] : []);
  assertEquals(rooms.map(({ added, removed }) => [added.map(({ name }) => name), removed]), [
    [["~den"], []],
  ]);
});

Deno.test("OwnFeed.open: misses nothing that is said after a room was described for hello", async () => {
  let isSaid = false;
  const described = (journal: MemoryJournal, activity: Activity) => {
    if (isSaid) return;
    isSaid = true;
    journal.append([{ ...draft("now"), room: "~den" }]);
    activity.touch("~den");
  };
  await using ann = await open({ described });
  assertEquals(ann.hello.rooms.map(({ seq }: { seq: number }) => seq), [0]);
  await until(() => ann.feed.hasNext, "the activity");
  const active = (await ann.heard()).flatMap((object) =>
    object.type === "activity" ? object.rooms : []
  );
  assertEquals(active.map(({ name, seq, messages }) => [name, seq, messages]), [["~den", 1, 1]]);
});

Deno.test("OwnFeed.start: describes a room that came while hello was made", async () => {
  let isIn = false;
  await using ann = await open({
    hidden: ["~attic", "~den"],
    mayEnter: (room) => isIn || room !== "~den",
    described: () => isIn = true,
  });
  assertEquals(ann.hello.rooms.map(({ name }: { name: string }) => name), ["~attic"]);
  const rooms = ann.first.flatMap((object) => object.type === "rooms" ? object.added : []);
  assertEquals(rooms.map(({ name }) => name), ["~den"]);
});

Deno.test("OwnFeed.open: does not name a room that was taken away while hello was made", async () => {
  let isIn = true;
  await using ann = await open({ mayEnter: () => isIn, described: () => isIn = false });
  assertEquals([ann.hello.rooms, ann.first], [[], []]);
});

Deno.test("OwnFeed.open: watches nothing any more where the journal fails", async () => {
  const asked: string[] = [];
  const described = (_journal: MemoryJournal, _activity: Activity, names: readonly string[]) => {
    asked.push(names.join());
    if (asked.length === 1) throw new UnreachableError();
  };
  const failed = async (activity: Activity) => {
    activity.watch("pub", { active() {} });
    for (const room of ["~den", "pub"]) activity.touch(room);
    await until(() => asked.length === 2, "the report to somebody else");
  };
  await assertRejects(() => open({ described, failed }), UnreachableError);
  assertEquals(asked, ["~den", "pub"]);
});
