/**
 * The stand-in for `@std/http/file-server`, on folders made for each test. It is judged with
 * `node:assert`, since an `@std/assert` may be a stand-in too.
 */
import node from "node:assert/strict";
import { serveDir, serveFile } from "../../std-fallback/file_server.ts";
import { inFolder, lacks } from "./support.ts";

const page = "<!doctype html>\n<title>é</title>\n";
const canUseFiles = { ignore: lacks("read", "write") };

/** Lays out a folder `site`, beside a file that must never be served. */
function testSite(name: string, use: (site: string) => Promise<void>): void {
  Deno.test(name, canUseFiles, () =>
    inFolder(async (folder) => {
      const site = `${folder}/site`;
      await Deno.mkdir(`${site}/sub`, { recursive: true });
      await Deno.mkdir(`${site}/bare`);
      await Deno.writeTextFile(`${folder}/secret.txt`, "secret");
      await Deno.writeTextFile(`${site}/.env`, "secret");
      await Deno.writeTextFile(`${site}/index.html`, page);
      await Deno.writeTextFile(`${site}/sub/index.html`, "sub");
      await Deno.writeTextFile(`${site}/digits.txt`, "0123456789");
      await Deno.writeTextFile(`${site}/a b%.txt`, "odd");
      await Deno.writeTextFile(`${site}/empty.txt`, "");
      await use(site);
    }));
}

function get(path: string, headers: HeadersInit = {}, method = "GET"): Request {
  return new Request(`http://localhost${path}`, { headers, method });
}

testSite("serveDir: sends a file whole, with type, length, date and tag", async (fsRoot) => {
  const response = await serveDir(get("/index.html"), { fsRoot, quiet: true });
  const { mtime } = await Deno.stat(`${fsRoot}/index.html`);
  node.strictEqual(response.status, 200);
  node.strictEqual(await response.text(), page);
  node.strictEqual(response.headers.get("content-type"), "text/html; charset=utf-8");
  node.strictEqual(response.headers.get("content-length"), "34");
  node.strictEqual(response.headers.get("last-modified"), mtime!.toUTCString());
  node.strictEqual(response.headers.get("accept-ranges"), "bytes");
  node.match(response.headers.get("etag")!, /^W\/".+"$/);
});

testSite("serveDir: knows the types that a page consists of", async (fsRoot) => {
  const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", png: "image/png" };
  for (const [extension, type] of Object.entries(types)) {
    await Deno.writeTextFile(`${fsRoot}/file.${extension}`, "x");
    const response = await serveDir(get(`/file.${extension}`, {}, "HEAD"), { fsRoot });
    node.strictEqual(response.headers.get("content-type")!.split(";")[0], type);
  }
});

testSite(
  "serveDir: answers a folder with its index.html, once it ends in a slash",
  async (fsRoot) => {
    node.strictEqual(await (await serveDir(get("/"), { fsRoot })).text(), page);
    node.strictEqual(await (await serveDir(get("/sub/"), { fsRoot })).text(), "sub");
    const redirect = await serveDir(get("/sub?a=1"), { fsRoot });
    node.strictEqual(redirect.status, 301);
    node.strictEqual(redirect.headers.get("location"), "http://localhost/sub/?a=1");
    node.strictEqual((await serveDir(get("/bare/"), { fsRoot })).status, 404);
  },
);

testSite("serveDir: decodes names, and refuses what does not decode with 400", async (fsRoot) => {
  node.strictEqual(await (await serveDir(get("/a%20b%25.txt"), { fsRoot })).text(), "odd");
  for (const path of ["/%", "/%zz", "/%ff", "/%c0%ae%c0%ae/secret.txt"]) {
    node.strictEqual((await serveDir(get(path), { fsRoot })).status, 400, path);
  }
});

testSite("serveDir: answers 404 for missing files and dotfiles", async (fsRoot) => {
  const paths = [
    "/no.txt",
    "/digits.txt/x",
    `/${"a".repeat(300)}`,
    "/.env",
    "/sub/.env",
    "/%2eenv",
  ];
  for (const path of paths) {
    node.strictEqual((await serveDir(get(path), { fsRoot })).status, 404, path);
  }
});

testSite("serveDir: stays in its folder, and redirects to nothing outside", async (fsRoot) => {
  const serve = (path: string) => serveDir(get(path), { fsRoot });
  const up = ["..", "%2e%2e", ".%2e", "..%2f..", "sub%2f..%2f..", "sub/..%2f..", "..%5c.."];
  for (const path of [...up.map((step) => `/${step}/secret.txt`), "/..%2fsecret.txt"]) {
    let response = await serve(path);
    if (response.status === 301) {
      response = await serve(new URL(response.headers.get("location")!).pathname);
    }
    node.strictEqual(response.status, 404, path);
  }
});

testSite("serveDir: answers 404 to a path with a backslash or NUL", async (fsRoot) => {
  if (Deno.build.os !== "windows") await Deno.writeTextFile(`${fsRoot}/sub\\index.html`, "odd");
  for (const path of ["/sub%5cindex.html", "/%00", "/digits.txt%00", "/digits.txt%00.html"]) {
    node.strictEqual((await serveDir(get(path), { fsRoot })).status, 404, path);
  }
});

testSite("serveFile: answers 304 while the file is unchanged", async (site) => {
  const path = `${site}/digits.txt`;
  const first = await serveFile(get("/", {}, "HEAD"), path);
  const tag = first.headers.get("etag")!;
  const date = first.headers.get("last-modified")!;
  const known = { "if-none-match": `"other", ${tag}` };
  node.strictEqual((await serveFile(get("/", known), path)).status, 304);
  node.strictEqual((await serveFile(get("/", { "if-modified-since": date }), path)).status, 304);

  await Deno.utime(path, 1e9, 2e9);
  const changed = await serveFile(get("/", { ...known, "if-modified-since": date }), path);
  node.strictEqual(changed.status, 200);
  node.strictEqual(await changed.text(), "0123456789");
  node.notStrictEqual(changed.headers.get("etag"), tag);
});

testSite("serveFile: sends the requested range, or 416", async (site) => {
  const ranges = { "0-3": "0123", "4-": "456789", "-2": "89", "8-99": "89", "-99": "0123456789" };
  for (const [range, part] of Object.entries(ranges)) {
    const response = await serveFile(get("/", { range: `bytes=${range}` }), `${site}/digits.txt`);
    node.strictEqual(response.status, 206, range);
    node.strictEqual(response.headers.get("content-length"), `${part.length}`);
    node.match(response.headers.get("content-range")!, /^bytes \d-9\/10$|^bytes 0-3\/10$/);
    node.strictEqual(await response.text(), part);
  }
  const beyond = await serveFile(get("/", { range: "bytes=10-" }), `${site}/digits.txt`);
  node.strictEqual(beyond.status, 416);
  node.strictEqual(beyond.headers.get("content-range"), "bytes */10");
});

testSite("serveFile: ignores a Range that it cannot serve", async (site) => {
  for (const range of ["bytes=x", "bytes=0-1,4-5", "lines=0-1", "bytes=-"]) {
    const response = await serveFile(get("/", { range }), `${site}/digits.txt`);
    node.strictEqual(response.status, 200, range);
    node.strictEqual(await response.text(), "0123456789");
  }
  const empty = await serveFile(get("/", { range: "bytes=0-" }), `${site}/empty.txt`);
  node.strictEqual(empty.status, 200);
  node.strictEqual(await empty.text(), "");
});

testSite("serveFile: answers HEAD like GET, without a body", async (site) => {
  const path = `${site}/digits.txt`;
  const [head, full] = [
    await serveFile(get("/", {}, "HEAD"), path),
    await serveFile(get("/"), path),
  ];
  node.strictEqual(head.body, null);
  node.deepStrictEqual([...head.headers], [...full.headers]);
  await full.text();
});

testSite("serveFile: refuses other methods with 405, and folders with 404", async (site) => {
  node.strictEqual((await serveFile(get("/", {}, "POST"), `${site}/digits.txt`)).status, 405);
  node.strictEqual((await serveFile(get("/"), site)).status, 404);
  node.strictEqual((await serveFile(get("/"), `${site}/no.txt`)).status, 404);
});

testSite("serveFile: sends a large file whole, and closes it if it is cancelled", async (site) => {
  const large = "0123456789abcdef".repeat(100_000);
  await Deno.writeTextFile(`${site}/large.txt`, large);
  node.strictEqual(await (await serveFile(get("/"), `${site}/large.txt`)).text(), large);
  const left = (await serveFile(get("/"), `${site}/large.txt`)).body!.getReader();
  await left.read();
  await left.cancel(); // the sanitizer of resources would report a file that stays open
});
