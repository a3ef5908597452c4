/** Texts that were deleted, edited or forgotten are in no file of Redis once it has rewritten them. */

import { assertEquals } from "@std/assert";
import { change, draft } from "../../../testing/fakes.ts";
import { keep } from "../../../testing/journals.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";

const decoder = new TextDecoder("latin1");

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

redisTest("RedisJournal.append: leaves no byte of a deleted text in a rewritten file", async () => {
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
  assertEquals(found(redis.folder, texts), [...texts].sort());
  await redis.ask("BGREWRITEAOF");
  await redis.until("INFO persistence", "aof_rewrites:1");
  await redis.until("INFO persistence", "aof_rewrite_in_progress:0");
  await redis.ask("SAVE");
  assertEquals(found(redis.folder, texts), ["kept-edit", "kept-other"]);
});
