/** A history with changes is taken over by Redis, given back, and goes on in the same way. */

import { assertEquals } from "@std/assert";
import type { Journal } from "../../../journal/journal.ts";
import { MemoryJournal } from "../../../journal/memory.ts";
import { migrate } from "../../../journal/migration.ts";
import { History } from "../../../testing/history.ts";
import { seeded } from "../../../testing/random.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";

/** What a journal says of the room. */
async function read(journal: Journal) {
  const { messages, head, at } = await journal.page("r", { limit: 100_000 });
  const log = await journal.after("r", messages[0].seq - 1, 100_000);
  return {
    changes: log.filter(({ kind }) => kind === "change"),
    page: [messages, head, at],
    state: await journal.state("r"),
    messages: await journal.messagesUpTo("r", head),
    reaction: await journal.reaction("r", messages[0].seq, "👍"),
  };
}

for (const keep of [0, 60]) {
  for (const seed of [21, 22, 23]) {
    redisTest(
      `RedisJournal.importEntries: takes over what was changed, keeping ${
        keep || "all"
      } (seed ${seed})`,
      async () => {
        await using redis = await OwnRedis.start();
        await using opened = await openJournal(redis, keep);
        const history = new History(seeded(seed), false);
        const [from, back] = [new MemoryJournal(keep), new MemoryJournal(keep)];
        for (let turn = 0; turn < 4; turn++) {
          const { seq } = await from.state("r");
          const drafts = Array.from({ length: 150 }, () => history.next(seq));
          for (const draft of drafts) from.append([draft]);
          await migrate(from, opened.journal, () => {});
          assertEquals(await read(opened.journal), await read(from));
          // A command that was answered before is answered in the same way.
          const outline = async (journal: Journal) =>
            JSON.parse(JSON.stringify(await journal.append(drafts.slice(-20))));
          assertEquals(await outline(opened.journal), await outline(from));
        }
        await migrate(opened.journal, back, () => {});
        assertEquals(await read(back), await read(from));
        for (const journal of [from, back]) journal.close();
      },
    );
  }
}
