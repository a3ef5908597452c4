/// <reference lib="dom" />
/** The list of rooms, the switcher, and new rooms. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { pageTests } from "../../testing/browser.ts";
import {
  choose,
  enter,
  isOnline,
  messageOf,
  roomsOf,
  say,
  sees,
  titleOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

test("Rooms: opens a room of any script, and marks what is unread", async (stage) => {
  const ann = await stage.come("Ann", { room: "茶馆" });
  assertEquals(await titleOf(ann).textContent(), "茶馆");
  await stage.server.say("茶馆", "喝茶");
  await sees(ann, "喝茶");
  await enter(ann, "side room");
  await titleOf(ann).filter({ hasText: /^side-room$/ }).waitFor();
  assertEquals(new URL(ann.url()).pathname, "/rooms/side-room");
  await isOnline(ann);
  for (const text of ["再来", "一杯"]) await stage.server.say("茶馆", text);
  await ann.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const link = roomsOf(ann).getByRole("link", { name: "茶馆 unread" });
  await link.click();
  await sees(ann, "一杯");
  const log = await ann.getByRole("log").innerText();
  assert(/New\s+(?:.*\s+)*再来/.test(log.slice(log.indexOf("喝茶"))), log);
  await link.waitFor({ state: "detached" });
});

test("Rooms: marks nothing as unread for reactions, topics and edits", async (stage) => {
  const { url } = stage.server;
  const ann = await stage.come("Ann", { room: "changed" });
  await stage.server.say("changed", "hello");
  await sees(ann, "hello");
  await enter(ann, "elsewhere");
  await isOnline(ann);
  const refresh = async () => {
    const answer = ann.waitForResponse((response) => response.url().endsWith("/rooms"));
    await ann.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await (await answer).finished();
  };
  await refresh();
  for (const emoji of ["👍", "🎉"]) {
    const path = `/rooms/changed/messages/1/reactions/${encodeURIComponent(emoji)}`;
    await (await fetch(url + path, { method: "PUT" })).text();
  }
  await refresh();
  const link = roomsOf(ann).getByRole("link", { name: "changed" });
  const room = (await (await fetch(`${url}/rooms?q=changed`)).json()).rooms[0];
  assertEquals([room.seq, room.messages], [3, 1]);
  assertEquals(await link.textContent(), "changed");
  await stage.server.say("changed", "more");
  await refresh();
  await roomsOf(ann).getByRole("link", { name: "changed unread" }).click();
  await sees(ann, "more");
  assertMatch(await ann.title(), /^changed · /);
});

test("Rooms: keeps the keyboard's focus when the list is refreshed", async (stage) => {
  const ann = await stage.come("Ann", { room: "here-1" });
  const link = roomsOf(ann).getByRole("link", { name: "here-1" });
  await link.focus();
  await stage.server.say("a-new-room", "hello");
  await ann.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await roomsOf(ann).getByRole("link", { name: "a-new-room" }).waitFor();
  assertEquals(await ann.evaluate(() => document.activeElement!.textContent), "here-1");
});

test("mayArrange: in a private room the owner pins, sets the topic and deletes, and no guest", async (stage) => {
  const { url } = stage.server;
  const [ann, ben] = await Promise.all([
    stage.come("Ann", { room: "before" }),
    stage.come("Ben", { room: "before" }),
  ]);
  const { id } = await (await ben.context().request.get(`${url}/me`)).json();
  const data = { access: "private", title: "Tea", topic: "leaves", members: [id] };
  const made = await ann.context().request.post(`${url}/rooms`, { data, headers: { origin: url } });
  const { name } = await made.json();
  for (const page of [ann, ben]) {
    await page.goto(`${url}/rooms/${name}`);
    await isOnline(page);
  }
  await say(ben, "of Ben");
  await say(ann, "of Ann");
  await sees(ben, "of Ann");
  await choose(ann, "of Ann", "Pin to this room");
  await ben.getByRole("button", { name: "1 pinned message" }).click();
  await ben.getByRole("dialog").getByRole("link", { name: /of Ann/ }).waitFor();
  assertEquals(await ben.getByRole("button", { name: /^Unpin/ }).count(), 0);
  await ben.keyboard.press("Escape");
  await ben.getByText("leaves", { exact: true }).waitFor();
  assertEquals(await ben.getByRole("button", { name: /topic/ }).count(), 0);
  await messageOf(ben, "of Ann").focus();
  await ben.keyboard.press("Enter");
  await ben.getByRole("menuitem", { name: "Copy link" }).waitFor();
  assertEquals(await ben.getByRole("menuitem", { name: /pin|Delete/i }).count(), 0);
  await ann.getByRole("button", { name: "Edit the topic: leaves" }).waitFor();
  await choose(ann, "of Ben", "Delete for everybody");
  await ann.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await sees(ben, "Message deleted");
});

test("AddRoom: refuses what cannot be a room's name, and Cancel changes nothing", async (stage) => {
  const ann = await stage.come("Ann", { room: "adding" });
  await ann.getByRole("button", { name: "Add a room" }).click();
  const name = ann.getByRole("dialog").getByRole("textbox", { name: "Name" });
  await name.fill("no/slash");
  await name.press("Enter");
  await ann.getByRole("alert").filter({ hasText: "Letters, digits" }).waitFor();
  await ann.getByRole("button", { name: "Cancel" }).click();
  assertEquals(await titleOf(ann).textContent(), "adding");
});

test("Switcher: goes to a room or a person by a part of their name", async (stage) => {
  await stage.server.say("quiet-corner", "psst");
  const page = await stage.come("Ann", { room: "switching" });
  await page.getByRole("button", { name: /Go to/ }).click();
  await page.getByRole("combobox").fill("CORN");
  await page.getByRole("option", { name: "quiet-corner" }).waitFor();
  await page.keyboard.press("Enter");
  await titleOf(page).filter({ hasText: "quiet-corner" }).waitFor();
  await isOnline(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("ann");
  await page.getByRole("option", { name: "Ann", exact: true }).waitFor();
  assertEquals(await page.getByRole("option").allTextContents(), ["Ann", "Make the room “ann”"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await titleOf(page).filter({ hasText: "Notes to yourself" }).waitFor();
  await isOnline(page);
});

test("Rooms: lists and finds rooms beyond the first 200", async (stage) => {
  const names = Array.from({ length: 205 }, (_, index) => `many-${String(index).padStart(3, "0")}`);
  for (const name of names) await stage.server.say(name, "hello");
  const page = await stage.come("Ann", { room: "many-000" });
  const links = roomsOf(page).getByRole("link", { name: /^many-/ });
  await links.nth(150).waitFor();
  assert(await links.count() <= 201);
  await page.keyboard.press("Control+k");
  for (const name of [names[0], names[204]]) {
    await page.getByRole("combobox").fill(name.toUpperCase());
    await page.getByRole("option", { name }).waitFor();
  }
  await page.keyboard.press("Enter");
  await titleOf(page).filter({ hasText: names[204] }).waitFor();
  await roomsOf(page).getByRole("button", { name: "Show more rooms" }).click();
  await links.nth(204).waitFor();
  assertEquals(await links.allTextContents(), names);
});
