/** The search over every kind of journal: what it finds, and what it follows. */

import { assert, assertEquals } from "@std/assert";
import { ask, OPEN, results, searchOver } from "../../testing/search.ts";
import { draft } from "../../testing/fakes.ts";
import { edit, react, remove, topic } from "../../testing/drafts.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";
import { SENTENCES } from "../../testing/sentences.ts";

const DAY = 24 * 60 * 60 * 1000;

forEachKind((journalTest) => {
  journalTest("search: finds sentences of many scripts, and nothing else", async (journal) => {
    await keep(journal, SENTENCES.map(({ text }) => draft(text)));
    await using place = searchOver(journal);
    for (const [n, { finds, misses }] of SENTENCES.entries()) {
      for (const query of finds) {
        assert((await results(place.search, query)).includes(`r/${n + 1}`), query);
      }
      for (const query of misses) {
        assert(!(await results(place.search, query)).includes(`r/${n + 1}`), query);
      }
    }
  });

  journalTest("search: finds what has just been said, in a room that is new", async (journal) => {
    await using place = searchOver(journal);
    for (let n = 1; n <= 3; n++) {
      await keep(journal, [draft(`needle ${n}`, { room: `room-${n}`, at: n })]);
      assertEquals((await results(place.search, "needle"))[0], `room-${n}/1`);
    }
  });

  journalTest("search: follows edits and deletions", async (journal) => {
    await keep(journal, ["first one", "second one", "third one"].map((text) => draft(text)));
    await using place = searchOver(journal);
    assertEquals(await results(place.search, "one"), ["r/3", "r/2", "r/1"]);
    await journal.append([edit(1, "quite another"), remove(2), react(3, "ann"), topic("one")]);
    assertEquals(await results(place.search, "one"), ["r/3"]);
    assertEquals(await results(place.search, "another"), ["r/1"]);
    await journal.append([edit(1, "one again")]);
    assertEquals(await results(place.search, "one"), ["r/3", "r/1"]);
    await journal.append([remove(1)]);
    assertEquals(await results(place.search, "again"), []);
  });

  journalTest("search: gives texts as they are now, also while it is behind", async (journal) => {
    await keep(journal, [draft("a secret word"), draft("a secret plan")]);
    await using place = searchOver(journal);
    assertEquals(await results(place.search, "secret"), ["r/2", "r/1"]);
    const asking = ask(place.search, "secret");
    await journal.append([edit(1, "nothing to see"), remove(2)]);
    const { found } = await asking;
    for (const { message: { text } } of found) assert(text.includes("secret"), text);
    assertEquals(await results(place.search, "secret"), []);
  });

  journalTest("search: forgets what is not kept any more", async (journal) => {
    await using place = searchOver(journal, { keep: 5 });
    for (let n = 1; n <= 12; n++) await keep(journal, [draft(`needle ${n}`)]);
    assertEquals(await results(place.search, "needle"), [12, 11, 10, 9, 8].map((n) => `r/${n}`));
    await keep(journal, Array.from({ length: 5 }, () => draft("hay")));
    assertEquals(await results(place.search, "needle"), []);
  }, 5);

  journalTest("search: gives the newest first, over all rooms, in pages", async (journal) => {
    // Some of them at the same time, in the same and in different rooms.
    for (let n = 0; n < 60; n++) {
      const at = DAY + Math.floor(n / 4);
      await keep(journal, [draft("needle", { room: `room.${n % 3}`, at })]);
    }
    await using place = searchOver(journal);
    const all = await results(place.search, "needle", { limit: 100 });
    assertEquals([all.length, new Set(all).size], [60, 60]);
    const paged: string[] = [];
    let before: Awaited<ReturnType<typeof ask>>["next"];
    do {
      const page = await ask(place.search, "needle", { limit: 7, before });
      paged.push(...page.found.map(({ room, message }) => `${room}/${message.seq}`));
      before = page.next;
    } while (before !== undefined);
    assertEquals(paged, all);
    const times = (await ask(place.search, "needle", { limit: 100 })).found
      .map(({ message }) => message.at);
    assertEquals(times, times.toSorted((a, b) => b - a));
  });

  journalTest("search: narrows by person, room, link and time", async (journal) => {
    await keep(journal, [
      draft("needle", { room: "a", name: "Ann Lee", at: DAY }),
      draft("needle http://x.org", { room: "b", name: "Bo", at: 2 * DAY }),
      draft("needle", { room: "b", from: "0123456789", at: 3 * DAY }),
    ]);
    await using place = searchOver(journal);
    const found = (text: string) => results(place.search, text);
    assertEquals(await found("needle from:lee"), ["a/1"]);
    assertEquals(await found("from:bo from:ann"), ["b/1", "a/1"]);
    assertEquals(await found("from:guest-0123"), ["b/2"]);
    assertEquals(await found("needle has:link"), ["b/1"]);
    assertEquals(await found("needle has:file"), []);
    assertEquals(await found("needle before:1970-01-03"), ["a/1"]);
    assertEquals(await found("needle after:1970-01-03"), ["b/2", "b/1"]);
    assertEquals(await found("needle after:1970-01-03 before:1970-01-04"), ["b/1"]);
  });

  journalTest("search: shows only rooms that may be entered", async (journal) => {
    // Names that no client can give; other parts of the server do.
    const hidden = `~${"x".repeat(26)}`;
    for (const room of ["open", "other", hidden, "@own"]) {
      await keep(journal, [draft("needle", { room })]);
    }
    await using place = searchOver(journal);
    const scope = (isOpen: boolean, ...rooms: string[]) => ({ scope: { isOpen, rooms } });
    const found = async (more: { scope: typeof OPEN }) =>
      (await results(place.search, "needle", more)).sort();
    assertEquals(await found({ scope: OPEN }), ["open/1", "other/1"]);
    assertEquals(await found(scope(true, hidden)), ["open/1", "other/1", `${hidden}/1`]);
    assertEquals(await found(scope(false, hidden, "other")), ["other/1", `${hidden}/1`]);
    assertEquals(await found(scope(false)), []);
    assertEquals(await found(scope(false, "@own")), []);
    assertEquals(await found(scope(false, "never")), []);
  });
});
