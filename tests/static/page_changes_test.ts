/// <reference lib="dom" />
/** What can be done to messages on the page, and what the others see of it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "../../testing/bot.ts";
import { pageTests, type Stage } from "../../testing/browser.ts";
import { Line } from "../../testing/line.ts";
import {
  choose,
  fieldOf,
  isLost,
  isOnline,
  logOf,
  messageOf,
  messagesOf,
  say,
  sees,
  texts,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

/** Two people in a room, in which the first has said something. */
async function pair(stage: Stage, room: string, text = "hello"): Promise<[Page, Page]> {
  const ann = await stage.come("Ann", { room });
  const ben = await stage.come("Ben", { room });
  await say(ann, text);
  await Promise.all([sees(ann, text), sees(ben, text)]);
  return [ann, ben];
}

const reactionOf = (page: Page, name: RegExp) => logOf(page).getByRole("button", { name });

test("Reactions: are joined and withdrawn with one press, and say who", async (stage) => {
  const [ann, ben] = await pair(stage, "react");
  await choose(ann, "hello", "👍");
  const seen = reactionOf(ben, /^👍 1: \u2068?Ann/);
  await seen.click();
  await reactionOf(ann, /^👍 2: you and \u2068?Ben/).waitFor();
  await reactionOf(ben, /^👍 2: you and \u2068?Ann/).click();
  await reactionOf(ann, /^👍 1: you/).click();
  await logOf(ben).getByRole("list", { name: "Reactions" }).waitFor({ state: "detached" });
});

test("editMessage: arrow up edits the last message, Escape brings the draft back", async (stage) => {
  const [ann, ben] = await pair(stage, "edit");
  await fieldOf(ann).press("ArrowUp");
  assertEquals(await fieldOf(ann).inputValue(), "hello");
  await fieldOf(ann).fill("not this");
  await fieldOf(ann).press("Escape");
  assertEquals(await fieldOf(ann).inputValue(), "");
  await fieldOf(ann).press("ArrowUp");
  await fieldOf(ann).fill("hello **world**");
  await fieldOf(ann).press("Enter");
  for (const page of [ann, ben]) {
    await messageOf(page, "hello world").getByText(/^edited \d+:\d\d/).waitFor();
    assertEquals(await texts(page), ["hello world"]);
  }
  assertEquals(await messageOf(ben, "hello").locator("strong").textContent(), "world");
  await messageOf(ben, "hello").hover();
  assertEquals(await messageOf(ben, "hello").getByRole("button", { name: "Edit" }).count(), 0);
});

test("DeleteDialog: asks, and leaves a notice, in quotes as well", async (stage) => {
  const [ann, ben] = await pair(stage, "delete", "a secret");
  await choose(ben, "a secret", "Reply");
  await say(ben, "an answer");
  await sees(ann, "an answer");
  await messageOf(ann, "an answer").getByRole("link", { name: "a secret" }).waitFor();
  await choose(ann, "a secret", "Delete for everybody");
  await ann.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await ann.getByRole("dialog").waitFor({ state: "detached" });
  await choose(ann, "a secret", "Delete for everybody");
  await ann.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  for (const page of [ann, ben]) {
    await sees(page, "Message deleted");
    await page.getByText("a secret").waitFor({ state: "detached" });
  }
});

test("Quote: leads to the message it quotes, which an address opens as well", async (stage) => {
  const room = "found";
  await using bot = await Bot.come(stage.server.url, room);
  await bot.sayAll(["the first", ...Array.from({ length: 300 }, (_, n) => `m${n}`)]);
  const ann = await stage.come("Ann", { path: `/rooms/${room}/120` });
  const found = messagesOf(ann).and(ann.locator(".found"));
  await found.filter({ hasText: "m118" }).waitFor();
  await ann.keyboard.press("Escape");
  await sees(ann, "m299");
  assertMatch(ann.url(), /\/rooms\/found$/);
  await ann.goto(`${stage.server.url}/rooms/${room}/1`);
  await isOnline(ann);
  await choose(ann, "the first", "Reply");
  await say(ann, "an answer");
  await sees(ann, "an answer");
  await messageOf(ann, "an answer").getByRole("link", { name: "the first" }).click();
  await found.filter({ hasText: "the first" }).waitFor();
  assertMatch(ann.url(), /\/rooms\/found\/1$/);
});

test("Menu: copies a message's address and its text", async (stage) => {
  const context = await stage.context({ permissions: ["clipboard-read", "clipboard-write"] });
  const ann = await stage.come("Ann", { room: "copy", context });
  await say(ann, "a *b*");
  await sees(ann, "a b");
  const copied = () => ann.evaluate(() => navigator.clipboard.readText());
  await choose(ann, "a b", "Copy link");
  await ann.getByText("Copied").waitFor();
  assertEquals(await copied(), `${stage.server.url}/rooms/copy/1`);
  await fieldOf(ann).fill("x");
  await choose(ann, "a b", "Copy text");
  await ann.getByText("Copied").waitFor();
  assertEquals(await copied(), "a *b*");
});

test("Header: shows the pins and the topic, which is edited in place", async (stage) => {
  const [ann, ben] = await pair(stage, "header");
  await choose(ben, "hello", "Pin to this room");
  await ann.getByRole("button", { name: "1 pinned message" }).click();
  await ann.getByRole("dialog").getByRole("link", { name: /hello/ }).click();
  await ann.locator(".found").filter({ hasText: "hello" }).waitFor();
  await ann.getByRole("button", { name: "1 pinned message" }).click();
  await ann.getByRole("button", { name: /^Unpin/ }).click();
  await ben.getByRole("button", { name: /pinned message/ }).waitFor({ state: "detached" });
  await ann.getByRole("button", { name: "Add a topic" }).click();
  await ann.getByRole("textbox", { name: "Topic" }).fill("tea at four");
  await ann.keyboard.press("Enter");
  await ben.getByRole("button", { name: "Edit the topic: tea at four" }).click();
  await ben.keyboard.press("Escape");
  await ben.getByRole("button", { name: "Edit the topic: tea at four" }).waitFor();
});

test("announcements: say what others do to messages, once and together", async (stage) => {
  const room = "announced";
  const ann = await stage.open("Ann", { room });
  await ann.clock.install();
  await isOnline(ann);
  const ben = await stage.come("Ben", { room });
  await say(ann, "of Ann");
  await say(ben, "of Ben");
  await sees(ann, "of Ben");
  const said = ann.locator("[aria-live=polite] p");
  const next = async () => {
    await ann.clock.fastForward(5_000);
    return (await said.allTextContents()).map((text) => text.replace(/[\u2068\u2069]/g, ""));
  };
  assertEquals(await next(), ["Ben: of Ben"]);
  await choose(ben, "of Ann", "👍");
  await choose(ben, "of Ben", "🎉");
  await say(ann, "mine");
  await choose(ann, "of Ben", "👀");
  await reactionOf(ann, /^👍 1/).waitFor();
  await reactionOf(ben, /^👀 1/).waitFor();
  assertEquals(await next(), ["Ben reacted to your message with 👍"]);
  const edit = async (text: string) => {
    await fieldOf(ben).press("ArrowUp");
    await say(ben, text);
    await sees(ann, text);
  };
  await edit("edited");
  await edit("edited again");
  assertEquals(await next(), ["Ben edited a message"]);
  await edit("edited once more");
  await choose(ben, "edited once more", "Delete for everybody");
  await ben.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await sees(ann, "Message deleted");
  assertEquals(await next(), ["Ben deleted a message"]);
  for (const emoji of ["❤️", "😄", "🎉", "🙏"]) await choose(ben, "of Ann", emoji);
  await reactionOf(ann, /^🙏 1/).waitFor();
  assertEquals(await next(), ["4 changes to messages"]);
});

test("changes: are pending while offline, and kept once afterwards", async (stage) => {
  const [ann, ben] = await pair(stage, "offline");
  await ann.context().setOffline(true);
  await isLost(ann);
  await choose(ann, "hello", "🎉");
  await reactionOf(ann, /^🎉 1: you \(not sent yet\)/).waitFor();
  await fieldOf(ann).press("ArrowUp");
  await fieldOf(ann).fill("edited in a tunnel");
  await fieldOf(ann).press("Enter");
  await messageOf(ann, "tunnel").getByText("Will be changed when you are online").waitFor();
  await ann.context().setOffline(false);
  await sees(ben, "edited in a tunnel");
  await reactionOf(ben, /^🎉 1: \u2068?Ann/).waitFor();
  await reactionOf(ann, /^🎉 1: you$/).waitFor();
});

test("Log: changes between messages are no gap, and nobody has to read them", async (stage) => {
  const [ann, ben] = await pair(stage, "between");
  for (const emoji of ["👍", "🎉", "👀"]) await choose(ben, "hello", emoji);
  await reactionOf(ann, /^👀 1/).waitFor();
  await say(ann, "next");
  await sees(ben, "next");
  await choose(ben, "next", "👍");
  await reactionOf(ann, /^👍 1: \u2068?Ben.*/).last().waitFor();
  for (const path of ["/rooms/between", "/rooms/between/1"]) {
    await ben.goto(stage.server.url + path);
    await sees(ben, "next");
    assertEquals(await texts(ben), ["hello", "next"]);
    assertEquals(await ben.getByText("Loading messages").count(), 0);
    assertMatch(await ben.title(), /^between · /);
  }
});

test("Fate: reports a refusal at the message, until it is dismissed", async (stage) => {
  const room = "refused";
  const context = await stage.context();
  const line = await Line.of(context);
  const ann = await stage.come("Ann", { room, context });
  await say(ann, "hello");
  await sees(ann, "hello");
  // Another device of hers deletes it, which this one does not hear of.
  line.change = (frame) => frame.includes('"delete"') ? "{}" : frame;
  const { url } = stage.server;
  const headers = { origin: url };
  const answer = await context.request.delete(`${url}/rooms/${room}/messages/1`, { headers });
  assert(answer.ok(), await answer.text());
  await choose(ann, "hello", "👀");
  await messageOf(ann, "hello").getByText(/^Not changed: /).waitFor();
  await messageOf(ann, "hello").getByRole("button", { name: "Dismiss" }).click();
  await messageOf(ann, "hello").getByText(/^Not changed: /).waitFor({ state: "detached" });
});

test("Menu: everything can be done by keyboard", async (stage) => {
  const [ann, ben] = await pair(stage, "keys", "first");
  await say(ben, "second");
  await sees(ann, "second");
  await logOf(ann).focus();
  await ann.keyboard.press("Tab");
  await ann.keyboard.press("ArrowUp");
  await ann.keyboard.press("Enter");
  await ann.keyboard.press("ArrowRight");
  await ann.keyboard.press("Enter");
  await messageOf(ben, "first").getByRole("button", { name: /^❤️ 1/ }).waitFor();
  const at = await ann.evaluate(() => document.activeElement?.getAttribute("data-seq"));
  assertEquals(at, "1");
  await ann.keyboard.press("ArrowRight");
  await ann.keyboard.press("ArrowRight");
  await ann.keyboard.press("Enter");
  await ann.getByText("Replying to").waitFor();
  await ann.keyboard.press("Escape");
  await messageOf(ann, "first").focus();
  await ann.keyboard.press("Enter");
  await ann.keyboard.press("End");
  await ann.keyboard.press("Enter");
  await ann.getByRole("dialog", { name: "Delete this message?" }).waitFor();
  await ann.keyboard.press("Escape");
  await sees(ann, "first");
});

test("Menu: a long press opens it on a phone", async (stage) => {
  const room = "press";
  const ann = await stage.come("Ann", { room, phone: true });
  await say(ann, "press me");
  await sees(ann, "press me");
  const box = (await messageOf(ann, "press me").locator(".text").boundingBox())!;
  const touch = await ann.context().newCDPSession(ann);
  const at = [{ x: box.x + 5, y: box.y + 5 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at });
  await ann.getByRole("menu").waitFor();
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await ann.getByRole("menuitemcheckbox", { name: "React with 😄" }).tap();
  await reactionOf(ann, /^😄 1: you/).waitFor();
});
