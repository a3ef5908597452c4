/** Read marks: which are kept at once, which wait, and what becomes of them in the end. */

import { assertEquals } from "@std/assert";
import { ReadMarks } from "../../people/read_marks.ts";
import { test } from "../../testing/support.ts";

/** Read marks, and what they have kept. */
function readMarks(): { marks: ReadMarks; kept: [room: string, seq: number][] } {
  const kept: [string, number][] = [];
  const keep = (room: string, seq: number) => Promise.resolve(void kept.push([room, seq]));
  const failed = (error: unknown) => {
    throw error;
  };
  return { marks: new ReadMarks(keep, failed), kept };
}

test("ReadMarks.close: keeps the newest of those that wait", async () => {
  const { marks, kept } = readMarks();
  for (const seq of [1, 3, 2]) await marks.set("tea", seq);
  await marks.set("coffee", 5);
  assertEquals(kept, [["tea", 1], ["coffee", 5]]);
  await marks.close();
  assertEquals(kept, [["tea", 1], ["coffee", 5], ["tea", 3]]);
});

test("ReadMarks.set: keeps a mark that comes after closing, and leaves no timer", async () => {
  const { marks, kept } = readMarks();
  await marks.close();
  await marks.set("tea", 1);
  await marks.set("tea", 2);
  assertEquals(kept, [["tea", 1], ["tea", 2]]);
});
