/** Files as the server keeps them. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { FileError, type FileRefusal } from "../../files/errors.ts";
import { Files, type FilesOptions } from "../../files/files.ts";
import { FileFolder } from "../../files/folder.ts";
import { newFileId } from "../../files/record.ts";
import { MemoryJournal } from "../../journal/memory.ts";
import { remove } from "../../testing/drafts.ts";
import { attachment, draft } from "../../testing/fakes.ts";
import { filesUnder, OpenBody } from "../../testing/files.ts";
import { asText, jpegWith, PNG, SECRET, segment } from "../../testing/images.ts";
import { rememberingLog, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

interface Place {
  files: Files;
  journal: MemoryJournal;
  folder: string;
}

/** Files in a folder of their own, with a journal in memory. */
async function withFiles(
  fn: (place: Place) => Promise<void>,
  options: Partial<FilesOptions> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const journal = new MemoryJournal();
  const log = rememberingLog();
  const sizes = { maxFile: 1_000_000, maxFiles: 100_000_000, stall: 30 };
  const files = new Files({ folder, journal, log, ...sizes, ...options });
  try {
    await fn({ files, journal, folder });
    assertEquals(log.events, []);
  } finally {
    await files.close();
    journal.close();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Sent {
  from?: string;
  address?: string;
  name?: string;
  room?: string;
  length?: number;
  isAllowed?: () => boolean;
}

function send(files: Files, body: BodyInit | OpenBody, sent: Sent = {}) {
  const { from = "ann", address = "192.0.2.1", name = "a.txt", room = "r", length } = sent;
  const stream = body instanceof OpenBody ? body.stream : new Response(body).body!;
  const { isAllowed = () => true } = sent;
  return files.receive({ room, from, address, name, length, body: stream, isAllowed });
}

async function refusal(sending: Promise<unknown>): Promise<FileRefusal> {
  return (await assertRejects(() => within(sending, "the refusal"), FileError)).reason;
}

async function contents(files: Files, id: string, person: string, room = "r") {
  const found = await files.open(id, room, person);
  if (!found) return;
  const { body } = files.download(found, [0, found.record.size], () => true, () => {});
  return new Uint8Array(await new Response(body).arrayBuffer());
}

test("receive: keeps a file with its record", () =>
  withFiles(async ({ files, folder }) => {
    const record = await send(files, "hello", { name: "../größe\u202e.txt" });
    assertEquals([record.name, record.type, record.size], ["größe.txt", "text/plain", 5]);
    assertEquals(asText((await contents(files, record.id, "ann"))!), "hello");
    const path = `${record.id.slice(0, 2)}/${record.id}`;
    assertEquals(await filesUnder(folder), ["owner", path].sort());
    const { mode } = await Deno.stat(`${folder}/${path}`);
    assertEquals(mode! & 0o077, 0);
    assert(!asText(await Deno.readFile(`${folder}/${path}`)).includes("192.0.2.1"));
  }));

test("receive: keeps an image with its size and without its metadata", () =>
  withFiles(async ({ files, folder }) => {
    const png = await send(files, PNG);
    assertEquals([png.type, png.width, png.height], ["image/png", 6, 4]);
    assertEquals(await contents(files, png.id, "ann"), PNG);
    const photo = jpegWith(segment(0xfe, SECRET));
    const jpeg = await send(files, photo);
    const kept = (await contents(files, jpeg.id, "ann"))!;
    assertEquals([jpeg.size, jpeg.size < photo.length], [kept.length, true]);
    for (const path of await filesUnder(folder)) {
      assert(!asText(await Deno.readFile(`${folder}/${path}`)).includes(SECRET), path);
    }
    assertEquals((await filesUnder(folder)).length, 3);
  }));

test("receive: takes what only begins like an image for something unknown", () =>
  withFiles(async ({ files }) => {
    const { type, width } = await send(files, new Uint8Array([...PNG.subarray(0, 30), 1, 2, 3]));
    assertEquals([type, width], ["application/octet-stream", undefined]);
  }));

test("receive: refuses a file that is empty or too large, and leaves nothing of it", () =>
  withFiles(async ({ files, folder }) => {
    assertEquals(await refusal(send(files, "")), "empty");
    assertEquals(await refusal(send(files, "x", { length: 11 })), "too_large");
    assertEquals(await refusal(send(files, "x".repeat(11))), "too_large");
    assertEquals((await send(files, "x".repeat(10))).size, 10);
    assertEquals((await filesUnder(folder)).length, 2);
    assertEquals(files.stats().bytes, LIMITS.fileLeast);
  }, { maxFile: 10 }));

test("receive: gives nobody more than their share of the space", () =>
  withFiles(async ({ files }) => {
    const share = LIMITS.fileLeast * 2;
    assertEquals(files.stats().bytes, 0);
    const first = await send(files, "one");
    await send(files, "two");
    assertEquals(await refusal(send(files, "three", { address: "192.0.2.2" })), "share_used");
    assertEquals(await refusal(send(files, "three", { from: "bob" })), "share_used");
    await send(files, "three", { from: "bob", address: "192.0.2.2" });
    assertEquals(files.maxFile, share - LIMITS.fileHeader);
    assertEquals(first.size, 3);
    assertEquals(files.stats(), { bytes: 3 * LIMITS.fileLeast, files: 3, uploads: 0 });
  }, { maxFiles: LIMITS.fileLeast * 2 * LIMITS.filesShare }));

test("receive: gives all together no more than there is", () =>
  withFiles(async ({ files }) => {
    for (let n = 0; n < 10; n++) await send(files, "x", { from: `p${n}`, address: `a${n}` });
    assertEquals(await refusal(send(files, "x", { from: "z", address: "z" })), "full");
  }, { maxFiles: LIMITS.fileLeast * 10 }));

test("receive: takes four at once from a person or address", () =>
  withFiles(async ({ files }) => {
    const bodies = Array.from({ length: LIMITS.uploadsEach }, () => new OpenBody("x"));
    const sending = bodies.map((body) => send(files, body));
    assertEquals(await refusal(send(files, "x", { address: "192.0.2.2" })), "busy");
    assertEquals(await refusal(send(files, "x", { from: "bob" })), "busy");
    await send(files, "x", { from: "bob", address: "192.0.2.2" });
    bodies[0].end();
    await sending[0];
    await send(files, "x");
    for (const body of bodies.slice(1)) body.end();
    await Promise.all(sending);
  }));

test("receive: ends an upload that brings nothing, and one of a server that stops", async () => {
  await withFiles(async ({ files, folder }) => {
    assertEquals(await refusal(send(files, new OpenBody("x"))), "slow");
    assertEquals(await filesUnder(folder), ["owner"]);
    assertEquals(files.stats(), { bytes: 0, files: 0, uploads: 0 });
  }, { stall: 0 });
  await withFiles(async ({ files, folder }) => {
    const sending = refusal(send(files, new OpenBody("x")));
    await until(async () => (await filesUnder(folder)).length === 2, "the upload to begin");
    await files.close();
    assertEquals(await sending, "stopping");
    assertEquals(await filesUnder(folder), ["owner"]);
    assertEquals(await refusal(send(files, "x")), "stopping");
  });
});

test("receive: leaves nothing of an upload that breaks off", () =>
  withFiles(async ({ files, folder }) => {
    const body = new OpenBody("x");
    const broken = body.stream.pipeThrough(
      new TransformStream({ transform: (_, controller) => controller.error(new Error("gone")) }),
    );
    const sending = files.receive({
      room: "r",
      from: "ann",
      address: "a",
      name: "",
      length: 5,
      body: broken,
      isAllowed: () => true,
    });
    assertEquals(await refusal(sending), "slow");
    assertEquals(await filesUnder(folder), ["owner"]);
  }));

test("prepare: names a file of one's own, in its room, until two hours have passed", () =>
  withFiles(async ({ files, journal, folder }) => {
    const { id } = await send(files, PNG, { name: "a.png", room: "Tea" });
    const [file] = await files.prepare([{ id, alt: "a flag" }], "tea", "ann");
    const size = PNG.length;
    const described = { name: "a.png", type: "image/png", size, width: 6, height: 4 };
    assertEquals(file, { id, ...described, alt: "a flag" });
    const none = [
      await files.prepare([{ id }], "Tea", "bob"),
      await files.prepare([{ id }], "coffee", "ann"),
      await files.prepare([{ id }, { id: newFileId() }], "Tea", "ann"),
      await files.prepare([{ id: "../owner" }], "Tea", "ann"),
    ];
    assertEquals(none, [[], [], [], []]);
    const old = await old2Hours(folder, journal);
    assertEquals(await files.prepare([{ id: old }], "r", "ann"), []);
    assertEquals(await contents(files, old, "ann"), undefined);
  }));

/** A file that somebody has sent two hours ago. */
async function old2Hours(folder: string, { secret }: MemoryJournal): Promise<string> {
  const id = newFileId();
  const place = new FileFolder(folder, await Deno.readTextFile(`${folder}/owner`));
  using file = await place.create(id);
  await file.write(new TextEncoder().encode("x"));
  const sent = {
    room: "r",
    from: "ann",
    address: secret.slice(0, 4),
    name: "x",
    type: "text/plain",
  };
  await place.put(id, file, { id, ...sent, size: 1, at: Date.now() - LIMITS.unnamedMs });
  return id;
}

test("open: shows a file to its sender until a message names it, then to all, until that is deleted", () =>
  withFiles(async ({ files, journal }) => {
    const { id } = await send(files, "hello");
    const shown = async () => [
      (await contents(files, id, "ann"))?.length,
      (await contents(files, id, "bob"))?.length,
      await contents(files, id, "bob", "other"),
    ];
    assertEquals(await shown(), [5, undefined, undefined]);
    journal.append([draft("see", { files: await files.prepare([{ id }], "r", "ann") })]);
    assertEquals(await shown(), [5, 5, undefined]);
    journal.append([remove(1)]);
    assertEquals(await shown(), [undefined, undefined, undefined]);
  }));

test("kept: deletes the file of a deleted message", () =>
  withFiles(async ({ files, journal, folder }) => {
    const { id } = await send(files, "hello");
    const other = await send(files, "other");
    journal.append([draft("see", { files: await files.prepare([{ id }], "r", "ann") })]);
    const [deletion] = journal.append([remove(1)]);
    assert("kind" in deletion);
    files.kept("r", deletion);
    await until(() => journal.files("r", [id]).size === 0, "the file to go");
    assertEquals((await filesUnder(folder)).length, 2);
    assertEquals(asText((await contents(files, other.id, "ann"))!), "other");
    assertEquals(files.stats().files, 1);
  }));

test("download: is broken off when its reader takes nothing", () =>
  withFiles(async ({ files }) => {
    const { id, size } = await send(files, "x".repeat(200_000));
    const found = (await files.open(id, "r", "ann"))!;
    const over = Promise.withResolvers<void>();
    const { body } = files.download(found, [0, size], () => true, over.resolve);
    const reader = body.getReader();
    await reader.read();
    await over.promise;
    assertEquals((await reader.read()).done, true);
  }, { stall: 0.01 }));

test("receive, download: end once the person may not be in the room any more", () =>
  withFiles(async ({ files }) => {
    let isHere = true;
    const sending = refusal(send(files, new OpenBody("x"), { isAllowed: () => isHere }));
    const { id, size } = await send(files, "x".repeat(200_000));
    const found = (await files.open(id, "r", "ann"))!;
    const over = Promise.withResolvers<void>();
    const { body } = files.download(found, [0, size], () => isHere, over.resolve);
    isHere = false;
    assertEquals(await sending, "not_allowed");
    await over.promise;
    await body.cancel();
  }));

test("open: gives nobody a deleted file, though it is swept while they ask", () =>
  withFiles(async ({ files, journal, folder }) => {
    const { id } = await send(files, "x");
    journal.append([draft("see", { files: [attachment(id)] })]);
    journal.append([remove(1)]);
    const asked = journal.files.bind(journal);
    journal.files = (room, ids) => {
      Deno.removeSync(`${folder}/${id.slice(0, 2)}/${id}`);
      journal.forgetFiles(room, ids);
      return asked(room, ids);
    };
    assertEquals(await files.open(id, "r", "ann"), undefined);
  }));

test("Files: refuses the folder of another database", () =>
  withFiles(async ({ files, folder }) => {
    await send(files, "x");
    const journal = new MemoryJournal();
    const options = { folder, journal, log: rememberingLog(), maxFile: 9, maxFiles: 1e6, stall: 1 };
    assertThrows(() => new Files(options), Error, "another database");
    journal.close();
  }));
