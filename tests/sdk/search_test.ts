/** The search of the client library, against a server. */

import { assertEquals, assertRejects } from "@std/assert";
import { HttpError, postMessage, search } from "../../sdk/mod.ts";
import { serveChat, test } from "../../testing/support.ts";

test("search: gives messages with their rooms and snippets, page by page", async () => {
  await using server = await serveChat();
  const url = `http://${server.host}`;
  for (const room of ["tea", "coffee"]) {
    await postMessage({ url, room, text: `a cup of ${room}`, name: "Ann" });
  }
  const first = await search({ url, q: "cup from:ann", limit: 1 });
  assertEquals(first.results.map(({ room, snippet }) => [room, ...snippet]), [
    ["coffee", "a ", "cup", " of coffee"],
  ]);
  assertEquals(first.results[0].message.text, "a cup of coffee");
  assertEquals([first.more, typeof first.next], [true, "string"]);
  const second = await search({ url, q: "cup", before: first.next });
  assertEquals(second.results.map(({ room }) => room), ["tea"]);
  assertEquals([second.more, second.next], [false, undefined]);
  const narrow = await search({ url, q: "cup", room: "tea", from: "ann", after: "2020-01-01" });
  assertEquals(narrow.results.length, 1);
});

test("search: throws what is wrong with a query", async () => {
  await using server = await serveChat();
  const asking = () => search({ url: `http://${server.host}`, q: "has:everything" });
  const error = await assertRejects(asking, HttpError, "has: takes file or link");
  assertEquals((error as HttpError).status, 400);
});
