/**
 * The stand-ins of std-fallback/, and the script that decides on them. They are imported by path and
 * judged with `node:assert`, so that none is the judge of itself, whichever `@std` the run has.
 */
import node from "node:assert/strict";
import { createHash } from "node:crypto";
import config from "../deno.json" with { type: "json" };
import importMap from "../std-fallback/import_map.json" with { type: "json" };
import * as std from "../std-fallback/assert.ts";
import { serveDir, serveFile } from "../std-fallback/file_server.ts";

const root = import.meta.dirname + "/..";

function lacks(...names: ("read" | "write" | "net" | "run")[]): boolean {
  return names.some((name) => Deno.permissions.querySync({ name }).state !== "granted");
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("import_map.json names what deno.json names, and changes only JSR's", () => {
  node.deepStrictEqual(Object.keys(importMap.imports).sort(), Object.keys(config.imports).sort());
  const stand: Record<string, string> = importMap.imports;
  for (const [name, to] of Object.entries(config.imports)) {
    if (to.startsWith("jsr:")) node.match(stand[name], /^\.\/\w+\.ts$/);
    else node.strictEqual(stand[name], to);
  }
});

// flag.ts, against a registry of the test's own; a new DENO_DIR is an empty cache.

const standIns = "--import-map=std-fallback/import_map.json\n";
const canAskARegistry = { ignore: lacks("read", "write", "net", "run") };
type Answer = (request: Request) => Response | Promise<Response>;

async function printedBy(registry: string, cache: string): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "std-fallback/flag.ts"],
    cwd: root,
    env: { JSR_URL: registry, DENO_DIR: cache },
    stdin: "null",
    stderr: "inherit",
  }).output();
  node.ok(success);
  return new TextDecoder().decode(stdout);
}

async function withRegistry(answer: Answer, use: (url: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

/** Has every package, in one version, each an empty module. */
function everyPackage(request: Request): Response {
  const source = "export {};\n";
  const checksum = `sha256-${createHash("sha256").update(source).digest("hex")}`;
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/mod.ts")) return new Response(source);
  if (pathname.endsWith("/meta.json")) return Response.json({ versions: { "1.99.0": {} } });
  return Response.json({
    manifest: { "/mod.ts": { size: source.length, checksum } },
    exports: { ".": "./mod.ts", "./file-server": "./mod.ts" },
  });
}

Deno.test(
  "flag.ts prints nothing where JSR answers, nor later from the cache",
  canAskARegistry,
  () =>
    inFolder(async (cache) => {
      let registry = "";
      await withRegistry(everyPackage, async (url) => {
        node.strictEqual(await printedBy(registry = url, cache), "");
      });
      node.strictEqual(await printedBy(registry, cache), ""); // nobody listens there any more
    }),
);

Deno.test(
  "flag.ts asks for the stand-ins where JSR lacks one package of two",
  canAskARegistry,
  () =>
    inFolder((cache) => {
      const noAssert: Answer = (request) =>
        request.url.includes("/assert/")
          ? new Response(null, { status: 404 })
          : everyPackage(request);
      return withRegistry(noAssert, async (url) => {
        node.strictEqual(await printedBy(url, cache), standIns);
      });
    }),
);

Deno.test(
  "flag.ts asks for the stand-ins soon where JSR never answers",
  canAskARegistry,
  () =>
    inFolder(async (cache) => {
      const never = Promise.withResolvers<Response>();
      await withRegistry(() => never.promise, async (url) => {
        const start = performance.now();
        node.strictEqual(await printedBy(url, cache), standIns);
        const seconds = (performance.now() - start) / 1000;
        never.resolve(new Response());
        node.ok(seconds < 5, `took ${seconds} s`);
      });
    }),
);

// assert.ts

const pairs: [name: string, passes: () => void, fails: () => void][] = [
  ["assert", () => std.assert(1), () => std.assert(0)],
  ["assertFalse", () => std.assertFalse(""), () => std.assertFalse("no")],
  [
    "assertEquals",
    () => std.assertEquals({ a: [1] }, { a: [1] }),
    () => std.assertEquals([1], [2]),
  ],
  ["assertNotEquals", () => std.assertNotEquals([1], [2]), () => std.assertNotEquals([1], [1])],
  ["assertStrictEquals", () => std.assertStrictEquals(1, 1), () => std.assertStrictEquals([], [])],
  ["assertMatch", () => std.assertMatch("abc", /b/), () => std.assertMatch("abc", /d/)],
  [
    "assertStringIncludes",
    () => std.assertStringIncludes("abc", "bc"),
    () => std.assertStringIncludes("abc", "cb"),
  ],
  ["assertGreater", () => std.assertGreater(2, 1), () => std.assertGreater(1, 1)],
  ["assertLess", () => std.assertLess(1, 2), () => std.assertLess(1, 1)],
  ["assertExists", () => std.assertExists(0), () => std.assertExists(null)],
  [
    "assertInstanceOf",
    () => std.assertInstanceOf(new TypeError(), Error),
    () => std.assertInstanceOf(new Error(), TypeError),
  ],
  [
    "assertAlmostEquals",
    () => std.assertAlmostEquals(0.1 + 0.2, 0.3),
    () => std.assertAlmostEquals(0.1, 0.2, 0.05),
  ],
];

for (const [name, passes, fails] of pairs) {
  Deno.test(`${name} passes what holds and throws at what does not`, () => {
    passes();
    node.throws(fails, std.AssertionError);
  });
}

Deno.test("fail throws its message", () => {
  node.throws(() => std.fail("why"), { name: "AssertionError", message: "why" });
});

function thrower(): never {
  throw new TypeError("no such room");
}

Deno.test("assertThrows returns the error that is of the class and has the words", () => {
  node.strictEqual(std.assertThrows(thrower, TypeError, "such").message, "no such room");
  node.ok(std.assertThrows(thrower) instanceof TypeError);
});

Deno.test("assertThrows throws at no error, another class and other words", () => {
  node.throws(() => std.assertThrows(() => 1), std.AssertionError);
  node.throws(() => std.assertThrows(thrower, RangeError), std.AssertionError);
  node.throws(() => std.assertThrows(thrower, TypeError, "door"), std.AssertionError);
});

Deno.test("assertRejects returns the error that is of the class and has the words", async () => {
  const rejects = () => Promise.reject(new TypeError("no such room"));
  node.strictEqual((await std.assertRejects(rejects, TypeError, "such")).message, "no such room");
  await node.rejects(std.assertRejects(rejects, TypeError, "door"), std.AssertionError);
  await node.rejects(std.assertRejects(rejects, RangeError), std.AssertionError);
});

Deno.test("assertRejects throws at a promise that resolves and at a function that throws", async () => {
  await node.rejects(std.assertRejects(() => Promise.resolve(1)), std.AssertionError);
  await node.rejects(std.assertRejects(thrower));
});

// file_server.ts

const page = "<!doctype html>\n<title>é</title>\n";
const canUseFiles = { ignore: lacks("read", "write") };

/** Lays a folder `site` out, beside which lies what must never be served. */
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

testSite("serveDir sends a file whole, with type, length, date and tag", async (fsRoot) => {
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

testSite("serveDir knows the types that a page is made of", async (fsRoot) => {
  const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml", png: "image/png" };
  for (const [extension, type] of Object.entries(types)) {
    await Deno.writeTextFile(`${fsRoot}/file.${extension}`, "x");
    const response = await serveDir(get(`/file.${extension}`, {}, "HEAD"), { fsRoot });
    node.strictEqual(response.headers.get("content-type")!.split(";")[0], type);
  }
});

testSite("serveDir answers a folder with its index.html, and only at the slash", async (fsRoot) => {
  node.strictEqual(await (await serveDir(get("/"), { fsRoot })).text(), page);
  node.strictEqual(await (await serveDir(get("/sub/"), { fsRoot })).text(), "sub");
  const redirect = await serveDir(get("/sub?a=1"), { fsRoot });
  node.strictEqual(redirect.status, 301);
  node.strictEqual(redirect.headers.get("location"), "http://localhost/sub/?a=1");
  node.strictEqual((await serveDir(get("/bare/"), { fsRoot })).status, 404);
});

testSite("serveDir decodes names, and refuses what does not decode with 400", async (fsRoot) => {
  node.strictEqual(await (await serveDir(get("/a%20b%25.txt"), { fsRoot })).text(), "odd");
  for (const path of ["/%", "/%zz", "/%ff", "/%c0%ae%c0%ae/secret.txt"]) {
    node.strictEqual((await serveDir(get(path), { fsRoot })).status, 400, path);
  }
});

testSite("serveDir answers 404 to what is not there and to dotfiles", async (fsRoot) => {
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

testSite("serveDir stays in its folder, also where it redirects to", async (fsRoot) => {
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

testSite("serveDir finds nothing by a backslash or NUL", async (fsRoot) => {
  if (Deno.build.os !== "windows") await Deno.writeTextFile(`${fsRoot}/sub\\index.html`, "odd");
  for (const path of ["/sub%5cindex.html", "/%00", "/digits.txt%00", "/digits.txt%00.html"]) {
    node.strictEqual((await serveDir(get(path), { fsRoot })).status, 404, path);
  }
});

testSite("serveFile answers 304 while the file is as it was", async (site) => {
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

testSite("serveFile sends the range that is asked for, or 416", async (site) => {
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

testSite("serveFile ignores a Range that it cannot serve", async (site) => {
  for (const range of ["bytes=x", "bytes=0-1,4-5", "lines=0-1", "bytes=-"]) {
    const response = await serveFile(get("/", { range }), `${site}/digits.txt`);
    node.strictEqual(response.status, 200, range);
    node.strictEqual(await response.text(), "0123456789");
  }
  const empty = await serveFile(get("/", { range: "bytes=0-" }), `${site}/empty.txt`);
  node.strictEqual(empty.status, 200);
  node.strictEqual(await empty.text(), "");
});

testSite("serveFile answers HEAD as GET, without a body", async (site) => {
  const path = `${site}/digits.txt`;
  const [head, full] = [
    await serveFile(get("/", {}, "HEAD"), path),
    await serveFile(get("/"), path),
  ];
  node.strictEqual(head.body, null);
  node.deepStrictEqual([...head.headers], [...full.headers]);
  await full.text();
});

testSite("serveFile refuses other methods with 405, and folders with 404", async (site) => {
  node.strictEqual((await serveFile(get("/", {}, "POST"), `${site}/digits.txt`)).status, 405);
  node.strictEqual((await serveFile(get("/"), site)).status, 404);
  node.strictEqual((await serveFile(get("/"), `${site}/no.txt`)).status, 404);
});

testSite("serveFile sends a large file whole, and can be left half way", async (site) => {
  const large = "0123456789abcdef".repeat(100_000);
  await Deno.writeTextFile(`${site}/large.txt`, large);
  node.strictEqual(await (await serveFile(get("/"), `${site}/large.txt`)).text(), large);
  const left = (await serveFile(get("/"), `${site}/large.txt`)).body!.getReader();
  await left.read();
  await left.cancel(); // were the file left open, the sanitizer of resources would tell
});
