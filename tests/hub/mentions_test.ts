/** Mentions: whom a message is for. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { draftsOf, isForSomebody, mentionsIn, type Names } from "../../hub/mentions.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { draft, message } from "../../testing/fakes.ts";
import { mentionDraft } from "../../people/own_log.ts";

const PEOPLE = new Map([
  ["ann", "1"],
  ["ann lee", "2"],
  ["anna", "3"],
  ["jean-luc", "4"],
  ["小明", "5"],
  ["o'neil", "6"],
  ["ann_x", "7"],
]);

const names = (find: Names["find"]): Names => ({ find, mayBegin: () => true });
const named = (text: string) => mentionsIn(text, names((fold) => PEOPLE.get(fold))).join();

Deno.test("mentionsIn: takes the longest name, in any case and width, as a whole word", () => {
  const cases: [text: string, ids: string][] = [
    ["@Ann", "1"],
    ["@ann lee, hello", "2"],
    ["@Ann Leeds", "1"],
    ["@anna and @ANN!", "3,1"],
    ["@annabel", ""],
    ["@ann_x @ann_y", "7"],
    ["ＨＩ @ＡＮＮ", "1"],
    ["@jean-luc's @O'Neil.", "4,6"],
    ["@小明 你好", "5"],
    ["(@ann)", "1"],
    ["me@ann.example", ""],
    ["@ ann", ""],
    ["@@ann", "1"],
    ["@ann @ann", "1"],
    ["@", ""],
  ];
  for (const [text, ids] of cases) assertEquals(named(text), ids, text);
});

Deno.test("mentionsIn: tries a limited number of names, whatever the text", () => {
  const texts = ["@".repeat(4_096), "@é!".repeat(1_365), `@${"é ".repeat(32)}`.repeat(60)];
  for (const text of texts) {
    let tried = 0;
    mentionsIn(text, names(() => void tried++));
    assertEquals(tried <= LIMITS.mentions * LIMITS.nameEnds, true, `${tried}`);
  }
});

Deno.test("mentionsIn: finds as many people as a message may mention", () => {
  const text = Array.from({ length: LIMITS.mentions + 10 }, (_, n) => `@p${n}`).join(" ");
  assertEquals(mentionsIn(text, names((fold) => fold)).length, LIMITS.mentions);
});

Deno.test("draftsOf: is for those who are listed, answered, or in a direct room, and want it", async () => {
  const journal = new MemoryJournal(0);
  const deletion = { ...draft("", { from: "quiet" }), action: { type: "delete", of: 2 } as const };
  await journal.append([
    draft("a question", { from: "asker" }),
    draft("gone", { from: "quiet" }),
    deletion,
  ]);
  const of = async (more: object, direct: string[] = []) => {
    const drafts = await draftsOf("r", { ...message(9), from: "me", ...more }, {
      journal,
      direct: () => direct,
      wants: (member) => member !== "blocker",
      draft: mentionDraft,
    });
    return drafts.map(({ from }) => from).sort().join();
  };
  assertEquals(await of({ to: ["ann", "me", "blocker", "ann"] }), "ann");
  assertEquals(await of({ reply: 1 }), "asker");
  assertEquals(await of({ reply: 1, to: ["asker", "bob"] }), "asker,bob");
  assertEquals(await of({ reply: 2 }), "quiet", "it was there when it was answered");
  assertEquals(await of({ reply: 7 }), "");
  assertEquals(await of({}, ["me", "you"]), "you");
  assertEquals(await of({}), "");
});

Deno.test("isForSomebody: says whether anybody need be looked for", () => {
  assertEquals(isForSomebody({}), false);
  assertEquals(isForSomebody({ to: [] }), false);
  assertEquals(isForSomebody({ to: ["ann"] }), true);
  assertEquals(isForSomebody({ reply: 1 }), true);
});
