/** The files of the page: how they are served, and that no others are. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { get } from "../../testing/raw_http.ts";
import { type ChatServer, serveChat, test } from "../../testing/support.ts";

const SECRET = "this is not for the public";

/** A folder of the operator's own, in a folder that is not to be seen. */
async function withAssets(
  files: Record<string, string>,
  fn: (server: ChatServer) => Promise<void>,
): Promise<void> {
  const outside = await Deno.makeTempDir();
  const folder = `${outside}/public`;
  try {
    await Deno.mkdir(`${folder}/img`, { recursive: true });
    await Deno.writeTextFile(`${outside}/secret.txt`, SECRET);
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await using server = await serveChat("--assets", folder);
    await fn(server);
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
}

async function ask(server: ChatServer, path: string, init: RequestInit = {}) {
  const response = await fetch(`http://${server.host}${path}`, { redirect: "manual", ...init });
  const { status, headers } = response;
  return { status, headers, text: await response.text() };
}

test("Pages.answer: serves index.html of --assets", async () => {
  await withAssets({ "index.html": "<p>index", "home.html": "<p>home" }, async (server) => {
    for (const path of ["/", "/index.html", "/rooms/lobby"]) {
      assertEquals((await ask(server, path)).text, "<p>index", path);
    }
    assertEquals((await ask(server, "/home.html")).text, "<p>home");
  });
});

test("Pages.answer: serves home.html of --assets where there is no index.html", async () => {
  await withAssets({ "home.html": "<p>home" }, async (server) => {
    for (const path of ["/", "/rooms/lobby"]) {
      const { status, text, headers } = await ask(server, path);
      assertEquals([status, text], [200, "<p>home"], path);
      assertStringIncludes(headers.get("content-type")!, "text/html");
    }
  });
});

test("Pages.answer: answers 404 where --assets has no page", async () => {
  await withAssets({ "a.txt": "a" }, async (server) => {
    assertEquals((await ask(server, "/")).status, 404);
    assertEquals((await ask(server, "/a.txt")).text, "a");
  });
});

test("Routes.fetch: adds no Content-Security-Policy to a page of --assets, but the other headers", async () => {
  await withAssets({ "index.html": "<p>" }, async (server) => {
    const theirs = ["/", "/index.html"];
    for (const path of [...theirs, "/nothing", "/rooms", "/healthz", "/ws"]) {
      const { headers } = await ask(server, path);
      assertEquals(headers.has("content-security-policy"), !theirs.includes(path), path);
      assertEquals(headers.get("x-content-type-options"), "nosniff", path);
      assert(headers.get("referrer-policy"), path);
    }
  });
});

test("Pages.answer: serves files with their type", async () => {
  const types = {
    "a.js": /javascript/,
    "a.css": /text\/css/,
    "a.svg": /image\/svg\+xml/,
    "a.json": /application\/json/,
    "a.png": /image\/png/,
    "a.txt": /text\/plain/,
  };
  const files = Object.fromEntries(Object.keys(types).map((name) => [name, "x"]));
  await withAssets(files, async (server) => {
    for (const [name, type] of Object.entries(types)) {
      assertMatch((await ask(server, `/${name}`)).headers.get("content-type") ?? "", type, name);
    }
  });
});

test("Pages.answer: answers 304 to a client that has the file", async () => {
  await withAssets({ "index.html": "<p>index", "a.js": "1" }, async (server) => {
    for (const path of ["/", "/a.js"]) {
      const etag = (await ask(server, path)).headers.get("etag")!;
      assert(etag, path);
      const again = await ask(server, path, { headers: { "if-none-match": etag } });
      assertEquals([again.status, again.text], [304, ""], path);
      const other = await ask(server, path, { headers: { "if-none-match": '"other"' } });
      assertEquals(other.status, 200, path);
    }
  });
});

test("Pages.answer: answers HEAD with a file's headers and no body", async () => {
  await withAssets({ "a.js": "12345" }, async (server) => {
    const { status, headers, text } = await ask(server, "/a.js", { method: "HEAD" });
    assertEquals([status, headers.get("content-length"), text], [200, "5", ""]);
  });
});

test("Pages.answer: serves a range of a file, and answers 416 outside it", async () => {
  await withAssets({ "a.txt": "0123456789" }, async (server) => {
    const ranged = (range: string) => ask(server, "/a.txt", { headers: { range } });
    const { status, text, headers } = await ranged("bytes=2-4");
    assertEquals([status, text, headers.get("content-range")], [206, "234", "bytes 2-4/10"]);
    const outside = await ranged("bytes=20-30");
    assertEquals([outside.status, outside.headers.get("content-range")], [416, "bytes */10"]);
    assertEquals(outside.headers.get("content-type"), "application/problem+json");
  });
});

test("Pages.answer: redirects a folder without its slash to the folder", async () => {
  await withAssets({ "img/index.html": "pictures" }, async (server) => {
    const { status, headers } = await ask(server, "/img");
    assertEquals(status, 301);
    assert(headers.get("location")!.endsWith("/img/"), headers.get("location")!);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals((await ask(server, "/img/")).text, "pictures");
  });
});

test("Pages.answer: serves nothing outside the folder", async () => {
  const paths = [
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/img/../../secret.txt",
    "/img/..%2f..%2fsecret.txt",
    "/img/%2e%2e/%2e%2e/secret.txt",
    "//secret.txt",
    "//../secret.txt",
    "/./../secret.txt",
    "/%252e%252e/secret.txt",
    "/rooms/..%2f..%2fsecret.txt",
    "/rooms/../../secret.txt",
    "/%00",
    "/index.html%00",
    "/..;/secret.txt",
    "/file:///etc/passwd",
    "/.hidden",
  ];
  const files = { "index.html": "<p>index", ".hidden": SECRET };
  await withAssets(files, async (server) => {
    for (const path of paths) {
      const answer = await get(server.host, path);
      assertMatch(answer, /^HTTP\/1\.1 (?:30[18]|40[04]) /, path);
      assert(!answer.includes(SECRET) && !answer.includes("root:"), path);
    }
    assertEquals(server.log.events, []);
  });
});

test("Pages.answer: serves the built-in page and none of the program", async () => {
  await using server = await serveChat();
  for (const path of ["/../deno.json", "/%2e%2e/deno.json", "/..%2fdeno.json", "/..%2fmain.ts"]) {
    const answer = await get(server.host, path);
    assertMatch(answer, /^HTTP\/1\.1 (?:30[18]|40[04]) /, path);
    assert(!/hubbub\/hubbub|openChat/.test(answer), path);
  }
});
