/** The built-in page: its addresses, its caching, its forms, and what it says where there is nothing. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { openPages, type PagesOptions } from "../../http/pages.ts";
import { Problem } from "../../http/problem.ts";
import { rememberingLog, test } from "../../testing/support.ts";

const open = (options: Partial<PagesOptions> = {}) =>
  openPages({ assets: "", ...options }, rememberingLog());

/** What the operating system's own copy of `fetch` would send. */
function get(path: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request(`http://127.0.0.1${path}`, { headers, method });
}

const addressesIn = (html: string) =>
  Array.from(html.matchAll(/\s(?:href|src)="([^"]+)"/g), ([, address]) => address);

/** The addresses of what the page loads later. */
const laterIn = (html: string) =>
  Array.from(html.matchAll(/\sdata-[\w-]+="([^"]*\/static\/[^"]+)"/g), ([, address]) => address);

async function pageOf(options: Partial<PagesOptions> = {}): Promise<string> {
  return await (await open(options).answer(get("/"), "/")).text();
}

test("answer: serves one page with one script, one style sheet and one icon", async () => {
  const pages = open();
  const html = await (await pages.answer(get("/"), "/")).text();
  const addresses = addressesIn(html);
  assertEquals(addresses.map((address) => address.split(".")[1]), ["svg", "css", "js"]);
  const types = ["image/svg+xml", "text/css", "text/javascript"];
  for (const [index, address] of addresses.entries()) {
    const file = await pages.answer(get(address), address);
    assertEquals(file.headers.get("content-type"), `${types[index]}; charset=utf-8`);
    assert((await file.text()).length > 100);
  }
});

test("answer: serves what the page loads later, as other files", async () => {
  const pages = open();
  const addresses = laterIn(await pageOf());
  const files = await Promise.all(addresses.map((address) => pages.answer(get(address), address)));
  const types = files.map(({ headers }) => headers.get("content-type")?.split(";")[0]);
  const js = "text/javascript";
  assertEquals(types, [js, js, "application/json", "application/json"]);
  const [rare, script, en, zh] = await Promise.all(files.map((file) => file.text()));
  for (const text of [rare, script]) assertMatch(text, /export/);
  const named = (json: string) => JSON.parse(json).find(([emoji]: [string]) => emoji === "👍")[1];
  assertEquals([named(en), named(zh)], ["thumbs up", "拇指向上"]);
});

test("answer: lets the rare parts import nothing but the page's own script", async () => {
  const html = await pageOf({ base: "/chat" });
  const [rare] = laterIn(html).map((address) => address.slice("/chat".length));
  const text = await (await open({ base: "/chat" }).answer(get(rare), rare)).text();
  const imported = Array.from(text.matchAll(/\bfrom"([^"]+)"/g), ([, address]) => address);
  assertEquals([...new Set(imported)], [/src="([^"]+)"/.exec(html)![1]]);
});

test("answer: says in the page how people come in", async () => {
  assertMatch(await pageOf({ access: "invite" }), /data-access="invite"/);
});

test("answer: lets files be cached for ever, and the page be asked for again", async () => {
  const pages = open();
  const page = await pages.answer(get("/rooms/tea"), "/rooms/tea", true);
  assertEquals(page.headers.get("cache-control"), "no-cache");
  const [address] = addressesIn(await page.text());
  const file = await pages.answer(get(address), address);
  assertEquals(file.headers.get("cache-control"), "public, max-age=31536000, immutable");
});

test("answer: compresses as the client accepts it", async () => {
  const pages = open();
  const address = addressesIn(await pageOf())[2];
  const sizes: Record<string, number> = {};
  const cases = {
    "": null,
    "identity": null,
    "gzip": "gzip",
    "gzip, deflate, br;q=0.5": "br",
    "br;q=0, gzip": "gzip",
    "BR": "br",
    "br;q=0.0,gzip;q=0": null,
  };
  for (const [accepted, coding] of Object.entries(cases)) {
    const { headers } = await pages.answer(get(address, { "accept-encoding": accepted }), address);
    assertEquals(headers.get("content-encoding"), coding, accepted);
    assertEquals(headers.get("vary"), "accept-encoding");
    sizes[coding ?? "none"] = Number(headers.get("content-length"));
  }
  assert(sizes.br < sizes.gzip && sizes.gzip < sizes.none / 2, JSON.stringify(sizes));
});

test("answer: answers 304 to a client that has the page, in the same form", async () => {
  const pages = open();
  const { headers } = await pages.answer(get("/", { "accept-encoding": "br" }), "/");
  const etag = headers.get("etag")!;
  const ask = async (coding: string, tag: string) => {
    const given = { "accept-encoding": coding, "if-none-match": tag };
    return (await pages.answer(get("/", given), "/")).status;
  };
  assertEquals(await ask("br", etag), 304);
  assertEquals(await ask("br", `"x", W/${etag}`), 304);
  assertEquals(await ask("gzip", etag), 200);
  assertEquals(await ask("br", '"x"'), 200);
});

test("answer: answers HEAD with the same headers and no body", async () => {
  const pages = open();
  const whole = await pages.answer(get("/"), "/");
  const head = await pages.answer(get("/", {}, "HEAD"), "/");
  assertEquals([...head.headers], [...whole.headers]);
  assertEquals(await head.text(), "");
  assertEquals((await whole.text()).length, Number(whole.headers.get("content-length")));
});

test("answer: begins every address with the base", async () => {
  const html = await pageOf({ base: "/chat" });
  const addresses = [...addressesIn(html), ...laterIn(html)];
  assertEquals(addresses.length, 7);
  for (const address of addresses) assertMatch(address, /^\/chat\/static\//);
  assertMatch(html, /data-base="\/chat"/);
});

test("answer: writes the chat's name as text", async () => {
  const html = await pageOf({ name: '"><script>alert(1)</script>{{detail}}' });
  assertEquals(html.match(/<script/g)?.length, 1);
  assert(!html.includes("alert(1)</script>"));
});

test("answer: has no file of another version, and none of the program", async () => {
  const pages = open();
  for (const path of ["/static/0000000000000000.js", "/app.tsx", "/static/app.tsx", "/deno.json"]) {
    const problem = await pages.answer(get(path), path).catch((error) => error);
    assert(problem instanceof Problem, path);
    assertEquals(problem.status, 404);
  }
});

test("explain: gives browsers the page with what is wrong, and others nothing", async () => {
  const pages = open();
  const problem = new Problem(404, 'there is <nothing> "here"', { allow: "GET" });
  const page = await pages.explain(get("/x", { accept: "text/html,*/*;q=0.8" }), problem);
  assertEquals([page?.status, page?.headers.get("allow")], [404, "GET"]);
  const html = await page!.text();
  assertMatch(html, /data-status="404"/);
  assertMatch(html, /data-detail="there is &#60;nothing&#62; &#34;here&#34;"/);
  for (const accept of ["*/*", "application/json", ""]) {
    assertEquals(await pages.explain(get("/x", { accept }), problem), undefined, accept);
  }
  const posted = new Request("http://x/", { method: "POST", headers: { accept: "text/html" } });
  assertEquals(await pages.explain(posted, problem), undefined);
});

test("explain: says it in one sentence where the page is the operator's", async () => {
  const pages = open({ assets: "." });
  const problem = new Problem(404, "there is nothing here");
  const page = await pages.explain(get("/x", { accept: "text/html" }), problem);
  assertMatch(await page!.text(), /<p>there is nothing here\.<\/p>/);
  assertNotEquals(page!.headers.get("content-type"), "application/problem+json");
});
