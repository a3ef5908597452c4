/** What journals in this process promise of rooms' names and of their list. (Redis: see its tests.) */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Journal, RoomQuery } from "../../journal/journal.ts";
import { draft, range } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";

const listed = async (journal: Journal, query: Partial<RoomQuery> = {}) =>
  (await journal.rooms({ limit: 100, ...query })).map(({ name }) => name);

/** Says something in each room, in this order and a millisecond apart. */
const fill = (journal: Journal, names: readonly string[]) =>
  keep(journal, names.map((room, at) => draft("x", { room, at })));

forEachKind((journalTest, { name }) => {
  if (name === "RedisJournal") return;

  journalTest(
    "append: keeps a room once in any case and width, as first written",
    async (journal) => {
      const names = ["Straße", "STRASSE", "ｓtraße", "straẞe"];
      const together = await keep(journal, names.map((room) => draft("x", { room })));
      assertEquals(together.map(({ seq }) => seq), [1, 2, 3, 4]);
      assertEquals(together.map(({ keptIn }) => keptIn), [undefined, "Straße", "Straße", "Straße"]);
      const [later] = await keep(journal, [draft("x", { room: "STRASSE" })]);
      assertEquals([later.seq, later.keptIn], [5, "Straße"]);
      assertEquals(await listed(journal), ["Straße"]);
      const read = await journal.after("Straße", 0, 10);
      assertEquals(read.map((message) => [message.seq, "keptIn" in message]), [
        ...range(1, 5).map((seq) => [seq, false]),
      ]);
    },
  );

  journalTest("append: keeps an id once in a room in any case", async (journal) => {
    await keep(journal, [draft("first", { room: "Lobby", id: "x" })]);
    const [duplicate] = await keep(journal, [draft("second", { room: "lobby", id: "x" })]);
    assertEquals([duplicate.seq, duplicate.text, duplicate.duplicate], [1, "first", true]);
  });

  journalTest(
    "resolve: gives a room's name as first written, and an unknown name back",
    async (journal) => {
      assertEquals(await journal.resolve("LOBBY"), "LOBBY");
      assertEquals(await listed(journal), []);
      await fill(journal, ["Lobby", "Ⅷ"]);
      const asked = ["Lobby", "LOBBY", "ｌobby", "VIII", "other"];
      const given = await Promise.all(asked.map((name) => journal.resolve(name)));
      assertEquals(given, ["Lobby", "Lobby", "Lobby", "Ⅷ", "other"]);
    },
  );

  journalTest("subscribe: gives what is appended under a name in another case", async (journal) => {
    await fill(journal, ["Lobby"]);
    const subscription = await journal.subscribe("Lobby", 1, () => {});
    await keep(journal, [draft("x", { room: "LOBBY" })]);
    assertEquals(subscription.take().map(({ seq }) => seq), [2]);
    subscription.unsubscribe();
  });

  journalTest(
    "rooms: gives the newest message's number and time, and how many there were",
    async (journal) => {
      await keep(journal, range(1, 9).map((at) => draft("x", { room: "r", at })));
      assertEquals(await journal.rooms({ limit: 1 }), [{ name: "r", seq: 9, at: 9, messages: 9 }]);
    },
    3,
  );

  journalTest("rooms: lists by newest activity, also right after a message", async (journal) => {
    await fill(journal, ["a", "b", "c"]);
    assertEquals(await listed(journal), ["c", "b", "a"]);
    await keep(journal, [draft("x", { room: "a", at: 10 })]);
    assertEquals(await listed(journal, { limit: 2 }), ["a", "c"]);
    await keep(journal, [draft("x", { room: "b", at: 11 })]);
    assertEquals(await listed(journal), ["b", "a", "c"]);
  });

  journalTest("rooms: pages by name, whatever case and script", async (journal) => {
    const names = ["Apfel", "banane", "Birne", "ÄPFEL", "ñu", "東京", "𠮷"];
    await fill(journal, [...names].reverse());
    const found: string[] = [];
    for (let after = "", page; (page = await listed(journal, { after, limit: 2 })).length > 0;) {
      found.push(...page);
      after = page.at(-1)!;
    }
    assertEquals(found, names);
    assertEquals(await listed(journal, { after: "BANANE" }), names.slice(1));
    assertEquals(await listed(journal, { after: "c", limit: 1 }), ["ÄPFEL"]);
  });

  journalTest("rooms: finds a text in names, whatever its case and width", async (journal) => {
    await fill(journal, ["Hauptstraße", "STRASSENBAHN", "Weg_1", "100", "Ｗeg-2"]);
    assertEquals(await listed(journal, { q: "ＳＴＲＡＳＳＥ" }), ["STRASSENBAHN", "Hauptstraße"]);
    assertEquals(await listed(journal, { q: "weg" }), ["Ｗeg-2", "Weg_1"]);
    assertEquals(await listed(journal, { q: "weg", after: "", limit: 1 }), ["Ｗeg-2"]);
    assertEquals(await listed(journal, { q: "weg", after: "weg-2" }), ["Ｗeg-2", "Weg_1"]);
    for (const q of ["%", "_2", "'", "Straßenbahnen"]) {
      assertEquals(await listed(journal, { q }), []);
    }
  });

  journalTest("rooms: finds a text in more names than one turn looks at", async (journal) => {
    const count = 2 * LIMITS.roomsScanned + 10;
    const names = range(1, count).map((n) => `room${n}`);
    await fill(journal, names);
    const found = await listed(journal, { q: "room2000", limit: 30 });
    assertEquals(
      found,
      [...range(0, 9).map((n) => `room2000${n}`), "room2000"].reverse()
        .sort((a, b) => names.indexOf(b) - names.indexOf(a)),
    );
    const two = [listed(journal, { q: "room7", limit: 5 }), listed(journal, { q: "room20009" })];
    assertEquals((await Promise.all(two)).map(({ length }) => length), [5, 1]);
  });

  journalTest("rooms: lists only what the names mean that are given", async (journal) => {
    await fill(journal, ["Lobby", "a", "b"]);
    const names = ["LOBBY", "lobby", "b", "none"];
    assertEquals(await listed(journal, { names }), ["b", "Lobby"]);
    assertEquals(await listed(journal, { names, after: "b" }), ["Lobby"]);
    assertEquals(await listed(journal, { names, q: "OB" }), ["Lobby"]);
    assertEquals(await listed(journal, { names: [] }), []);
  });
});
