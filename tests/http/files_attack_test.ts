/** Attacks on attachments: what must neither work, nor cost the others anything, nor leave anything. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { filesUnder, fileUrl, OpenBody, Uploader } from "../../testing/files.ts";
import { asText, concat, JPEG, jpegWith, PNG, segment, WEBP } from "../../testing/images.ts";
import { exchange } from "../../testing/raw_http.ts";
import { serveChat, startServer, test } from "../../testing/support.ts";
import { startServerBy } from "../../testing/servers.ts";
import { until } from "../../testing/wait.ts";

async function withFolder(fn: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const statusOf = async (response: Promise<Response>) => {
  const { status, body } = await response;
  await body?.cancel();
  return status;
};

/** The ids of the files in a folder, and what is being received. */
const leftIn = async (folder: string) =>
  (await filesUnder(folder)).filter((path) => path.includes("/"));

test("postFile: cuts a body without a length at the limit", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--files", folder, "--max-file", "100000");
    const [key] = Object.values(new Uploader(server.host, "ann").headers);
    const head = "POST /rooms/lobby/files HTTP/1.1\r\n" +
      `Host: ${server.host}\r\nAuthorization: ${key}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `2710\r\n${"x".repeat(10_000)}\r\n`;
    // It never ends: the answer comes although more was promised.
    const answer = await exchange(server.host, head + chunk.repeat(12), "100000 bytes");
    assertMatch(answer, /^HTTP\/1\.1 413 /);
    await until(async () => (await leftIn(folder)).length === 0, "nothing to be left");
  }));

test("postFile: lets nobody hold more than four slow uploads, and ends them", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--files", folder, "--stall", "1");
    const people = Array.from({ length: 60 }, (_, n) => new Uploader(server.host, `p${n}`));
    // Five times sixty people from one address.
    const bodies: OpenBody[] = [];
    const slow = people.flatMap((somebody) =>
      Array.from({ length: 5 }, () => {
        const body = new OpenBody("x");
        bodies.push(body);
        return statusOf(somebody.post(body.stream));
      })
    );
    const rooms = await fetch(`http://${server.host}/rooms`);
    assertEquals([rooms.status, await rooms.json()], [200, { rooms: [], more: false }]);
    const statuses = await Promise.all(slow);
    const count = (status: number) => statuses.filter((one) => one === status).length;
    assertEquals([count(408), count(429)], [LIMITS.uploadsEach, 300 - LIMITS.uploadsEach]);
    assertEquals(await leftIn(folder), []);
    await people[0].send("x");
    // The runtime keeps the connection of a request whose body does not end.
    for (const body of bodies) body.end();
  }));

test("postFile: serves nothing as another type than its bytes have, and nothing that runs", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--files", folder);
    const ann = new Uploader(server.host, "ann");
    const html = "<!doctype html><script>alert(document.domain)</script>";
    const zip = "PK\x03\x04 payload.jar";
    const attacks: [name: string, bytes: Uint8Array<ArrayBuffer>][] = [
      ["a.png", concat(html)],
      ["a.svg", concat("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")],
      ["a.html", concat(PNG, html)],
      ["a.html", concat(PNG.subarray(0, 40), html)],
      ["a.html", concat("GIF89a=1;", html)],
      ["a.jar", concat(JPEG, zip)],
      ["a.html", jpegWith(segment(0xfe, html))],
      ["a.webp", concat(WEBP, zip)],
      ["a.js", concat("GIF89a/*", "x".repeat(40), "*/=1;alert(1)")],
      ["a.xml", concat("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>")],
      ["a.pdf", concat("%PDF-1.7\n", html)],
      ["a.txt", concat("\ufeff".repeat(1), html)],
    ];
    for (const [name, bytes] of attacks) {
      const file = await ann.send(bytes, { name, headers: { "content-type": "text/html" } });
      const response = await ann.fetch(file);
      const { headers } = response;
      const type = headers.get("content-type")!;
      assert(!/html|svg|xml|javascript/.test(type), `${name}: ${type}`);
      const isShown = headers.get("content-disposition")!.startsWith("inline");
      assertEquals(isShown, /^(?:image|video|audio)\//.test(type));
      assertMatch(headers.get("content-security-policy")!, /^sandbox;/);
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      const text = asText(new Uint8Array(await response.arrayBuffer()));
      if (isShown && file.type !== "image/gif") assert(!/script|payload/.test(text), name);
    }
  }));

test("postFile: takes a name for no path and no header", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--files", folder);
    const ann = new Uploader(server.host, "ann");
    const names = [
      "../../../etc/passwd",
      "..\\..\\x",
      "/etc/passwd",
      "\0",
      "a\r\nX-Evil: 1",
      "C:x",
    ];
    for (const name of [...names, "owner", "incoming", `"; filename="x.html`, "\u202etxt.exe"]) {
      const file = await ann.send("x", { name });
      const response = await ann.fetch(file);
      assertEquals([response.status, await response.text()], [200, "x"], JSON.stringify(name));
      assertEquals(response.headers.get("x-evil"), null);
      // deno-lint-ignore no-control-regex -- none may be left
      assert(!/[\0-\x1f/\\"\u202e]/.test(file.name), file.name);
    }
    for (const path of await leftIn(folder)) assertMatch(path, /^[a-z2-7]{2}\/[a-z2-7]{26}$/);
    const base = `http://${server.host}/rooms/lobby/files`;
    for (const path of ["owner/x", "..%2f..%2fowner/x", "%00/x", "incoming%2fx/x"]) {
      assert((await statusOf(fetch(`${base}/${path}`))) >= 400, path);
    }
  }));

test("getFile: tells browsers to give no file to the pages of others", () =>
  withFolder(async (folder) => {
    await using server = await serveChat("--files", folder);
    const ann = new Uploader(server.host, "ann");
    const file = await ann.send(PNG);
    await ann.say({ files: [file.id] });
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const response = await fetch(fileUrl(server.host, file), { headers });
    await response.body?.cancel();
    assertEquals(response.headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(response.headers.get("access-control-allow-origin"), null);
  }));

test("Files: leave nothing of an upload that a kill broke off, an hour later", () =>
  withFolder(async (folder) => {
    const flags = ["--db", `${folder}/chat.db`];
    const files = `${folder}/chat.db.files`;
    const bodies = [new OpenBody("x".repeat(1_000)), new OpenBody("y")];
    await using server = await startServer(...flags);
    const ann = new Uploader(server.host, "ann");
    const kept = await ann.send("kept");
    const waiting = await ann.send("waiting");
    assertEquals((await ann.say({ files: [kept.id] })).status, 201);
    const broken = bodies.map((body) => ann.post(body.stream).catch((error: Error) => error));
    const isBegun = async () => (await leftIn(files)).filter((path) => /^incoming/.test(path));
    await until(async () => (await isBegun()).length === 2, "two uploads to begin");
    await server.stop("SIGKILL");
    for (const error of await Promise.all(broken)) assert(error instanceof Error);
    const hourAgo = new Date(Date.now() - 60 * 60 * 1000);
    for (const path of await isBegun()) await Deno.utime(`${files}/${path}`, hourAgo, hourAgo);

    await using later = await startServer(...flags);
    await until(async () => (await isBegun()).length === 0, "what was broken off to go");
    const again = new Uploader(later.host, "ann");
    assertEquals([await again.status(kept), await again.status(waiting)], [200, 200]);
    assertEquals((await again.say({ files: [waiting.id] })).status, 201);
    assertEquals((await again.say({ files: [kept.id] })).status, 410);
  }));

test("Files: are deleted after a kill that came between a deletion and its end", () =>
  withFolder(async (folder) => {
    const flags = ["--db", `${folder}/chat.db`];
    await using server = await startServer(...flags);
    const ann = new Uploader(server.host, "ann");
    const file = await ann.send("x");
    await ann.say({ files: [file.id] });
    assertEquals(await ann.remove(1), 201);
    await server.stop("SIGKILL");
    await using later = await startServer(...flags);
    assertEquals(await new Uploader(later.host, "ann").status(file), 404);
    const files = `${folder}/chat.db.files`;
    await until(async () => (await leftIn(files)).length === 0, "the file to go");
  }));

/** A limit of the size of a file also means a signal; what a shell ignores stays ignored. */
const IGNORING = ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"];

test("postFile: answers 507 when the disk is full, and messages are kept nevertheless", () =>
  withFolder(async (folder) => {
    const limit = async (pid: number, bytes: string) => {
      const args = ["--pid", String(pid), `--fsize=${bytes}:`];
      const { success } = await new Deno.Command("prlimit", { args }).output();
      assert(success, "this needs Linux with prlimit");
    };
    await using server = await startServerBy(IGNORING, "--db", `${folder}/chat.db`);
    const ann = new Uploader(server.host, "ann");
    await ann.send("before");
    await limit(server.pid, "1000000");
    const response = await ann.post("x".repeat(2_000_000));
    assertEquals([response.status, (await response.json()).detail], [
      507,
      "the disk for attachments is full",
    ]);
    assertEquals(await statusOf(fetch(`http://${server.host}/readyz`)), 200);
    assertEquals((await ann.say({ text: "still here" })).status, 201);
    assertEquals((await leftIn(`${folder}/chat.db.files`)).length, 1);
    await limit(server.pid, "unlimited");
    await ann.send("x".repeat(2_000_000));
  }));
