/** Fifty searches over random texts, compared with a plain scan of all texts. */

import { assert, assertEquals } from "@std/assert";
import { foldName } from "../../hub/room_name.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { draft } from "../../testing/fakes.ts";
import { keep } from "../../testing/journals.ts";
import { test } from "../../testing/permissions.ts";
import { seeded } from "../../testing/random.ts";
import { results, searchOver } from "../../testing/search.ts";

const WORDS = ("the cat sat on mat and then there theme café naïve straße мир привет ёж سلام كتاب " +
  "東京 京都 大阪 図書館 行く ました 서울 부산 기차 hello help held world").split(" ");
const SPACELESS = /[\p{sc=Han}\p{sc=Hira}\p{sc=Hang}]/u;

/** Without case, width and accents, by other means than those of the index. */
const fold = (text: string) =>
  foldName(text.normalize("NFD").replace(/[\u0300-\u036f]/g, "")).replace("ё", "е");

/** Whether each word of a query is in the text, one of a script without spaces anywhere in it. */
function matches(text: string, query: readonly string[]): boolean {
  const plain = fold(text);
  const words = plain.split(" ");
  return query.every((word) =>
    SPACELESS.test(word) ? plain.includes(fold(word)) : words.includes(fold(word))
  );
}

test("Search.find: finds what a plain scan finds, in 50 of 50 searches", async () => {
  const random = seeded(17);
  const pick = (count: number) => Array.from({ length: count }, () => random.pick(WORDS));
  const texts = Array.from({ length: 2_000 }, () => {
    const words = pick(1 + random.int(8));
    return words.join(words.every((word) => SPACELESS.test(word)) && random.int(2) ? "" : " ");
  });
  const journal = new MemoryJournal();
  await keep(journal, texts.map((text, n) => draft(text, { at: n })));
  await using place = searchOver(journal);
  let found = 0;
  for (let n = 0; n < 50; n++) {
    const query = pick(1 + n % 3);
    const expected = texts.flatMap((text, n) => matches(text, query) ? `r/${n + 1}` : [])
      .toReversed();
    const all = await results(place.search, `${query.join(" ")} `, { limit: 2_000 });
    assertEquals(all, expected, query.join(" "));
    found += all.length;
  }
  assert(found > 1_000, `${found} results`);
  journal.close();
});
