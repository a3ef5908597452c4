/** Copying a journal to another place: everything that is in it, also what came in the meantime. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  type Journal,
  JournalError,
  type LogEntry,
  type RoomSummary,
} from "../../journal/journal.ts";
import { migrate } from "../../journal/migration.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { set } from "../../testing/drafts.ts";
import { change, draft, range } from "../../testing/fakes.ts";
import { History } from "../../testing/history.ts";
import { seeded } from "../../testing/random.ts";
import { OPTIONS, withFolder } from "../../testing/sqlite.ts";
import { test } from "../../testing/support.ts";

/** Two journals, of which the first keeps a limited number of messages. */
function withTwo(
  keep: number,
  fn: (from: SqliteJournal, to: SqliteJournal) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const from = new SqliteJournal(`${folder}/from.db`, { ...OPTIONS, keep });
    const to = new SqliteJournal(`${folder}/to.db`, OPTIONS);
    try {
      await fn(from, to);
    } finally {
      from.close();
      to.close();
    }
  });
}

/** Everything that a journal says of a room; of superseded entries that it knows them. */
async function contentOf(journal: Journal, room: string) {
  const entries: LogEntry[] = await journal.after(room, 0, 9_999);
  const { messages } = await journal.page(room, { limit: entries.length });
  const counts = messages.map(({ seq }) => journal.messagesUpTo(room, seq));
  const reactions = await Promise.all(messages.map(({ seq }) => journal.reaction(room, seq, "👍")));
  const files = await journal.files(room, range(0, 199).map((n) => `file${n}`));
  const named = [...files].filter(([, seq]) => seq > 0);
  return { entries, named, messages, counts, reactions, state: await journal.state(room) };
}

async function assertSame(from: Journal, to: Journal): Promise<void> {
  assertEquals([to.epoch, to.secret], [from.epoch, from.secret]);
  const rooms = await from.rooms({ after: "", limit: 99 });
  assertEquals(await to.rooms({ after: "", limit: 99 }), rooms);
  for (const { name } of rooms) {
    assertEquals(await contentOf(to, name), await contentOf(from, name));
  }
}

for (const keep of [0, 100]) {
  test(`migrate: copies messages, changes, ids, counts and settings (--keep ${keep})`, () =>
    withTwo(keep, async (from, to) => {
      const history = new History(seeded(5));
      from.append([change({ type: "room", topic: "first" }), draft("other", { room: "other" })]);
      for (let batch = 0; batch < 20; batch++) {
        const { seq } = from.state("r");
        from.append(range(1, 40).map(() => history.next(seq)));
      }
      await migrate(from, to, () => {});
      await assertSame(from, to);
      // What comes then changes messages that are copied already.
      for (let batch = 0; batch < 10; batch++) {
        const { seq } = from.state("r");
        from.append(range(1, 20).map(() => history.next(seq)));
      }
      await migrate(from, to, () => {});
      const [here, there] = [await contentOf(from, "r"), await contentOf(to, "r")];
      const oldest = here.messages[0].seq;
      const isKept = ({ seq }: { readonly seq: number }) => seq >= oldest;
      assertEquals(there.messages.filter(isKept), here.messages);
      // The new place keeps more messages.
      const pins = there.state.pins.filter((pinned) => pinned >= oldest);
      assertEquals({ ...there.state, pins }, here.state);
      assertEquals(there.reactions.slice(-here.reactions.length), here.reactions);
      const retry = change({ type: "edit", of: oldest, text: "again" }, { id: "new" });
      assertEquals(to.append([retry, retry]), from.append([retry, retry]));
    }));
}

test("migrate: copies a topic that is older than the oldest message, and what was forgotten", () =>
  withTwo(3, async (from, to) => {
    from.append([change({ type: "room", topic: "t" }, { id: "x" }), draft("one")]);
    from.append([change({ type: "room", topic: "t" }, { room: "s" })]);
    from.append(range(1, 20).map((n) => draft(`m${n}`, { room: "s" })));
    await migrate(from, to, () => {});
    from.append(range(1, 20).map((n) => draft(`m${n}`)));
    await migrate(from, to, () => {});
    await assertSame(from, to);
    assertEquals(to.after("r", 0, 9).map(({ seq }) => seq), [20, 21, 22]);
    assertEquals([to.messagesUpTo("r", 19), to.state("r").topic], [18, "t"]);
  }));

test("migrate: copies the server's own logs and hidden rooms", () =>
  withTwo(1, async (from, to) => {
    from.append([set("a", 1, { id: "x" }), set("a", 2), set("b", null)]);
    from.append([set("title", "t", { room: "~h" }), draft("one", { room: "~h" })]);
    from.append([draft("two", { room: "~h" }), draft("three", { room: "~h" })]);
    await migrate(from, to, () => {});
    for (const { name } of from.rooms({ unlisted: true, limit: 9 }) as RoomSummary[]) {
      assertEquals(await contentOf(to, name), await contentOf(from, name));
      assertEquals(to.settings(name, { limit: 9 }), from.settings(name, { limit: 9 }));
    }
    const unlisted = await to.rooms({ unlisted: true, limit: 9 });
    assertEquals(unlisted.map(({ name, seq }) => [name, seq]), [["@log", 3], ["~h", 4]]);
  }));

test("migrate: refuses a place where another entry has the newest number", () =>
  withTwo(0, async (from, to) => {
    from.append([draft("one")]);
    await migrate(from, to, () => {});
    for (const journal of [from, to]) journal.append([draft("two", { from: journal.epoch })]);
    from.append([change({ type: "pin", of: 1, on: true })]);
    to.append([change({ type: "pin", of: 2, on: true })]);
    await assertRejects(() => migrate(from, to, () => {}), JournalError, "entry 3");
  }));
