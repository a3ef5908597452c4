/** Logs of records in Redis are kept and read exactly as in memory, compacted or not. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { AppendError, type ChangeDraft, type LogEntry } from "../../../journal/journal.ts";
import { migrate } from "../../../journal/migration.ts";
import { MemoryJournal } from "../../../journal/memory.ts";
import { set } from "../../../testing/drafts.ts";
import { range } from "../../../testing/fakes.ts";
import { type Random, seeded } from "../../../testing/random.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { seeds } from "../../../testing/seeds.ts";

const LOG = "@log";
const KEYS = range(1, 40).map((n) => `key/${n}`);

/** A missing entry has the time of the last or of the next one, and fields may be absent or undefined. */
function plain(entry: LogEntry | AppendError): unknown {
  if (entry instanceof AppendError) return entry.code;
  return entry.kind === "skip" ? { ...entry, at: 0, id: entry.id ?? "" } : { ...entry };
}

/** A change, often of one of a few keys, some with conditions and in groups. */
function next(random: Random, head: number): ChangeDraft {
  const key = random.pick(random.chance(1, 2) ? KEYS.slice(0, 3) : KEYS);
  const id = random.chance(1, 2) ? `id${random.int(head + 50)}` : undefined;
  const group = random.chance(1, 4) ? random.int(2) : undefined;
  const value = random.chance(1, 9) ? null : random.int(50);
  const newest = random.chance(1, 6) ? random.int(head + 1) : undefined;
  const larger = random.chance(1, 4) ? true as const : undefined;
  return set(key, value, { id, group, at: head, condition: { newest, larger } });
}

for (const seed of seeds(2)) {
  redisTest(
    `RedisJournal.append: keeps records as the memory journal does (seed ${seed})`,
    async () => {
      await using redis = await OwnRedis.start();
      await using opened = await openJournal(redis);
      await using copy = await OwnRedis.start();
      await using copied = await openJournal(copy);
      const here = new MemoryJournal();
      const { journal: there } = opened;
      const random = seeded(seed);
      for (let batch = 0; batch < 60; batch++) {
        const { seq } = here.state(LOG);
        const size = random.chance(1, 5) ? LIMITS.unsettled / 2 : 1 + random.int(60);
        const drafts = range(1, size).map((n) => next(random, seq + n));
        assertEquals((await there.append(drafts)).map(plain), here.append(drafts).map(plain));
        const { seq: head } = here.state(LOG);
        const [place, limit] = [random.int(head + 2), 1 + random.int(40)];
        for (const read of ["after", "before"] as const) {
          for (const [from, most] of [[place, limit], [read === "after" ? 0 : head + 1, 9_999]]) {
            const [mine, theirs] = [
              here[read](LOG, from, most),
              await there[read](LOG, from, most),
            ];
            assertEquals(theirs.map(plain), mine.map(plain), `${read} ${from}`);
          }
        }
        assertEquals(await there.settings(LOG, { limit: 99 }), here.settings(LOG, { limit: 99 }));
        if (batch % 20 === 19) await migrate(there, copied.journal, () => {});
      }
      const changes = here.after(LOG, 0, 9_999).filter(({ kind }) => kind === "change");
      const copies = await copied.journal.after(LOG, 0, 9_999);
      assertEquals(copies.filter(({ kind }) => kind === "change").map(plain), changes.map(plain));
      assertEquals(copies.at(-1)!.seq, changes.at(-1)!.seq);
      const query = { limit: 99 };
      assertEquals(await copied.journal.settings(LOG, query), here.settings(LOG, query));
      here.close();
    },
  );
}
