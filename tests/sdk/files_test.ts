/** Files through the library. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  connectRoom,
  fileUrl,
  HttpError,
  postMessage,
  uploadFile,
  WebStore,
} from "../../sdk/mod.ts";
import { PNG } from "../../testing/images.ts";
import { serveChat, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

/** What a browser's storage is to the library. */
class TestStorage {
  readonly #values = new Map<string, string>();
  get length() {
    return this.#values.size;
  }
  key = (index: number) => [...this.#values.keys()][index] ?? null;
  getItem = (key: string) => this.#values.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#values.set(key, value);
  removeItem = (key: string) => void this.#values.delete(key);
}

const token = "a-key-of-somebody-long-enough-to-be-one";

/** A server that keeps files of at most 100,000 bytes. */
async function withFiles(fn: (url: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using server = await serveChat("--files", folder, "--max-file", "100000");
    await fn(`http://${server.host}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

test("Room.upload: sends a file, which a message names then", () =>
  withFiles(async (url) => {
    const room = connectRoom({ url, room: "tea", name: "Ann", token });
    const file = await room.upload(new File([PNG], "größe.png", { type: "text/html" }));
    const { id, ...rest } = file;
    const described = { name: "größe.png", type: "image/png", size: PNG.length };
    assertEquals(rest, { ...described, width: 6, height: 4 });
    const outcome = await room.say("", { files: [{ ...file, alt: "a flag" }] });
    assertEquals(outcome, { kept: true, seq: 1 });
    assertEquals(room.state.message(1)?.files, [{ ...file, alt: "a flag" }]);
    assertEquals(room.fileUrl(file).href, `${url}/rooms/tea/files/${id}/gr%C3%B6%C3%9Fe.png`);
    const response = await fetch(room.fileUrl(file));
    assertEquals(new Uint8Array(await response.arrayBuffer()), PNG);
    const again = await room.say("again", { files: [file] });
    assertEquals(again.kept ? "" : again.code, "gone");
    await room.remove(1);
    assertEquals(room.state.message(1)?.files, undefined);
    await room.close();
  }));

test("uploadFile: reports its progress", () =>
  withFiles(async (url) => {
    const sent: [number, number][] = [];
    const onProgress = (...progress: [number, number]) => void sent.push(progress);
    const file = new Blob(["x".repeat(90_000)]);
    const { name, size } = await uploadFile({ url, room: "tea", token, file, onProgress });
    assertEquals([name, size], ["file", 90_000]);
    assertEquals(sent.at(-1), [90_000, 90_000]);
    assert(sent.every(([done], n) => n === 0 || done > sent[n - 1][0]));
  }));

test("uploadFile: says why a file is not taken", () =>
  withFiles(async (url) => {
    const large = { url, room: "tea", token, file: new Blob(["x".repeat(100_001)]) };
    const error = await assertRejects(() => uploadFile(large), HttpError);
    assertEquals([error.status, error.isProblem], [413, true]);
    const empty = uploadFile({ url, room: "tea", token, file: new Blob([]) });
    assertEquals((await assertRejects(() => empty, HttpError)).status, 400);
  }));

test("uploadFile: is ended by its signal", () =>
  withFiles(async (url) => {
    const stop = new AbortController();
    const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
    const file = new (class extends Blob {
      override stream = () => readable;
    })();
    const sending = uploadFile({
      url,
      room: "tea",
      token,
      file,
      onProgress: () => stop.abort(new Error("enough")),
      signal: stop.signal,
    });
    const writer = writable.getWriter();
    writer.write(new Uint8Array(10)).catch(() => {});
    await assertRejects(() => within(sending, "the upload to end"), Error, "enough");
    await assertRejects(() => uploadFile({ url, room: "tea", token, file, signal: stop.signal }));
  }));

test("postMessage: names files without a socket", () =>
  withFiles(async (url) => {
    const server = { url, room: "tea", token };
    const file = await uploadFile({ ...server, file: new Blob(["x"]), name: "x.txt" });
    const message = await postMessage({
      ...server,
      text: "",
      files: [{ id: file.id, alt: "an x" }],
    });
    assertEquals(message.files, [{ ...file, alt: "an x" }]);
  }));

test("Room.say: keeps the files of an unsent message in storage", () =>
  withFiles(async (url) => {
    const storage = new TestStorage();
    const away = connectRoom({
      url: "http://127.0.0.1:9",
      room: "tea",
      token,
      store: new WebStore(storage, "x "),
    });
    const file = await uploadFile({
      url,
      room: "tea",
      token,
      file: new Blob(["x"]),
      name: "x.txt",
    });
    const said = away.say("see", { files: [{ ...file, alt: "an x" }] });
    await away.close({ flushMs: 0 });
    await said;
    const store = new WebStore(storage, "x ");
    const { command } = store.all()[0];
    assertEquals(command, { type: "say", text: "see", files: [{ ...file, alt: "an x" }] });
    const back = connectRoom({ url, room: "tea", token, store });
    await until(() => back.state.messages.length === 1, "the message");
    assertEquals(back.state.messages[0].files, [{ ...file, alt: "an x" }]);
    await back.close();
  }));

test("fileUrl: is under the room's address", () => {
  const file = { id: "abc", name: "a/b?.txt" };
  assertEquals(
    fileUrl("https://example.org/chat/", "東京", file).href,
    "https://example.org/chat/rooms/%E6%9D%B1%E4%BA%AC/files/abc/a%2Fb%3F.txt",
  );
});
