/** Attachments over HTTP. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { disposition } from "../../http/files.ts";
import { Browser } from "../../testing/cookies.ts";
import { filesUnder, fileUrl, Uploader } from "../../testing/files.ts";
import { PNG } from "../../testing/images.ts";
import { type ChatServer, Peer, serveChat, test } from "../../testing/support.ts";
import { serveLocked, sign } from "../../testing/token_server.ts";

/** A server that keeps files, and somebody who sends some. */
async function withServer(
  fn: (ann: Uploader, server: ChatServer, folder: string) => Promise<void>,
  ...flags: string[]
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using server = await serveChat("--files", folder, ...flags);
    await fn(new Uploader(server.host, "ann"), server, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const problemOf = async (response: Response) => {
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  return [response.status, (await response.json()).detail];
};

test("postFile: answers 201 with the file", () =>
  withServer(async (ann) => {
    const response = await ann.post(PNG, { name: "a b.png" });
    assertEquals(response.status, 201);
    const { id, ...rest } = await response.json();
    assertMatch(id, /^[a-z2-7]{26}$/);
    const size = PNG.length;
    assertEquals(rest, { name: "a b.png", type: "image/png", size, width: 6, height: 4 });
  }));

test("postFile: takes nothing from somebody who would be another person the next time", () =>
  withServer(async (ann, { host }) => {
    const response = await fetch(`http://${host}/rooms/lobby/files`, { method: "POST", body: "x" });
    assertEquals((await problemOf(response))[0], 401);
    await ann.send("x");
    const browser = new Browser({ host });
    await browser.open();
    const taken = await browser.fetch("/rooms/lobby/files?name=x", { method: "POST", body: "x" });
    assertEquals(taken.status, 201);
    await taken.body?.cancel();
    const headers = { origin: "https://evil.example", cookie: browser.cookie! };
    const foreign = await fetch(`http://${host}/rooms/lobby/files`, {
      method: "POST",
      body: "x",
      headers,
    });
    assertEquals((await problemOf(foreign))[0], 403);
  }));

test("postFile: says what is wrong", () =>
  withServer(
    async (ann, { host }) => {
      assertEquals(await problemOf(await ann.post(null)), [400, "the file is empty"]);
      const large = await problemOf(await ann.post("x".repeat(101)));
      assertEquals(large, [413, "an attachment takes 100 bytes at most"]);
      const form = new FormData();
      form.set("file", new Blob(["x"]));
      assertEquals((await problemOf(await ann.post(form)))[0], 415);
      assertEquals((await problemOf(await ann.post("x", { room: "-" })))[0], 400);
      const get = await fetch(`http://${host}/rooms/lobby/files`);
      assertEquals([get.headers.get("allow"), (await problemOf(get))[0]], ["POST", 405]);
    },
    "--max-file",
    "100",
  ));

test("postFile: answers 404 where no files are kept", async () => {
  await using server = await serveChat("--files", "off");
  const ann = new Uploader(server.host, "ann");
  assertEquals(await problemOf(await ann.post("x")), [404, "this server keeps no attachments"]);
  const { status } = await ann.say({ files: ["a".repeat(26)] });
  assertEquals(status, 410);
});

test("say: names files on the JSON wire, with a text or without", () =>
  withServer(async (ann, { host }) => {
    await using peer = await Peer.join(host, "/rooms/lobby", ann.headers);
    const [first, second] = [await ann.send(PNG), await ann.send("x")];
    peer.send({
      type: "say",
      text: "",
      files: [{ id: first.id, alt: " a\u0000 flag " }, second.id],
    });
    const { text, files } = await peer.next("message");
    assertEquals([text, files], ["", [{ ...first, alt: "a flag" }, second]]);
    peer.send({ type: "say", text: "again", id: "x", files: [first.id] });
    const { code, id } = await peer.next("error");
    assertEquals([code, id], ["gone", "x"]);
    const history = await (await fetch(`http://${host}/rooms/lobby/messages`)).json();
    assertEquals(history.messages.map((message: { files: unknown }) => message.files), [files]);
  }));

test("say: refuses what is no list of files", () =>
  withServer(async (ann, { host }) => {
    await using peer = await Peer.join(host, "/rooms/lobby", ann.headers);
    const { id } = await ann.send("x");
    const wrong = ["x", {}, [], [5], [{}], [id, id], Array(11).fill(0).map((_, n) => `${id}${n}`)];
    for (const files of [...wrong, [{ id, alt: 5 }], [{ id, alt: "x".repeat(501) }]]) {
      peer.send({ type: "say", text: "x", files });
      assertEquals((await peer.next("error")).code, "bad_command", JSON.stringify(files));
      assertEquals((await ann.say({ text: "x", files })).status, 400);
    }
    peer.send({ type: "say", text: "x", files: ["../owner"] });
    assertEquals((await peer.next("error")).code, "gone");
  }));

test("say: keeps the order of what comes after a message with files", () =>
  withServer(async (ann, { host }) => {
    await using peer = await Peer.join(host, "/rooms/lobby", ann.headers);
    const files = await Promise.all([ann.send("1"), ann.send("2"), ann.send("3")]);
    const lines = files.flatMap(({ id }, n) => [
      { type: "say", text: `file ${n}`, files: [id] },
      { type: "say", text: `after ${n}` },
    ]);
    peer.send(lines.map((line) => JSON.stringify(line)).join("\n"));
    await peer.until(() => peer.all("message").length === 6, "six messages");
    assertEquals(peer.all("message").map(({ text }) => text), lines.map(({ text }) => text));
  }));

test("say: shows files as text on the plain wires", () =>
  withServer(
    async (ann, { host }) => {
      await using line = await Peer.join(host, "/ws?room=tea");
      await using object = await Peer.join(host, "/chat?email=a@b.example&room=tea");
      const file = await ann.send("x", { name: "größe 1.txt", room: "tea" });
      const bare = await ann.send("x", { name: "b.txt", room: "tea" });
      await ann.say({ text: "see", name: "Ann", files: [file.id] }, "tea");
      await ann.say({ name: "Ann", files: [bare.id] }, "tea");
      const address = `https://chat.example/rooms/tea/files/${file.id}/gr%C3%B6%C3%9Fe%201.txt`;
      assertEquals(await line.line(), `Ann: see größe 1.txt: ${address}`);
      assertMatch(await line.line(), /^Ann: b\.txt: https:\S+\/b\.txt$/);
      await object.until(() => object.lines.some((text) => text.includes(address)), "the address");
    },
    "--url",
    "https://chat.example",
  ));

test("getFile: shows images in their place, and gives everything else as a download", () =>
  withServer(async (ann) => {
    const expected = [
      [PNG, "image/png", "inline"],
      ["<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain; charset=utf-8", "attachment"],
      ["%PDF-1.7", "application/pdf", "attachment"],
      ["\x7fELF\0", "application/octet-stream", "attachment"],
    ] as const;
    for (const [body, type, kind] of expected) {
      const file = await ann.send(body, { name: `日本 "x".svg` });
      const response = await ann.fetch(file);
      assertEquals(response.status, 200);
      const { headers } = response;
      assertEquals(headers.get("content-type"), type);
      assertEquals(headers.get("content-disposition"), disposition(kind, file.name));
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertMatch(headers.get("content-security-policy")!, /^sandbox; default-src 'none'/);
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
      assertMatch(headers.get("cache-control")!, /^private\b/);
      const bytes = new Uint8Array(await response.arrayBuffer());
      assertEquals(bytes, typeof body === "string" ? new TextEncoder().encode(body) : body);
    }
  }));

test("getFile: shows nobody what no message names yet, but its sender", () =>
  withServer(async (ann, { host }) => {
    const bob = new Uploader(host, "bob");
    const file = await ann.send("x");
    assertEquals([await ann.status(file), await bob.status(file)], [200, 404]);
    assertEquals((await bob.say({ files: [file.id] })).status, 410);
    assertEquals((await ann.say({ files: [file.id] }, "tea")).status, 410);
    const { status, said } = await ann.say({ files: [file.id] });
    assertEquals([status, said.files], [201, [file]]);
    assertEquals([await ann.status(file), await bob.status(file)], [200, 200]);
    assertEquals(await bob.status(file, { room: "tea" }), 404);
    assertEquals(await bob.status({ ...file, id: "../owner" }), 404);
    assertEquals(await bob.status({ ...file, name: "another" }), 200);
    assertEquals(await ann.remove(1), 201);
    assertEquals([await ann.status(file), await bob.status(file)], [404, 404]);
  }));

test("getFile: asks at each request whether its reader may enter the room", async () => {
  const folder = await Deno.makeTempDir();
  await using server = await serveLocked("--files", folder);
  const as = async (rooms: string[]) => {
    const somebody = new Uploader(server.host, "");
    somebody.headers.authorization = `Bearer ${await sign({ sub: "x", rooms })}`;
    return somebody;
  };
  const member = await as(["tea"]);
  const file = await member.send("x", { room: "tea" });
  assertEquals((await member.say({ files: [file.id] }, "tea")).status, 201);
  assertEquals(await member.status(file, { room: "tea" }), 200);
  const gone = await as(["coffee"]);
  assertEquals(await gone.status(file, { room: "tea" }), 403);
  assertEquals((await problemOf(await gone.post("x", { room: "tea" })))[0], 403);
  const bare = await fetch(fileUrl(server.host, file, "tea"));
  assertEquals((await problemOf(bare))[0], 401);
  await Deno.remove(folder, { recursive: true });
});

test("getFile: gives nothing of a hidden room to those who may not enter it, or no longer", () =>
  withServer(async (ann, { host }) => {
    const [bob, eve] = [new Uploader(host, "bob"), new Uploader(host, "eve")];
    const ask = async (path: string, method = "GET", body?: unknown) => {
      const headers = { ...ann.headers, "content-type": "application/json" };
      const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
      return await (await fetch(`http://${host}${path}`, init)).json();
    };
    const me = await fetch(`http://${host}/me`, { headers: bob.headers });
    const { id: member } = await me.json();
    const order = { access: "private", title: "Tea", members: [member] };
    const { name: room } = await ask("/rooms", "POST", order);
    const file = await ann.send("x", { room });
    assertEquals((await ann.say({ files: [file.id] }, room)).status, 201);
    assertEquals([await bob.status(file, { room }), await eve.status(file, { room })], [200, 404]);
    assertEquals(await eve.status(file), 404, "in a room that she may enter");
    assertEquals((await problemOf(await eve.post("x", { room })))[0], 404);
    await ask(`/rooms/${room}`, "PATCH", { remove: member });
    assertEquals([await bob.status(file, { room }), await ann.status(file, { room })], [404, 200]);
  }));

test("getFile: answers to parts, also to odd ones", () =>
  withServer(async (ann) => {
    const file = await ann.send("hello world");
    const expected: [range: string, status: number, range: string | null, text: string][] = [
      ["bytes=0-4", 206, "bytes 0-4/11", "hello"],
      ["bytes=6-", 206, "bytes 6-10/11", "world"],
      ["bytes=-5", 206, "bytes 6-10/11", "world"],
      ["bytes=0-99", 206, "bytes 0-10/11", "hello world"],
      ["bytes=-99", 206, "bytes 0-10/11", "hello world"],
      ["bytes=10-10", 206, "bytes 10-10/11", "d"],
      ["bytes=11-", 416, "bytes */11", ""],
      ["bytes=-0", 416, "bytes */11", ""],
      ["bytes=99999999999999999999-", 416, "bytes */11", ""],
      ["bytes=5-2", 200, null, "hello world"],
      ["bytes=0-1,3-4", 200, null, "hello world"],
      ["bytes=", 200, null, "hello world"],
      ["bytes=-", 200, null, "hello world"],
      ["bytes=a-b", 200, null, "hello world"],
      ["lines=0-1", 200, null, "hello world"],
    ];
    for (const [range, status, shown, text] of expected) {
      const response = await ann.fetch(file, { headers: { range } });
      const found = await response.text();
      assertEquals(
        [response.status, response.headers.get("content-range")],
        [status, shown],
        range,
      );
      if (status < 400) assertEquals(found, text);
    }
  }));

test("getFile: answers HEAD, and 304 to a client that has it", () =>
  withServer(async (ann) => {
    const file = await ann.send("hello");
    const head = await ann.fetch(file, { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length"), await head.text()], [
      200,
      "5",
      "",
    ]);
    const etag = head.headers.get("etag")!;
    const known = await ann.fetch(file, { headers: { "if-none-match": etag } });
    assertEquals([known.status, await known.text()], [304, ""]);
    assertEquals(known.headers.get("cache-control"), head.headers.get("cache-control"));
    const part = async (ifRange: string) => {
      const headers = { range: "bytes=0-1", "if-range": ifRange };
      return await (await ann.fetch(file, { headers })).text();
    };
    assertEquals([await part(etag), await part('"other"')], ["he", "hello"]);
    const changed = await ann.fetch(file, { headers: { "if-match": '"other"' } });
    assertEquals((await problemOf(changed))[0], 412);
  }));

test("disposition: writes names in every script", () => {
  const shown = disposition("attachment", `größe "1" 100%'s (日本).txt`);
  assertStringIncludes(shown, 'attachment; filename="gr__e _1_ 100_\'s (__).txt"; ');
  assertStringIncludes(shown, "filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22%20100%25%27s%20%28");
  assert(new Headers({ "content-disposition": disposition("inline", "😀\u0301é") }));
});

test("Files: are kept beside the database, once there are any", async () => {
  const folder = await Deno.makeTempDir();
  await using server = await serveChat("--db", `${folder}/chat.db`);
  const before = await filesUnder(folder);
  assert(!before.some((path) => path.includes("files")), before.join(" "));
  const file = await new Uploader(server.host, "ann").send("x");
  const after = await filesUnder(folder);
  assert(after.includes(`chat.db.files/${file.id.slice(0, 2)}/${file.id}`), after.join(" "));
});
