/** Texts that were deleted, edited or forgotten are in no file of Redis once it has rewritten them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { change, draft, range } from "../../../testing/fakes.ts";
import { keep } from "../../../testing/journals.ts";
import { openJournal, redisTest, startCluster } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { until } from "../../../testing/wait.ts";

const decoder = new TextDecoder("latin1");

/** While a disk is busy, Redis answers before it has written its log, for up to two seconds. */
const writtenLater = "the texts to be in the log";

/** The texts that are in some file below a folder. */
function found(folder: string, texts: readonly string[]): string[] {
  const contents: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) contents.push(...found(path, texts));
    else {
      const content = decoder.decode(Deno.readFileSync(path));
      contents.push(...texts.filter((text) => content.includes(text)));
    }
  }
  return [...new Set(contents)].sort();
}

redisTest(
  "RedisJournal.erase: leaves no byte of a deleted text in the log and the dump",
  async () => {
    // Uncompressed, so that what is there is found.
    const flags = ["--appendonly", "yes", "--rdbcompression", "no"];
    await using redis = await OwnRedis.start(...flags);
    await using opened = await openJournal(redis, 3);
    const { journal } = opened;
    const secrets = ["forgotten-text", "deleted-text", "edited-text", "earlier-text", "lost-edit"];
    await keep(journal, secrets.slice(0, 4).map((text) => draft(text)));
    await journal.append([
      change({ type: "edit", of: 2, text: "lost-edit" }),
      change({ type: "edit", of: 3, text: "kept-edit" }),
      change({ type: "edit", of: 4, text: "kept-other" }),
      change({ type: "delete", of: 2 }),
    ]);
    const texts = [...secrets, "kept-edit", "kept-other"];
    await redis.ask("SAVE");
    const isWritten = () => found(redis.folder, texts).length === texts.length;
    await until(isWritten, writtenLater);
    assertEquals(await journal.erase(), undefined);
    const isErased = () => found(redis.folder, texts).join() === "kept-edit,kept-other";
    // Redis removes the older log a moment after it has a new one.
    await until(isErased, "the older log to be removed");
    assert([...Deno.readDirSync(redis.folder)].some(({ name }) => name === "dump.rdb"));
  },
);

redisTest("RedisJournal.erase: rewrites after a rewriting that had begun before", async () => {
  await using redis = await OwnRedis.start(
    "--rdbcompression",
    "no",
    "--rdb-key-save-delay",
    "10000",
  );
  await using opened = await openJournal(redis);
  const { journal } = opened;
  await keep(journal, [
    draft("deleted-text"),
    ...range(1, 50).map((n) => draft("m", { room: `r${n}` })),
  ]);
  await redis.ask("BGSAVE");
  await journal.append([change({ type: "delete", of: 1 })]);
  assertEquals(await journal.erase(), undefined);
  assertEquals(found(redis.folder, ["deleted-text"]), []);
});

redisTest("RedisJournal.erase: waits for a Redis that answers late", async () => {
  await using redis = await OwnRedis.start("--enable-debug-command", "yes");
  await using opened = await openJournal(redis);
  const seconds = 2 * LIMITS.redisCallMs / 1_000;
  const asleep = redis.ask("DEBUG", "SLEEP", String(seconds));
  assertEquals(await opened.journal.erase(), undefined);
  await asleep;
});

redisTest("RedisJournal.erase: says what to do where Redis may not be told to", async () => {
  await using redis = await OwnRedis.start("--rename-command", "BGSAVE", "");
  await using opened = await openJournal(redis);
  assertMatch(
    await opened.journal.erase() ?? "",
    /^127\.0\.0\.1:\d+: .*run BGREWRITEAOF and BGSAVE/,
  );
});

redisTest("RedisJournal.erase: rewrites the files of every node of a cluster", async () => {
  const nodes = await startCluster(3, false, "--rdbcompression", "no", "--appendonly", "yes");
  await using stack = new AsyncDisposableStack();
  for (const node of nodes) stack.use(node);
  await using opened = await openJournal(nodes[0]);
  const rooms = range(1, 12).map((n) => `room ${n}`);
  await keep(opened.journal, rooms.map((room) => draft(`deleted in ${room}`, { room })));
  await opened.journal.append(rooms.map((room) => change({ type: "delete", of: 1 }, { room })));
  const isWritten = () => nodes.every(({ folder }) => found(folder, ["deleted in"]).length === 1);
  await until(isWritten, writtenLater);
  assertEquals(await opened.journal.erase(), undefined);
  const isErased = () => nodes.every(({ folder }) => found(folder, ["deleted in"]).length === 0);
  await until(isErased, "the older logs to be removed");
});
