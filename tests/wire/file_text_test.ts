/** The files of a message as text. */

import { assert, assertEquals } from "@std/assert";
import { textWithFiles } from "../../wire/file_text.ts";
import { linesAt, singleLinesAt } from "../../wire/lines.ts";
import { attachment, message } from "../../testing/fakes.ts";

const place = { room: "東京", base: "https://chat.example/x" };
const files = [attachment("a", { name: "größe 1.txt" }), attachment("b")];

Deno.test("textWithFiles: adds the name and the address of each file", () => {
  const base = "https://chat.example/x/rooms/%E6%9D%B1%E4%BA%AC/files";
  const first = `größe 1.txt: ${base}/a/gr%C3%B6%C3%9Fe%201.txt`;
  const second = `b.txt: ${base}/b/b.txt`;
  assertEquals(textWithFiles({ ...message(1, "see"), files }, place), `see ${first} ${second}`);
  assertEquals(textWithFiles({ ...message(1, ""), files }, place), `${first} ${second}`);
  assertEquals(textWithFiles(message(1, "see"), place), "see");
});

Deno.test("byPlace: gives clients at one place the same wire, and others another", () => {
  const wire = linesAt(place);
  assert(wire === linesAt({ ...place }));
  assert(wire !== linesAt({ ...place, room: "kyoto" }));
  assert(wire !== singleLinesAt(place));
  for (let n = 0; n < 1_001; n++) linesAt({ ...place, room: `r${n}` });
  assert(wire !== linesAt(place), "it is not remembered for ever");
});

Deno.test("linesAt: shows a message that has only files", () => {
  const [frame] = linesAt(place).encode([{ ...message(1, ""), name: "ann", files }]);
  assert(frame.startsWith("ann: größe 1.txt: https://"), frame);
  assertEquals(linesAt(place).encode([{ ...message(1, ""), deleted: true }]), []);
});
