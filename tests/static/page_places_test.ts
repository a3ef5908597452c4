/// <reference lib="dom" />
/** Where the page is: under a prefix, at a wrong address, behind a proxy, in an old browser. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { pageTests, Server } from "../../testing/browser.ts";
import {
  bannerOf,
  enter,
  isOnline,
  peopleOf,
  roomsOf,
  say,
  sees,
  titleOf,
} from "../../testing/page_parts.ts";
import { startPrefixProxy } from "../../testing/prefix.ts";

const test = pageTests("--db", ":memory:");

test("place: works under a path prefix, with all its addresses", async (stage) => {
  await using proxy = startPrefixProxy("/team/chat");
  await using server = await new Server("--db", ":memory:", "--url", proxy.url).start();
  proxy.server = server.url;
  const context = await stage.context();
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const page = await stage.come("Ann", { path: `${proxy.url}/`, context });
  await say(page, "under a prefix");
  await sees(page, "under a prefix");
  await enter(page, "tea");
  await titleOf(page).filter({ hasText: "tea" }).waitFor();
  await isOnline(page);
  assertEquals(page.url(), `${proxy.url}/rooms/tea`);
  const link = roomsOf(page).getByRole("link", { name: "lobby" });
  assertEquals(await link.getAttribute("href"), "/team/chat/rooms/lobby");
  await page.reload();
  await titleOf(page).filter({ hasText: "tea" }).waitFor();
  assert(asked.every((path) => path.startsWith("/team/chat/")), String(asked));
});

test("Banner: says that a proxy lets no sockets through, and who can fix it", async (stage) => {
  await using proxy = startPrefixProxy("/chat", false);
  await using server = await new Server("--db", ":memory:", "--url", proxy.url).start();
  proxy.server = server.url;
  const page = await stage.open("Ann", { path: `${proxy.url}/` });
  await bannerOf(page).filter({ hasText: "no live connection gets through" }).waitFor();
  await bannerOf(page).filter({ hasText: "The person who runs this server" }).waitFor();
});

test("Banner: says what is wrong with an email, and that the reader can fix it", async (stage) => {
  const settings = { email: `${"e".repeat(300)}@example.org` };
  const page = await stage.open("Ann", { room: "email", settings });
  await bannerOf(page).filter({ hasText: "email" }).waitFor();
  await bannerOf(page).filter({ hasText: "in the settings" }).waitFor();
});

test("NothingHere: is what a browser gets at a wrong address, and leads back", async (stage) => {
  const context = await stage.context();
  const page = await stage.open("Ann", { path: "/nowhere", context });
  await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await page.getByRole("link", { name: "Go to the rooms" }).click();
  await isOnline(page);
  const answer = await page.goto(`${stage.server.url}/rooms/a%20b`);
  assertEquals(answer?.status(), 400);
  await page.getByRole("heading", { name: "This page cannot be shown" }).waitFor();
  const json = await fetch(`${stage.server.url}/nowhere`);
  assertEquals(json.headers.get("content-type"), "application/problem+json");
  await json.body?.cancel();
});

test("NoWebSocket: says what the page needs", async (stage) => {
  const context = await stage.context();
  await context.addInitScript("delete globalThis.WebSocket");
  const page = await stage.open("Ann", { context });
  await page.getByRole("heading", { name: "Hubbub needs a browser with WebSocket" }).waitFor();
  assertFalse(await page.getByRole("log").isVisible());
});

test("BuiltIn: needs at most four requests until the first message", async (stage) => {
  await stage.server.say("quick", "here already");
  const before = await stage.come("Ann", { room: "quick" });
  const context = await stage.context({ storageState: await before.context().storageState() });
  const asked: string[] = [];
  context.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const page = await context.newPage();
  page.on("websocket", (socket) => asked.push(`socket ${socket.url()}`));
  await page.goto(`${stage.server.url}/rooms/quick`);
  await sees(page, "here already");
  const isLater = (path: string) => path === "/rooms" || path.endsWith(".svg");
  const needed = asked.filter((path) => !isLater(path));
  assertEquals(needed.length, 4, String(needed));
  await page.reload();
  await sees(page, "here already");
  const transferred = await page.evaluate(() =>
    performance.getEntriesByType("resource")
      .filter((entry) => /\/static\//.test(entry.name))
      .map((entry) => (entry as PerformanceResourceTiming).transferSize)
  );
  assertEquals(transferred.filter((size) => size > 0), [], "files come from the browser's cache");
});

test("session: makes the reader the same person, also after the cookie was lost", async (stage) => {
  const ann = await stage.come("Ann", { room: "session" });
  const idOf = () => ann.evaluate(() => localStorage["hubbub member"]);
  await say(ann, "mine");
  await sees(ann, "mine");
  const first = await idOf();
  await ann.reload();
  await isOnline(ann);
  assertEquals(await idOf(), first);
  await ann.context().clearCookies();
  const renewed = ann.waitForResponse((answer) => new URL(answer.url()).pathname === "/me");
  await ann.reload();
  assertEquals((await renewed).status(), 201);
  await isOnline(ann);
  await ann.reload();
  await isOnline(ann);
  assert(await idOf() !== first);
  assertEquals(await peopleOf(ann).getByRole("button").count(), 1);
});
