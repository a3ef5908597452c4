/** The scripts in Lua answer and keep exactly what the journal in memory does. */

import { assertEquals } from "@std/assert";
import { AppendError, type Journal, type LogEntry } from "../../../journal/journal.ts";
import { MemoryJournal } from "../../../journal/memory.ts";
import { firstOf } from "../../../journal/redis/log_encoding.ts";
import { range } from "../../../testing/fakes.ts";
import { History } from "../../../testing/history.ts";
import { type Random, seeded } from "../../../testing/random.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";

const SEEDS = [11, 12, 13, 14];
const BATCHES = 40;

/** What an answer says, without the words of an error. */
function outline(answers: readonly (LogEntry | AppendError)[]): unknown[] {
  return answers.map((answer) => answer instanceof AppendError ? answer.code : plain(answer));
}

/** A missing entry has the time of the last or of the next one, and fields may be absent or undefined. */
function plain(entry: LogEntry): unknown {
  if (entry.kind !== "skip") return JSON.parse(JSON.stringify(entry));
  return { ...entry, at: 0, id: entry.id ?? "" };
}

async function readAll(journal: Journal, head: number, random: Random): Promise<unknown> {
  const limit = 1 + random.int(30);
  const place = random.int(head + 2);
  const person = `member${random.int(30)}`;
  const log = await journal.after("r", 0, 100_000);
  return {
    log: log.map(plain),
    after: (await journal.after("r", place, limit)).map(plain),
    before: (await journal.before("r", place, limit)).map(plain),
    newest: await journal.page("r", { limit }),
    older: await journal.page("r", { before: place, limit }),
    newer: await journal.page("r", { after: place, limit }),
    around: await journal.page("r", { around: place, limit }),
    state: await journal.state("r"),
    messages: await journal.messagesUpTo("r", Math.max(place, firstOf(log[0]))),
    reaction: await journal.reaction("r", 1, "👍"),
    later: await journal.reaction("r", 1, "👍", person),
    files: await journal.files("r", range(0, 199).map((n) => `file${n}`)),
    has: await journal.hasReacted("r", 1, "👍", person),
  };
}

async function compare(here: Journal, there: Journal, seed: number): Promise<void> {
  const random = seeded(seed);
  const history = new History(random);
  let head = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const size = random.chance(1, 3) ? 1 : 1 + random.int(60);
    const drafts = Array.from({ length: size }, () => history.next(head));
    assertEquals(outline(await there.append(drafts)), outline(await here.append(drafts)));
    ({ seq: head } = await here.state("r"));
    const places = random.int(1_000_000);
    const expected = await readAll(here, head, seeded(places));
    assertEquals(await readAll(there, head, seeded(places)), expected);
  }
}

for (const keep of [0, 100]) {
  for (const seed of SEEDS) {
    redisTest(
      `RedisJournal.append: does what the memory journal does, keeping ${
        keep || "all"
      } (seed ${seed})`,
      async () => {
        await using redis = await OwnRedis.start();
        await using opened = await openJournal(redis, keep);
        const here = new MemoryJournal(keep);
        await compare(here, opened.journal, seed);
        here.close();
      },
    );
  }
}
