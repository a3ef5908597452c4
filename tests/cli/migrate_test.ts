/** Taking messages to another place, and clients that come back to them there. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { JournalError } from "../../journal/journal.ts";
import { migrate } from "../../journal/migration.ts";
import { RedisJournal } from "../../journal/redis/journal.ts";
import { SqliteJournal } from "../../journal/sqlite/journal.ts";
import { LIMITS } from "../../config/limits.ts";
import { draft, message, range, textOf } from "../../testing/fakes.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { keep } from "../../testing/journals.ts";
import { redisTest } from "../../testing/redis.ts";
import {
  Peer,
  rememberingLog,
  serveChat,
  serverCommand,
  test,
  within,
} from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const ROOT = new URL("../..", import.meta.url);

async function run(...flags: string[]) {
  const args = [...serverCommand(), "migrate", ...flags];
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" } });
  const { code, stdout, stderr } = await within(command.output(), "migrating to end");
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

async function inFolder(fn: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const sqlite = (path: string, keep = 0) => new SqliteJournal(path, { keep, sync: "normal" });

redisTest(
  "migrate: takes a chat to Redis and back, and clients resume with nothing missed",
  () =>
    inFolder(async (folder) => {
      await using redis = await OwnRedis.start();
      const places = [`${folder}/a.db`, redis.url, `${folder}/b.db`];
      let query = "";
      let id = "";
      for (const [turn, place] of places.entries()) {
        if (turn > 0) {
          const { code, stderr } = await run("--from", places[turn - 1], "--to", place);
          assertEquals(code, 0, stderr);
          assert(/100 %/.test(stderr), stderr);
        }
        await using server = await serveChat("--db", place);
        await using ann = await Peer.join(server.host, `/rooms/r?name=Ann${query}`);
        const { reset, seq, epoch } = await ann.next("welcome");
        assertEquals([reset, seq], [undefined, turn * 3]);
        if (turn > 0) {
          assertEquals((await ann.next("message")).text, "unseen");
          ann.say(`${turn - 1}`, id);
          assertEquals((await ann.next("message")).seq, 3 * turn - 2);
        }
        id = `id${turn}`;
        for (const text of [`${turn}`, "seen"]) ann.say(text, text === "seen" ? undefined : id);
        await ann.next("message");
        const last = await ann.next("message");
        await using bob = await Peer.join(server.host, "/rooms/r?name=Bob&replay=0");
        bob.say("unseen");
        await bob.next("message");
        query = `&since=${last.seq}&epoch=${epoch}`;
      }
    }),
);

redisTest(
  "migrate: goes on where it was stopped, and doubles nothing",
  () =>
    inFolder(async (folder) => {
      await using redis = await OwnRedis.start();
      const from = sqlite(`${folder}/a.db`, 3_000);
      const rooms = ["a", "b", "東京"];
      for (const room of rooms) {
        const drafts = Array.from(
          { length: 2_000 },
          (_, n) => draft(`m${n}`, { room, id: n % 3 ? `i${n}` : undefined }),
        );
        await from.append(drafts);
        await from.append(drafts.map((draft) => ({ ...draft, id: undefined })));
      }
      const to = await RedisJournal.open(redis.url, { keep: 0, log: rememberingLog() });
      let calls = 0;
      const stopping = migrate(from, to, () => {
        if (++calls === 5) throw new Error("stopped");
      });
      await assertRejects(() => stopping, Error, "stopped");
      assert((await to.after("a", 0, 10)).length > 0, "it was stopped too early to tell");
      await migrate(from, to, () => {});
      from.append([draft("later", { room: "a", id: "x" })]);
      const { done, total } = await migrate(from, to, () => {});
      assertEquals([done, total], [9_000, 9_000]);
      assertEquals(to.epoch, from.epoch);
      for (const room of rooms) {
        const there = from.after(room, 0, 10_000);
        assertEquals(await to.after(room, there[0].seq - 1, 10_000), there);
      }
      const [duplicate] = await keep(to, [draft("another text", { room: "a", id: "x" })]);
      assertEquals([duplicate.seq, duplicate.text], [4_001, "later"]);
      await to.close();
      from.close();
    }),
);

redisTest(
  "migrate: refuses a place that has messages of its own, or another history",
  () =>
    inFolder(async (folder) => {
      await using redis = await OwnRedis.start();
      const from = sqlite(`${folder}/a.db`);
      const to = await RedisJournal.open(redis.url, { keep: 0, log: rememberingLog() });
      from.append([draft("one")]);
      await to.append([draft("other")]);
      await until(async () => (await to.rooms({ limit: 1 })).length === 1, "the room to be listed");
      await assertRejects(() => migrate(from, to, () => {}), JournalError, "messages of its own");
      await redis.ask("FLUSHALL");
      await migrate(from, to, () => {});
      await to.append([draft("here")]);
      from.append([draft("there")]);
      await assertRejects(() => migrate(from, to, () => {}), JournalError, "is another there");
      assertEquals((await to.after("r", 0, 10)).map(textOf), ["one", "here"]);
      await to.close();
      from.close();
    }),
);

test("migrate: takes the secret and rooms along whose names differ only in case", () =>
  inFolder(async (folder) => {
    const from = sqlite(`${folder}/a.db`);
    const rooms = ["Lobby", "lobby", "STRASSE", "straße"];
    // As an older server could make them.
    for (const [n, room] of rooms.entries()) {
      from.importEntries(room, range(1, n + 1).map((seq) => message(seq, `${room} ${seq}`)), 0);
    }
    const to = sqlite(`${folder}/b.db`);
    const { done } = await migrate(from, to, () => {});
    assertEquals([done, to.epoch, to.secret], [10, from.epoch, from.secret]);
    for (const room of rooms) assertEquals(to.after(room, 0, 9), from.after(room, 0, 9), room);
    assertEquals(await to.rooms({ limit: 9 }), await from.rooms({ limit: 9 }));
    to.close();
    const again = sqlite(`${folder}/b.db`);
    assertEquals(again.secret, from.secret);
    again.close();
    from.close();
  }));

test("migrate: takes more rooms than are listed at once", () =>
  inFolder(async (folder) => {
    const from = sqlite(`${folder}/a.db`);
    const count = LIMITS.inheritance + 5;
    from.append(range(1, count).map((n) => draft("x", { room: `room${n}` })));
    const to = sqlite(`${folder}/b.db`);
    assertEquals((await migrate(from, to, () => {})).done, count);
    assertEquals(to.after(`room${count}`, 0, 9).length, 1);
    to.close();
    from.close();
  }));

test("migrate: reports bad usage in one line and ends with 2", () =>
  inFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const bad = [[], ["--from", file], ["--from", "x", "--to", "x"], ["--to", "--what"], [
      "--from",
      `${folder}/none.db`,
      "--to",
      file,
    ], ["--from", file, "--to", "http://x"]];
    for (const { code, stderr } of await Promise.all(bad.map((flags) => run(...flags)))) {
      assertEquals([code, stderr.trim().split("\n").length], [2, 1], stderr);
    }
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
