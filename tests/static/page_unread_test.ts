/// <reference lib="dom" />
/** What is unread in all rooms: badges, the first unread message, muted rooms, several devices. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { history, postMessage } from "../../sdk/mod.ts";
import { Bot } from "../../testing/bot.ts";
import { pageTests, type Stage } from "../../testing/browser.ts";
import {
  enter,
  fieldOf,
  isOnline,
  logOf,
  messagesOf,
  roomsOf,
  sees,
  titleOf,
  toEndOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

const linkOf = (page: Page, name: string | RegExp) => roomsOf(page).getByRole("link", { name });

/** A page whose person has read a room, and is in another one now. */
async function comeFrom(stage: Stage, room: string): Promise<Page> {
  await stage.server.say(room, "read already");
  const ann = await stage.come("Ann", { room });
  await sees(ann, "read already");
  await enter(ann, `${room}-beside`);
  await titleOf(ann).filter({ hasText: `${room}-beside` }).waitFor();
  await isOnline(ann);
  return ann;
}

/** Chooses something from the menu of the room that is shown. */
async function chooseForRoom(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "Room actions" }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("my_rooms: a room that is read on one page is read on the other", async (stage) => {
  const ann = await comeFrom(stage, "devices");
  const other = await stage.come("Ann", { room: "devices-beside", context: ann.context() });
  await stage.server.say("devices", "for both");
  for (const page of [ann, other]) await linkOf(page, "devices unread").waitFor();
  await linkOf(other, "devices unread").click();
  await sees(other, "for both");
  await linkOf(ann, "devices unread").waitFor({ state: "detached" });
  assertEquals(await linkOf(ann, /^devices$/).count(), 1);
});

test("Badge: counts what mentions the reader in another room, in its link and in the title", async (stage) => {
  const ann = await comeFrom(stage, "mentioned");
  await using bot = await Bot.come(stage.server.url, "mentioned", "Bot");
  const id = await ann.evaluate(() => localStorage["hubbub member"]);
  const to = [JSON.parse(id)];
  await postMessage({ url: stage.server.url, room: "mentioned", text: "where are you?", to });
  await bot.sayAll(["nothing for anybody"]);
  await linkOf(ann, "mentioned 1 unread for you").waitFor();
  await ann.waitForFunction(() => document.title.startsWith("(1) "));
  await roomsOf(ann).getByRole("button", { name: "Mark all as read" }).click();
  await linkOf(ann, /^mentioned$/).waitFor();
  await ann.waitForFunction(() => !document.title.startsWith("("));
});

test("unread: what was read right before the page was left is read", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "left");
  const ann = await stage.come("Ann", { room: "left" });
  await bot.sayAll(["first"]);
  await sees(ann, "first");
  for (let n = 1; n <= 3; n++) {
    await bot.sayAll([`again ${n}`]);
    await sees(ann, `again ${n}`);
    // Its mark waits for the one before.
    await ann.goto("about:blank");
    await ann.goto(`${stage.server.url}/rooms/left-beside`);
    await isOnline(ann);
    await linkOf(ann, /^left$/).waitFor();
    await linkOf(ann, /^left$/).click();
    await isOnline(ann);
  }
});

test("RoomMenu: a muted room stays silent, and a starred one comes first", async (stage) => {
  const ann = await comeFrom(stage, "quiet");
  await linkOf(ann, /^quiet$/).click();
  await titleOf(ann).filter({ hasText: /^quiet$/ }).waitFor();
  await isOnline(ann);
  await chooseForRoom(ann, "Mute this room");
  await chooseForRoom(ann, "Star this room");
  await roomsOf(ann).getByRole("heading", { name: "Starred" }).waitFor();
  assertMatch((await roomsOf(ann).getByRole("link").first().textContent())!, /^quiet/);
  await enter(ann, "quiet-third");
  await titleOf(ann).filter({ hasText: "quiet-third" }).waitFor();
  await isOnline(ann);
  await stage.server.say("quiet", "after");
  await stage.server.say("quiet-beside", "after");
  // Both come together.
  await linkOf(ann, "quiet-beside unread").waitFor();
  assertEquals(await linkOf(ann, /^quiet .*unread/).count(), 0);
  await linkOf(ann, "quiet-beside unread").click();
  await ann.waitForFunction(() => document.title === "quiet-beside · Hubbub");
});

test("unread: opens a room at its first unread message, far from its end", async (stage) => {
  const ann = await comeFrom(stage, "behind");
  await using bot = await Bot.come(stage.server.url, "behind");
  await bot.sayAll(Array.from({ length: 120 }, (_, index) => `m${index + 1}`));
  await linkOf(ann, "behind unread").click();
  await toEndOf(ann).filter({ hasText: "120 new messages" }).waitFor();
  const first = messagesOf(ann).filter({ hasText: /m1$/ });
  await first.waitFor();
  assert(/New\s+(?:.*\s+)*m1\s/.test(await logOf(ann).innerText()));
  assert(
    await first.evaluate((each) => {
      const { top, bottom } = each.getBoundingClientRect();
      return top > 0 && bottom < innerHeight;
    }),
    "it is in sight",
  );
  await toEndOf(ann).click();
  await sees(ann, "m120");
  await toEndOf(ann).waitFor({ state: "detached" });
});

test("Switcher: lists rooms with something unread first, and opens a direct room", async (stage) => {
  const ann = await comeFrom(stage, "zz-news");
  const ben = await stage.come("Ben", { room: "zz-news-beside" });
  await stage.server.say("zz-news", "news");
  await linkOf(ann, "zz-news unread").waitFor();
  await ann.keyboard.press("Control+k");
  await ann.getByRole("option").first().filter({ hasText: "zz-news" }).waitFor();
  await ann.getByRole("combobox").fill("ben");
  await ann.getByRole("option", { name: "Ben", exact: true }).click();
  await titleOf(ann).filter({ hasText: /^Ben$/ }).waitFor();
  await isOnline(ann);
  await ann.getByRole("textbox", { name: "Message Ben" }).fill("psst");
  await ann.keyboard.press("Enter");
  await linkOf(ben, "Ann 1 unread for you").click();
  await sees(ben, "psst");
  await linkOf(ben, /^Ann$/).waitFor();
});

test("Suggestions: mentions the one of two namesakes who was chosen", async (stage) => {
  const { url } = stage.server;
  const ann = await stage.come("Ann", { room: "namesakes" });
  await using _one = await Bot.come(url, "namesakes", "Ben");
  await using _two = await Bot.come(url, "namesakes", "Ben");
  await ann.getByText("Here, 3").waitFor();
  await fieldOf(ann).pressSequentially("hello @be");
  const options = ann.getByRole("listbox", { name: "People" }).getByRole("option");
  await options.nth(1).waitFor();
  await ann.keyboard.press("ArrowDown");
  await ann.keyboard.press("Enter");
  assertEquals(await fieldOf(ann).inputValue(), "hello @Ben ");
  await options.first().waitFor({ state: "detached" });
  await fieldOf(ann).press("Enter");
  await sees(ann, "hello");
  const [message] = (await history({ url, room: "namesakes" })).messages;
  assertEquals(message.to?.length, 1);
  const heads = await ann.evaluate(() => localStorage["hubbub member"]);
  assert(message.to![0] !== JSON.parse(heads));
});
