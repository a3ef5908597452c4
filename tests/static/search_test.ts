/** The search while somebody types, against a server. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { HttpError, search } from "../../sdk/mod.ts";
import { type Ask, MessageSearch } from "../../static/state/search.ts";
import { Server } from "../../testing/browser.ts";
import { test } from "../../testing/permissions.ts";
import { until } from "../../testing/wait.ts";

/** A server in whose rooms these texts were said, and a search that counts what it asks. */
async function searching(texts: Record<string, readonly string[]>, limit?: number) {
  const server = await new Server("--db", ":memory:").start();
  for (const [room, all] of Object.entries(texts)) {
    for (const text of all) await server.say(room, text);
  }
  const asked: Parameters<Ask>[0][] = [];
  const ask: Ask = (query) => {
    asked.push(query);
    return search({ url: server.url, limit, ...query });
  };
  const messages = new MessageSearch(ask, 20);
  const found = () => messages.found.value?.results.map(({ message }) => message.text);
  return { messages, asked, found, [Symbol.asyncDispose]: () => server.stop() };
}

/** Waits until a search finds these, whether or not the index has caught up. */
async function finds(messages: MessageSearch, count: number): Promise<void> {
  await until(() => {
    const found = messages.found.value;
    if (found?.isPartial) messages.now();
    return found?.results.length === count && !found.isPartial;
  }, `${count} results`);
}

test("MessageSearch: asks once for what was typed last, in the room or in all", async () => {
  await using stage = await searching({ tea: ["green tea"], coffee: ["green beans"] });
  const { messages, asked, found } = stage;
  for (const q of ["g", "gr", "green"]) messages.want({ q, room: "tea" });
  await finds(messages, 1);
  assertEquals([found(), asked[0].q], [["green tea"], "green"]);
  messages.want({ q: "green" });
  await finds(messages, 2);
  assertEquals(found(), ["green beans", "green tea"]);
  messages.want({ q: " " });
  assertEquals(found(), undefined);
});

test("MessageSearch: aborts an outdated request, and never shows its answer", async () => {
  await using stage = await searching({ tea: ["green", "black"] });
  const { messages, asked, found } = stage;
  messages.want({ q: "green" });
  await until(() => asked.length === 1, "the first request");
  messages.want({ q: "black" });
  assertEquals(asked[0].signal.aborted, true);
  await finds(messages, 1);
  assertEquals([found(), messages.error.value], [["black"], undefined]);
});

test("MessageSearch: goes on page by page, and lists nothing when a query is refused", async () => {
  await using stage = await searching({ tea: ["tea 1", "tea 2", "tea 3"] }, 2);
  const { messages, asked, found } = stage;
  messages.want({ q: "tea" });
  await finds(messages, 2);
  messages.want({ q: "tea 1" });
  messages.more();
  assertEquals(asked.every(({ before }) => before === undefined), true);
  const outdated = messages.found.value;
  messages.want({ q: "tea" });
  await until(() => messages.found.value !== outdated, "the first page again");
  messages.more();
  await until(() => messages.found.value?.next === undefined, "the last page");
  assertEquals(found(), ["tea 3", "tea 2", "tea 1"]);
  messages.want({ q: "from:" });
  await until(() => messages.error.value !== undefined, "a refusal");
  assertInstanceOf(messages.error.value, HttpError);
  assertEquals([messages.error.value.status, found()], [400, undefined]);
});

test("MessageSearch.change: takes deleted texts away, and shows edited ones as they are", async () => {
  await using stage = await searching({ tea: ["tea 1", "tea 2"] });
  const { messages } = stage;
  messages.want({ q: "tea" });
  await finds(messages, 2);
  const change = { seq: 9, from: "x", name: "Ann", at: 1 };
  messages.change("other", { ...change, type: "delete", of: 1 });
  assertEquals(messages.found.value?.results.length, 2);
  messages.change("tea", { ...change, type: "delete", of: 1 });
  messages.change("tea", { ...change, type: "edit", of: 2, text: "**coffee**" });
  assertEquals(messages.found.value?.results.map(({ snippet }) => snippet), [["coffee"]]);
});
