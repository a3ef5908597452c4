/// <reference lib="dom" />
/** The page among people: the first visit, talking, who is here, rooms, notices. */

import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { Bot } from "../../testing/bot.ts";
import { pageTests } from "../../testing/browser.ts";
import {
  fieldOf,
  isOnline,
  messagesOf,
  peopleOf,
  roomsOf,
  say,
  sees,
  texts,
  titleOf,
  unsentOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

test("Welcome: lets somebody join by name, and asks nobody twice", async (stage) => {
  const page = await stage.open("", { room: "first" });
  await page.getByRole("textbox", { name: "Your name" }).fill("Ann Lee");
  await page.keyboard.press("Enter");
  await isOnline(page);
  await page.keyboard.type("hello");
  await page.keyboard.press("Enter");
  await sees(page, "hello");
  assertStringIncludes((await messagesOf(page).textContent())!, "Ann Lee");
  await page.reload();
  await isOnline(page);
  await sees(page, "hello");
  await page.getByRole("button", { name: "Ann Lee Settings" }).waitFor();
});

test("Welcome: lets a guest in, by the button and by Escape", async (stage) => {
  const page = await stage.open("");
  await page.getByRole("button", { name: "Look around first" }).click();
  await isOnline(page);
  await page.getByRole("button", { name: /^guest-.* Settings$/ }).waitFor();
  const other = await stage.open("", { context: await stage.context() });
  await other.getByRole("textbox", { name: "Your name" }).waitFor();
  await other.keyboard.press("Escape");
  await isOnline(other);
});

test("Log: shows two people the same, in one order, each message once", async (stage) => {
  const [ann, ben] = await Promise.all([
    stage.come("Ann", { room: "two" }),
    stage.come("Ben", { room: "two" }),
  ]);
  for (let i = 0; i < 5; i++) {
    await say(ann, `ann ${i}`);
    await say(ben, `ben ${i}`);
  }
  for (const page of [ann, ben]) {
    for (const last of ["ann 4", "ben 4"]) await sees(page, last);
  }
  const seen = await texts(ann);
  assertEquals(seen.length, 10);
  assertEquals(seen, await texts(ben));
  assertEquals(seen.filter((text) => text.startsWith("ann")), range(5).map((i) => `ann ${i}`));
  assertEquals(await fieldOf(ann).inputValue(), "", "sending clears the field");
  await unsentOf(ann).first().waitFor({ state: "detached" });
});

test("People: shows who comes, types and goes", async (stage) => {
  const ann = await stage.come("Ann", { room: "comers" });
  const ben = await stage.come("Ben", { room: "comers" });
  await peopleOf(ann).getByRole("heading", { name: "Here, 2" }).waitFor();
  await fieldOf(ben).pressSequentially("thinking");
  await ann.getByText("Ben\u2069 is typing").waitFor();
  await fieldOf(ben).press("Enter");
  await sees(ann, "thinking");
  await ann.getByText("is typing").waitFor({ state: "detached" });
  await peopleOf(ann).getByRole("button", { name: "Ben" }).click();
  await ann.getByRole("dialog").getByRole("button", { name: "Mention" }).click();
  assertEquals(await fieldOf(ann).inputValue(), "@Ben ");
  await ben.context().close();
  await peopleOf(ann).getByRole("heading", { name: "Here, 1" }).waitFor();
});

test("People: keeps the keyboard's focus when somebody comes or goes", async (stage) => {
  const ann = await stage.come("Ann", { room: "focus" });
  const ben = await Bot.come(stage.server.url, "focus", "Ben");
  await using _cem = await Bot.come(stage.server.url, "focus", "Cem");
  await peopleOf(ann).getByRole("button", { name: "Ben" }).focus();
  await using _dana = await Bot.come(stage.server.url, "focus", "דנה");
  await peopleOf(ann).getByRole("heading", { name: "Here, 4" }).waitFor();
  const focused = () => ann.evaluate(() => document.activeElement!.textContent);
  assertEquals(await focused(), "Ben");
  await ben[Symbol.asyncDispose]();
  await peopleOf(ann).getByRole("heading", { name: "Here, 3" }).waitFor();
  assertEquals(await focused(), "Cem", "who comes next");
});

test("Name: marks people who share a name with somebody else who is here", async (stage) => {
  const ann = await stage.come("Ann", { room: "doubles" });
  await stage.server.say("doubles", "before", "Ben");
  await sees(ann, "before");
  const marked = ann.getByText(/Somebody else here has the same name/);
  assertEquals(await marked.count(), 0);
  await using impostor = await Bot.come(stage.server.url, "doubles", "Аnn");
  await marked.nth(1).waitFor({ state: "attached" });
  assertEquals(await peopleOf(ann).getByText(/same name/).count(), 2, "both of them");
  await impostor.sayAll(["trust me"]);
  await sees(ann, "trust me");
  await messagesOf(ann).last().getByText(/same name/).waitFor({ state: "attached" });
  assertEquals(await messagesOf(ann).first().getByText(/same name/).count(), 0);
});

test("Settings: changes name and email on Save, and nothing on Cancel", async (stage) => {
  const ann = await stage.come("Ann", { room: "settings" });
  const settings = async (name: string, done: string) => {
    await ann.getByRole("button", { name: /Settings$/ }).click();
    await ann.getByRole("textbox", { name: "Name" }).fill(name);
    await ann.getByRole("button", { name: done, exact: true }).click();
    await ann.getByRole("dialog").waitFor({ state: "detached" });
  };
  await settings("Zoe", "Cancel");
  await settings("Anna", "Save");
  await peopleOf(ann).getByRole("button", { name: "Anna" }).waitFor();
  assertEquals(await peopleOf(ann).getByText("Zoe").count(), 0);
  await ann.reload();
  await ann.getByRole("button", { name: "Anna Settings" }).waitFor();
});

test("notices: counts mentions in the title and on the icon, and reports each", async (stage) => {
  const ann = await stage.come("Ann", { room: "notices", settings: { notify: true } });
  await ann.evaluate(() => {
    document.hasFocus = () => false;
    const noticed: string[] = [];
    Object.assign(globalThis, {
      noticed,
      Notification: class {
        static permission = "granted";
        constructor(title: string, { body }: NotificationOptions) {
          noticed.push(`${title}: ${body}`);
        }
      },
    });
  });
  const calm = await ann.getAttribute("link[rel=icon]", "href");
  await stage.server.say("notices", "nothing for you");
  await ann.waitForFunction(() => document.title === "• notices · Hubbub");
  for (const text of ["look, @ann!", "not @Anna, nor me@ann"]) {
    await stage.server.say("notices", text);
  }
  await ann.waitForFunction(() => document.title === "(1) notices · Hubbub");
  assertStringIncludes((await ann.getAttribute("link[rel=icon]", "href"))!, "data:image/png");
  const noticed = await ann.evaluate(() =>
    (globalThis as unknown as { noticed: string[] }).noticed
  );
  assertEquals(noticed, ["Bot · notices: look, @ann!"]);
  assertEquals(await ann.locator("mark").allTextContents(), ["@ann"]);
  await ann.evaluate(() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
  });
  await ann.waitForFunction(() => document.title === "notices · Hubbub");
  assertEquals(await ann.getAttribute("link[rel=icon]", "href"), calm);
});

test("notices: reads out a calm room, and a busy one as a digest", async (stage) => {
  const ann = await stage.come("Ann", { room: "aloud" });
  await stage.server.say("aloud", "alone", "Ben");
  await ann.getByText("Ben\u2069: alone").waitFor({ state: "attached" });
  await Promise.all(range(9).map((i) => stage.server.say("aloud", `${i}`, `Bot ${i % 3}`)));
  await ann.getByText("9 new messages from ").waitFor({ state: "attached" });
});

test("Chat: works on a phone, where the lists slide over the log and go", async (stage) => {
  const page = await stage.come("Ann", { phone: true, room: "phone" });
  assertFalse(await roomsOf(page).isVisible());
  await page.getByRole("button", { name: "People, 1 here" }).tap();
  await peopleOf(page).getByRole("button", { name: "Ann" }).waitFor();
  await page.keyboard.press("Escape");
  await peopleOf(page).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Open the list of rooms" }).tap();
  await page.getByRole("button", { name: "Add a room" }).tap();
  await page.getByRole("textbox", { name: "Name" }).fill("pocket");
  await page.keyboard.press("Enter");
  await titleOf(page).filter({ hasText: "pocket" }).waitFor();
  assertFalse(await roomsOf(page).isVisible());
  await isOnline(page);
  await fieldOf(page).fill("tapped");
  await page.getByRole("button", { name: "Send" }).tap();
  await sees(page, "tapped");
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assertFalse(isWide, "nothing is wider than the phone");
});

const range = (n: number) => [...Array(n).keys()];
