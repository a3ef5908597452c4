/// <reference lib="dom" />
/** The field: commands, drafts, input methods, limits, the switcher. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pageTests } from "../../testing/browser.ts";
import {
  enter,
  fieldOf,
  hintOf,
  isOnline,
  messagesOf,
  peopleOf,
  say,
  sees,
  texts,
  titleOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

test("Composer: does not send while an input method is composing", async (stage) => {
  const page = await stage.come("Ann", { room: "ime" });
  const field = fieldOf(page);
  await field.focus();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.imeSetComposition", {
    text: "nihao",
    selectionStart: 5,
    selectionEnd: 5,
  });
  const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 };
  await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
  await devtools.send("Input.insertText", { text: "你好" });
  assertEquals(await field.inputValue(), "你好");
  for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
    await field.dispatchEvent("keydown", { key: "Enter", ...init });
  }
  assertEquals(await field.inputValue(), "你好", "nothing was sent");
  await field.press("Enter");
  await sees(page, "你好");
  assertEquals(await texts(page), ["你好"]);
});

test("Composer: breaks lines, grows, and keeps each room's draft", async (stage) => {
  const page = await stage.come("Ann", { room: "drafts" });
  const field = fieldOf(page);
  const height = () => field.evaluate((element) => element.clientHeight);
  const before = await height();
  await field.pressSequentially("one");
  await field.press("Shift+Enter");
  await field.pressSequentially("two");
  assert(await height() > before, "the field grows");
  await enter(page, "elsewhere");
  await page.getByRole("textbox", { name: "Message elsewhere" }).waitFor();
  assertEquals(await field.inputValue(), "");
  await page.goBack();
  await titleOf(page).filter({ hasText: "drafts" }).waitFor();
  assertEquals(await field.inputValue(), "one\ntwo");
  await page.reload();
  await isOnline(page);
  assertEquals(await field.inputValue(), "one\ntwo");
  await field.press("Enter");
  await sees(page, "one");
  assertEquals(await texts(page), ["one\ntwo"]);
  await page.reload();
  await isOnline(page);
  assertEquals(await field.inputValue(), "", "what was sent is no draft");
});

test("Composer: has the draft of another room before the next key can come", async (stage) => {
  const page = await stage.come("Ann", { room: "first" });
  await fieldOf(page).fill("a draft");
  await enter(page, "second");
  await page.getByRole("textbox", { name: "Message second" }).waitFor();
  const value = await page.evaluate(() => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = () => resolve(document.querySelector("textarea")!.value);
    // The next event after the one that has changed the room, as a key would be.
    addEventListener("popstate", () => setTimeout(look), { once: true });
    history.back();
    return promise;
  });
  assertEquals(value, "a draft");
});

test("Composer: keeps the first line's indentation, and sends nothing blank", async (stage) => {
  const page = await stage.come("Ann", { room: "indented" });
  await fieldOf(page).fill(" \n\t\n");
  assert(await page.getByRole("button", { name: "Send" }).isDisabled());
  await fieldOf(page).press("Enter");
  await say(page, "\n    if (a)\n  b\n");
  await sees(page, "if (a)");
  assertEquals(await texts(page), ["    if (a)\n  b"]);
});

test("Composer: says how much is left before it is too much", async (stage) => {
  const page = await stage.come("Ann", { room: "limit" });
  const field = fieldOf(page);
  await field.fill("é".repeat(1900));
  await hintOf(page).filter({ hasText: "296 bytes left" }).waitFor();
  await field.fill("é".repeat(2049));
  await hintOf(page).filter({ hasText: "2 bytes too long" }).waitFor();
  await field.press("Enter");
  assert(await page.getByRole("button", { name: "Send" }).isDisabled());
  assertEquals(await messagesOf(page).count(), 0);
  await field.fill("é".repeat(2048));
  await field.press("Enter");
  await sees(page, "ééé");
});

test("Composer: obeys /name, /me and /help, and asks about other commands", async (stage) => {
  const ann = await stage.come("Ann", { room: "orders" });
  const ben = await stage.come("Ben", { room: "orders" });
  await say(ann, "/name Anna");
  await peopleOf(ben).getByRole("button", { name: "Anna" }).waitFor();
  await hintOf(ann).filter({ hasText: "You are now Anna" }).waitFor();
  await say(ann, "/me waves");
  await sees(ben, "Anna");
  assertEquals(await texts(ben), ["\u2068Anna\u2069 waves"]);
  await say(ann, "/help");
  await hintOf(ann).filter({ hasText: "/me waves" }).waitFor();
  assertEquals(await fieldOf(ann).inputValue(), "");
  await say(ann, "/usr/bin/env");
  await hintOf(ann).filter({ hasText: "/usr/bin/env is not a command" }).waitFor();
  await fieldOf(ann).press("Enter");
  await sees(ben, "/usr/bin/env");
  await say(ann, "/name " + "n".repeat(65));
  await hintOf(ann).filter({ hasText: "cannot be a name" }).waitFor();
  await ann.reload();
  await ann.getByRole("button", { name: "Anna Settings" }).waitFor();
});

test("keyed: types into the field from anywhere, and Escape goes to the newest", async (stage) => {
  const page = await stage.come("Ann", { room: "keys" });
  await page.getByRole("log").focus();
  await page.keyboard.type("from the log");
  assertEquals(await fieldOf(page).inputValue(), "from the log");
  await page.keyboard.press("Enter");
  await sees(page, "from the log");
  for (let i = 0; i < 3; i++) await say(page, "line\n".repeat(15) + i);
  await sees(page, "2");
  await page.getByRole("log").evaluate((log) => log.scrollTop = 0);
  await page.getByRole("button", { name: "To the newest" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "To the newest" }).waitFor({ state: "detached" });
});

test("words: are Chinese where the browser prefers it, and dates follow the locale", async (stage) => {
  const page = await stage.open("", { language: "zh-CN", room: "zh" });
  await page.getByRole("heading", { name: "欢迎来到 Hubbub" }).waitFor();
  assertEquals(await page.getAttribute("html", "lang"), "zh-CN");
  const german = await stage.come("Ann", { language: "de-DE", room: "zh" });
  await say(german, "hallo");
  await sees(german, "hallo");
  const log = await german.getByRole("log").innerText();
  assertStringIncludes(log, "Heute");
  assert(/\d\d:\d\d/.test(log) && !/[AP]M/.test(log), log);
});
