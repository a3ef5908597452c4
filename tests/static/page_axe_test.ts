/// <reference lib="dom" />
/** The page has nothing that axe finds, in any of its states. */

import type { Page } from "playwright-core";
import { inspect } from "../../testing/axe.ts";
import { Bot } from "../../testing/bot.ts";
import { pageTests, type Stage } from "../../testing/browser.ts";
import { Line } from "../../testing/line.ts";
import {
  fieldOf,
  hintOf,
  isOnline,
  logOf,
  messageOf,
  peopleOf,
  roomsOf,
  say,
  sees,
  toEndOf,
  unsentOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

// Each size and each colour scheme once: colours do not depend on the size.
for (const phone of [false, true]) {
  const dark = phone;
  const where = `${dark ? "dark" : "light"}, on a ${phone ? "phone" : "desktop"}`;
  test(`Chat: has nothing that axe finds: ${where}`, async (stage) => {
    const context = await stage.context({
      viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      colorScheme: dark ? "dark" : "light",
      hasTouch: phone,
    });
    const room = `axe-${phone}-${dark}`;
    const line = await Line.of(context);
    const page = await stage.open("", { room, context });
    await page.getByRole("button", { name: "Join" }).waitFor();
    await inspect(page, "the first visit");
    await page.getByRole("textbox", { name: "Your name" }).fill("Ann");
    await page.keyboard.press("Enter");
    await isOnline(page);
    await inspect(page, "an empty room");
    await talk(stage, page, room);
    await changes(page);
    await dialogs(page, phone);
    await line.cut({ code: 1013 });
    await page.getByText("Trying again in").waitFor();
    await say(page, "waits");
    await unsentOf(page).filter({ hasText: "waits" }).waitFor();
    await inspect(page, "disconnected");
    await page.goto(`${stage.server.url}/nowhere`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await inspect(page, "a wrong address");
  });
}

/** A conversation, and what goes wrong in it. */
async function talk(stage: Stage, page: Page, room: string): Promise<void> {
  await stage.server.say(room, "hello @Ann, see https://example.org", "Ben");
  for (const text of ["/me waves", "🎉", "/what is this", "tall\n".repeat(100)]) {
    await say(page, text);
  }
  await using ben = await Bot.come(stage.server.url, room, "Ann");
  await ben.sayAll(Array.from({ length: 20 }, (_, index) => `line ${index}`));
  await sees(page, "line 19");
  await inspect(page, "a conversation");
  await logOf(page).evaluate((log) => log.scrollTop -= 300);
  await toEndOf(page).waitFor();
  await ben.sayAll(["unread"]);
  ben.types();
  await toEndOf(page).and(page.getByRole("button", { name: "1 new message" })).waitFor();
  await page.getByText("is typing").waitFor();
  await inspect(page, "scrolled up");
  await page.keyboard.press("Escape");
  await say(page, "m".repeat(4095) + "é");
  await fieldOf(page).fill("a".repeat(5000));
  await hintOf(page).filter({ hasText: "too long" }).waitFor();
  await inspect(page, "too long");
  await fieldOf(page).fill("/help");
  await page.keyboard.press("Enter");
  await hintOf(page).filter({ hasText: "new line" }).waitFor();
  await inspect(page, "help");
}

/** What is done to messages, by keyboard, which works everywhere. */
async function changes(page: Page): Promise<void> {
  const menuOf = async (text: string) => {
    await messageOf(page, text).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menu").waitFor();
  };
  const item = (name: string) => page.getByRole("menu").getByText(name, { exact: true }).click();
  const code = "/* f  g */ const a: A = { b: 'c' };";
  await say(page, `**a** \`b\` ~~c~~\n> d\n- e\n\`\`\`ts\n${code}\n\`\`\`\n`);
  await say(page, "```diff\n@@ -1 +1 @@\n-old\n+new\n```");
  await page.locator(".code .added").waitFor();
  await inspect(page, "code");
  await menuOf("f  g");
  await inspect(page, "the menu");
  await item("🎉");
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByRole("group", { name: "Flags" }).waitFor();
  await inspect(page, "the emoji picker");
  await page.keyboard.press("Escape");
  await menuOf("f  g");
  await item("Pin to this room");
  await menuOf("f  g");
  await item("Reply");
  await page.getByText("Replying to").waitFor();
  await inspect(page, "a reply");
  await say(page, "an answer");
  await sees(page, "an answer");
  await page.getByRole("button", { name: "1 pinned message" }).click();
  await inspect(page, "the pins");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add a topic" }).click();
  await inspect(page, "the topic");
  await page.keyboard.press("Escape");
  await menuOf("an answer");
  await item("Delete for everybody");
  await inspect(page, "the question before a deletion");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await sees(page, "Message deleted");
  await inspect(page, "after a deletion");
}

/** The lists on a phone, and every dialog. */
async function dialogs(page: Page, phone: boolean): Promise<void> {
  if (phone) {
    await page.getByRole("button", { name: /^People/ }).tap();
    await peopleOf(page).getByRole("button").first().waitFor();
    await inspect(page, "the people");
    await page.keyboard.press("Escape");
  }
  for (const name of [/Settings$/, /Add a room/, /Go to/]) {
    if (phone) {
      await page.getByRole("button", { name: "Open the list of rooms" }).tap();
      await inspect(page, "the rooms");
    }
    await roomsOf(page).getByRole("button", { name }).click();
    await page.getByRole("dialog").waitFor();
    await inspect(page, String(name));
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}
