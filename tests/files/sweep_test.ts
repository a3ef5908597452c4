/** Deleting the files that nobody can see any more. */

import { assertEquals, assertRejects } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { FileFolder } from "../../files/folder.ts";
import { FileIndex } from "../../files/index.ts";
import { newFileId } from "../../files/record.ts";
import { Sweeper } from "../../files/sweep.ts";
import { Usage } from "../../files/usage.ts";
import { UnreachableError } from "../../journal/journal.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { remove } from "../../testing/drafts.ts";
import { attachment, draft, range } from "../../testing/fakes.ts";
import { filesUnder } from "../../testing/files.ts";
import { test } from "../../testing/support.ts";

const HOUR = 60 * 60 * 1000;
const NOW = Date.now();

/** One server on a folder: what it knows of the files, and how it looks at them. */
class Server {
  readonly usage = new Usage(1e9);
  readonly index = new FileIndex(this.usage);
  readonly sweeper: Sweeper;
  readonly folder: FileFolder;

  constructor(path: string, journal: ConstructorParameters<typeof Sweeper>[2]) {
    this.folder = new FileFolder(path, "us");
    this.sweeper = new Sweeper(this.folder, this.index, journal);
  }

  /** A file that was sent some time ago. */
  async put(agoMs: number, room = "r"): Promise<string> {
    const id = newFileId();
    using file = await this.folder.create(id);
    await file.write(new Uint8Array(9));
    const sent = { room, from: "ann", address: "a", name: "x", type: "text/plain" };
    await this.folder.put(id, file, { id, ...sent, size: 9, at: NOW - agoMs });
    return id;
  }
}

async function withFolder(
  keep: number,
  fn: (path: string, journal: MemoryJournal) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempDir();
  const journal = new MemoryJournal(keep);
  try {
    await fn(path, journal);
  } finally {
    journal.close();
    await Deno.remove(path, { recursive: true });
  }
}

const idsIn = async (path: string) =>
  (await filesUnder(path)).filter((name) => name !== "owner").map((name) => name.split("/")[1]);

test("sweep: deletes what no message has named for two hours, and keeps the rest", () =>
  withFolder(0, async (path, journal) => {
    const server = new Server(path, journal);
    const [young, old, named] = [
      await server.put(2 * HOUR),
      await server.put(LIMITS.unnamedDeletedMs + 1),
      await server.put(99 * HOUR),
    ];
    journal.append([draft("see", { files: [attachment(named)] })]);
    await server.sweeper.sweep(NOW);
    assertEquals(await idsIn(path), [young, named].sort());
    assertEquals([server.index.size, server.usage.total], [2, 2 * LIMITS.fileLeast]);
    await server.sweeper.sweep(NOW + HOUR);
    assertEquals(await idsIn(path), [named]);
    assertEquals(old.length, LIMITS.fileId);
  }));

test("sweep: deletes the files of deleted and of forgotten messages, sent by any server", () =>
  withFolder(20, async (path, journal) => {
    const here = new Server(path, journal);
    const there = new Server(path, journal);
    const ids = [await here.put(HOUR, "R"), await there.put(HOUR), await there.put(HOUR)];
    await here.sweeper.sweep(NOW);
    journal.append(ids.map((id) => draft("see", { files: [attachment(id)] })));
    await here.sweeper.sweep(NOW);
    assertEquals((await idsIn(path)).length, 3);
    journal.append([remove(2)]);
    await here.sweeper.sweep(NOW);
    assertEquals(await idsIn(path), [ids[0], ids[2]].sort());
    journal.append(range(1, 18).map(() => draft("x")));
    await there.sweeper.sweep(NOW);
    assertEquals(await idsIn(path), [ids[2]]);
    assertEquals(journal.files("r", ids), new Map([[ids[2], 3]]));
    await here.sweeper.sweep(NOW);
    assertEquals([here.index.size, there.index.size], [1, 1]);
  }));

test("sweepRoom: deletes the files of deleted messages of this room", () =>
  withFolder(0, async (path, journal) => {
    const server = new Server(path, journal);
    const [mine, other] = [await server.put(HOUR, "R"), await server.put(99 * HOUR, "s")];
    await server.sweeper.sweep(NOW - 99 * HOUR);
    journal.append([draft("see", { files: [attachment(mine)] })]);
    journal.append([remove(1)]);
    await server.sweeper.sweepRoom("r", NOW);
    assertEquals(await idsIn(path), [other]);
  }));

test("sweep: deletes what is left of uploads that were broken off long ago", () =>
  withFolder(0, async (path, journal) => {
    const server = new Server(path, journal);
    for (const id of ["old", "young"]) (await server.folder.create(id)).close();
    const old = new Date(NOW - LIMITS.incomingMs - 1000);
    await Deno.utime(`${path}/incoming/old`, old, old);
    await server.sweeper.sweep(NOW);
    assertEquals(await idsIn(path), ["young"]);
  }));

test("sweep: keeps everything while the journal is away", () =>
  withFolder(0, async (path, journal) => {
    const away = () => Promise.reject(new UnreachableError());
    const server = new Server(path, {
      resolve: (room) => journal.resolve(room),
      files: away,
      forgetFiles: away,
    });
    await server.put(99 * HOUR);
    await assertRejects(() => server.sweeper.sweep(NOW), UnreachableError);
    assertEquals((await idsIn(path)).length, 1);
  }));
