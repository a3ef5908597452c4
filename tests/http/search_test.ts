/** Searching over HTTP: what is answered, what is refused, and who finds what. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { NASTY } from "../../testing/nasty.ts";
import { type ChatServer, serveChat, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";
import { bearer, serveLocked, sign } from "../../testing/token_server.ts";

async function post({ host }: ChatServer, room: string, text: string, init: RequestInit = {}) {
  const url = `http://${host}/rooms/${encodeURIComponent(room)}/messages`;
  const headers = { "content-type": "text/plain", ...init.headers };
  const response = await fetch(url, { method: "POST", ...init, headers, body: text });
  assertEquals(response.status, 201);
  return await response.json();
}

async function search(
  { host }: ChatServer,
  params: Record<string, string | number>,
  init: RequestInit = {},
) {
  const query = new URLSearchParams(Object.entries(params).map(([k, v]) => [k, `${v}`]));
  const response = await fetch(`http://${host}/search?${query}`, init);
  return { status: response.status, headers: response.headers, answer: await response.json() };
}

/** Where the results of an answer are. */
const places = ({ answer }: Awaited<ReturnType<typeof search>>): string[] =>
  answer.messages.map(({ room, seq }: { room: string; seq: number }) => `${room}/${seq}`);

test("GET /search: answers with messages in their current state, their room and a snippet", async () => {
  await using server = await serveChat();
  const { at, from, name } = await post(server, "tea", "A <b>Needle</b> in the hay");
  const { status, headers, answer } = await search(server, { q: "needle" });
  assertEquals([status, headers.get("cache-control")], [200, "no-store"]);
  assertEquals(answer, {
    messages: [{
      ...{ type: "message", seq: 1, at, from, name, text: "A <b>Needle</b> in the hay" },
      ...{ room: "tea", snippet: ["A <b>", "Needle", "</b> in the hay"] },
    }],
    more: false,
  });
});

test("GET /search: gives pages, and takes parameters beside the query", async () => {
  await using server = await serveChat("--rate", "0");
  const at: number[] = [];
  for (let n = 0; n < 6; n++) at.push((await post(server, `r${n % 2}`, `needle ${n}`)).at);
  const first = await search(server, { q: "needle", limit: 4 });
  assertEquals([places(first).length, first.answer.more], [4, true]);
  const second = await search(server, { q: "needle", limit: 4, before: first.answer.next });
  assertEquals(second.answer.more, false);
  assertEquals(new Set([...places(first), ...places(second)]).size, 6);
  assertEquals(places(await search(server, { q: "needle", room: "r1" })), ["r1/3", "r1/2", "r1/1"]);
  assertEquals(places(await search(server, { q: "in:r0 needle", room: "r1", limit: 1 })), ["r0/3"]);
  assertEquals(places(await search(server, { q: "needle", room: "R1", limit: 1 })), ["r1/3"]);
  assertEquals(places(await search(server, { q: "", from: "guest", after: at[5] + 1 })), []);
  const { answer } = await search(server, { q: "needle", before: at[5], after: at[0], limit: 50 });
  for (const message of answer.messages) assert(message.at >= at[0] && message.at < at[5]);
  const days = { after: "2020-01-01", before: "2100-01-01" };
  assertEquals(places(await search(server, { q: "needle", ...days })).length, 6);
});

test("GET /search: has a limited number of messages in an answer, whatever is asked for", async () => {
  await using server = await serveChat("--rate", "0");
  const { page, pageDefault } = LIMITS.search;
  for (let n = 0; n <= page; n++) await post(server, "tea", `needle ${n}`);
  for (
    const [params, count] of [[{ limit: LIMITS.historyPage }, page], [{}, pageDefault]] as const
  ) {
    const { answer } = await search(server, { q: "needle", ...params });
    assertEquals([answer.messages.length, answer.more], [count, true]);
  }
});

test("GET /search: says what is wrong with a query or parameter", async () => {
  await using server = await serveChat();
  const refused: [Record<string, string | number>, RegExp][] = [
    [{}, /needs a word/],
    [{ q: "has:everything" }, /file or link/],
    [{ q: "x before:soon" }, /a date/],
    [{ q: "x".repeat(LIMITS.search.query + 1) }, /characters at most/],
    [{ q: "x ".repeat(LIMITS.search.terms + 1) }, /words at most/],
    [{ q: "x", limit: LIMITS.historyPage + 1 }, /limit/],
    [{ q: "x", limit: 0 }, /limit/],
    [{ q: "x", before: "soon" }, /before/],
    [{ q: "x", after: "-1" }, /after/],
    [{ q: "x", room: "no room" }, /room's name/],
    [{ q: "in:.own x" }, /room's name/],
    [{ q: "x", from: "-" }, /from/],
  ];
  for (const [params, detail] of refused) {
    const { status, headers, answer } = await search(server, params);
    assertEquals(status, 400, JSON.stringify(params));
    assertEquals(headers.get("content-type"), "application/problem+json");
    assertMatch(answer.detail, detail);
  }
});

test("GET /search: answers hostile queries with results or 400, and nothing else", async () => {
  await using server = await serveChat("--rate", "0");
  await post(server, "r", "needle");
  const long = ["x", '"', "(", "* ", "a:", "NEAR(", "東", "\u0301", "ﷺ", "🙂", '"a" OR ', "\0"]
    .flatMap((
      unit,
    ) => [
      unit.repeat(Math.ceil(500 / unit.length)),
      "x".repeat(10_240),
      unit.repeat(6_000 / unit.length),
    ]);
  for (const q of [...long, ...NASTY, "'); DROP TABLE word; --", 'needle" AND "needle']) {
    const { status } = await search(server, { q });
    assert(status === 200 || status === 400, `${status} for ${q.slice(0, 50)}`);
  }
  assertEquals(places(await search(server, { q: "needle" })), ["r/1"]);
  assertEquals(server.log.events, []);
});

test("GET /search: finds only what is in the rooms of a token", async () => {
  await using server = await serveLocked();
  const all = bearer(await sign({ sub: "ann" }));
  const some = bearer(await sign({ sub: "bob", rooms: ["OPEN", "never"] }));
  const none = bearer(await sign({ sub: "eve", rooms: [] }));
  for (const room of ["open", "secret"]) await post(server, room, "needle", all);
  const found = async (init: RequestInit, more = {}) =>
    places(await search(server, { q: "needle", ...more }, init)).sort();
  assertEquals(await found(all), ["open/1", "secret/1"]);
  assertEquals(await found(some), ["open/1"]);
  assertEquals(await found(some, { room: "open" }), ["open/1"]);
  assertEquals(await found(none), []);
  assertEquals((await search(server, { q: "needle", room: "secret" }, some)).status, 403);
  assertEquals((await search(server, { q: "needle in:secret" }, some)).status, 403);
  assertEquals((await search(server, { q: "needle" })).status, 401);
});

test("GET /search: limits the searches of one address, and answers the others", async () => {
  await using server = await serveChat("--rate", "0");
  await post(server, "r", "needle");
  await search(server, { q: "needle" });
  const many = Array.from({ length: 40 }, () => search(server, { q: "needle" }));
  const answers = await within(Promise.all(many), "the answers");
  const refused = answers.filter(({ status }) => status === 429);
  assert(refused.length > 0 && refused.length <= 40 - LIMITS.search.perAddress);
  for (const { status, headers } of answers) {
    assert(status === 200 || status === 429, `${status}`);
    assertEquals(headers.has("retry-after"), status === 429);
  }
});

test("GET /search: is 404 with --search off", async () => {
  await using server = await serveChat("--search", "off");
  const { status, answer } = await search(server, { q: "needle" });
  assertEquals([status, answer.detail], [404, "search is off on this server"]);
});

test("Metrics.text: gives how far the search index is, and how long searches take", async () => {
  await using server = await serveChat();
  await post(server, "r", "needle");
  await search(server, { q: "needle" });
  const metric = async (name: string) => {
    const text = await (await fetch(`http://${server.host}/metrics`)).text();
    return Number(new RegExp(`^hubbub_search_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  assertEquals([await metric("up"), await metric("seconds_count")], [1, 1]);
  await until(async () => await metric("building") === 0, "all rooms to be gone through");
  assertEquals(await metric("behind_entries"), 0);
  assert(await metric("index_bytes") > 0);
});
