/// <reference lib="dom" />
/**
 * The page among people: coming in, talking, rooms, commands, drafts, notices; each person in a context
 * of their own.
 */
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "./page_bot.ts";
import { isIgnored, isOnline, launch, say, sees, Server, texts, visit } from "./page_support.ts";

Deno.test({
  name: "The page among people",
  ignore: isIgnored,
  sanitizeOps: false,
  sanitizeResources: false,
  sanitizeExit: false,
  async fn(t) {
    await using server = await new Server("--db", ":memory:").start();
    await using browser = await launch();
    const come = (name: string, more = {}) => visit(browser, server.url, { name, ...more });
    const gone = (...pages: Page[]) => Promise.all(pages.map((page) => page.context().close()));

    // It waits more than it works, and so runs beside the others.
    const aloud = t.step("Notices reads out a calm room, and a busy one as a digest", async () => {
      const ann = await come("Ann", { room: "aloud" });
      await server.say("aloud", "alone", "Ben");
      const announcer = ann.locator("#announcer");
      await announcer.filter({ hasText: "Ben\u2069: alone" }).waitFor({ state: "attached" });
      await Promise.all(range(9).map((i) => server.say("aloud", `${i}`, `Bot ${i % 3}`)));
      await announcer.filter({ hasText: "9 new messages from " }).waitFor({ state: "attached" });
      await gone(ann);
    });

    await t.step("App lets somebody who was never here come in and say hello", async () => {
      const page = await visit(browser, server.url, { room: "first" });
      await page.fill("[name=name]", "Ann Lee");
      await page.keyboard.press("Enter");
      await isOnline(page);
      await page.keyboard.type("hello");
      await page.keyboard.press("Enter");
      await sees(page, "hello");
      assertEquals(await page.locator("#lines .name").textContent(), "Ann Lee");
      assertEquals(await page.locator("#lines .disc").textContent(), "AL");
      await page.reload();
      await isOnline(page);
      assertFalse(await page.locator("#you").isVisible(), "nobody is asked twice");
      await sees(page, "hello");
      assertEquals(await page.locator("#youName").textContent(), "Ann Lee");
      await gone(page);
    });

    await t.step("App lets in a guest, by Escape", async () => {
      const page = await visit(browser, server.url);
      await page.keyboard.press("Escape");
      await isOnline(page);
      assertStringIncludes((await page.locator("#youName").textContent())!, "guest-");
      await gone(page);
    });

    await t.step("App shows two people the same, in one order, each message once", async () => {
      const [ann, ben] = [await come("Ann", { room: "two" }), await come("Ben", { room: "two" })];
      await ann.locator("#peopleList bdi", { hasText: "Ben" }).waitFor();
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
      assertEquals(await ann.inputValue("#text"), "", "sending clears the field");
      assertEquals(await ann.locator("#unsent .line").count(), 0);
      await gone(ann, ben);
    });

    await t.step("People shows who comes, types and goes", async () => {
      const [ann, ben] = [
        await come("Ann", { room: "comers" }),
        await come("Ben", { room: "comers" }),
      ];
      await ann.locator("#peopleCount", { hasText: "2 people here" }).waitFor();
      await ben.locator("#text").pressSequentially("thinking");
      await ann.locator("#typing", { hasText: "Ben" }).waitFor();
      await ben.press("#text", "Enter");
      await sees(ann, "thinking");
      await ann.waitForFunction(() => !document.querySelector("#typing")!.textContent);
      await ann.locator("#peopleList button", { hasText: "Ben" }).click();
      assertEquals(await ann.inputValue("#text"), "@Ben ");
      await gone(ben);
      await ann.locator("#peopleCount", { hasText: "1 person here" }).waitFor();
      await gone(ann);
    });

    await t.step("Composer does not send while an input method is composing", async () => {
      const page = await come("Ann", { room: "ime" });
      await page.focus("#text");
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Input.imeSetComposition", {
        text: "nihao",
        selectionStart: 5,
        selectionEnd: 5,
      });
      const enter = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 };
      await devtools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...enter });
      await devtools.send("Input.insertText", { text: "你好" });
      assertEquals(await page.inputValue("#text"), "你好");
      for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
        await page.locator("#text").dispatchEvent("keydown", { key: "Enter", ...init });
      }
      assertEquals(await page.inputValue("#text"), "你好", "nothing was sent");
      await page.press("#text", "Enter");
      await sees(page, "你好");
      assertEquals(await texts(page), ["你好"]);
      await gone(page);
    });

    await t.step("Composer breaks lines, grows and keeps each room's draft", async () => {
      const page = await come("Ann", { room: "drafts" });
      const height = () => page.locator("#text").evaluate((field) => field.clientHeight);
      const before = await height();
      await page.locator("#text").pressSequentially("one");
      await page.press("#text", "Shift+Enter");
      await page.locator("#text").pressSequentially("two");
      assert(await height() > before, "the field grows");
      await enter(page, "elsewhere");
      assertEquals(await page.inputValue("#text"), "");
      await page.goBack();
      await page.locator("#title", { hasText: "drafts" }).waitFor();
      assertEquals(await page.inputValue("#text"), "one\ntwo");
      await page.reload();
      await isOnline(page);
      assertEquals(await page.inputValue("#text"), "one\ntwo");
      await page.press("#text", "Enter");
      await sees(page, "one");
      assertEquals(await texts(page), ["one\ntwo"]);
      await page.reload();
      await isOnline(page);
      assertEquals(await page.inputValue("#text"), "", "what was sent is no draft");
      await gone(page);
    });

    await t.step("Composer tells the limit before it hurts", async () => {
      const page = await come("Ann", { room: "limit" });
      await page.fill("#text", "é".repeat(1900));
      assertEquals(await page.locator("#hint").textContent(), "296 bytes left");
      await page.fill("#text", "é".repeat(2049));
      assertEquals(await page.locator("#hint").textContent(), "2 bytes too long");
      await page.press("#text", "Enter");
      assert(await page.locator("#send").isDisabled());
      await page.fill("#text", "é".repeat(2048));
      await page.press("#text", "Enter");
      await sees(page, "ééé");
      await gone(page);
    });

    await t.step("Composer obeys /name, /me and /help", async () => {
      const [ann, ben] = [
        await come("Ann", { room: "orders" }),
        await come("Ben", { room: "orders" }),
      ];
      await say(ann, "/name Anna");
      await ben.locator("#peopleList bdi", { hasText: "Anna" }).waitFor();
      await ann.locator("#hint", { hasText: "You are now Anna" }).waitFor();
      await say(ann, "/me waves");
      await sees(ben, "Anna");
      assertEquals(await texts(ben), ["∗ \u2068Anna\u2069 waves"]);
      await say(ann, "/help");
      await ann.locator("#hint", { hasText: "/me waves" }).waitFor();
      assertEquals(await ann.inputValue("#text"), "");
      await say(ann, "/usr/bin/env");
      await ann.locator("#hint", { hasText: "/usr/bin/env is no command" }).waitFor();
      await ann.press("#text", "Enter");
      await sees(ben, "/usr/bin/env");
      await say(ann, "/name " + "n".repeat(65));
      await ann.locator("#hint", { hasText: "cannot be a name" }).waitFor();
      await ann.reload();
      await isOnline(ann);
      assertEquals(await ann.locator("#youName").textContent(), "Anna");
      await gone(ann, ben);
    });

    await t.step("Rooms opens a room of any script, and marks what is unread", async () => {
      const ann = await come("Ann", { room: "茶馆" });
      assertEquals(await ann.locator("#title").textContent(), "茶馆");
      await server.say("茶馆", "喝茶");
      await sees(ann, "喝茶");
      await enter(ann, "side room");
      await ann.locator("#title", { hasText: /^side-room$/ }).waitFor();
      assertEquals(new URL(ann.url()).pathname, "/rooms/side-room");
      await isOnline(ann);
      for (const text of ["再来", "一杯"]) await server.say("茶馆", text);
      await ann.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      const link = ann.locator("#roomList a", { hasText: "茶馆" });
      await link.locator(".badge", { hasText: "2" }).waitFor();
      await link.click();
      await sees(ann, "一杯");
      const marked = ann.locator(".line:has(.new)");
      assertStringIncludes((await marked.textContent())!, "再来");
      assertEquals(await link.locator(".badge").count(), 0);
      await ann.fill("#roomName", "no/slash");
      await ann.press("#roomName", "Enter");
      assert(await ann.locator("#roomName:invalid").isVisible());
      assertEquals(await ann.locator("#title").textContent(), "茶馆");
      await gone(ann);
    });

    await t.step("Notices counts in the title and on the icon, and notices a mention", async () => {
      const ann = await come("Ann", { room: "notices", settings: { notify: true } });
      await ann.context().grantPermissions(["notifications"]);
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
      await server.say("notices", "nothing for you");
      await server.say("notices", "look, @ann!");
      await server.say("notices", "not @Anna, nor me@ann");
      await ann.waitForFunction(() => document.title === "(3) notices · Hubbub");
      assertStringIncludes((await ann.getAttribute("#icon", "href"))!, "data:image/png");
      const noticed = await ann.evaluate(() =>
        (globalThis as unknown as { noticed: string[] }).noticed
      );
      assertEquals(noticed, ["Bot · notices: look, @ann!"]);
      assertEquals(await ann.locator("#lines mark").allTextContents(), ["@ann"]);
      await ann.evaluate(() => {
        document.hasFocus = () => true;
        dispatchEvent(new Event("focus"));
      });
      await ann.waitForFunction(() => document.title === "notices · Hubbub");
      assertEquals(await ann.getAttribute("#icon", "href"), "/icon.svg");
      await gone(ann);
    });

    await t.step("Words are Chinese where the browser prefers it", async () => {
      const page = await visit(browser, server.url, { language: "zh-CN" });
      assertEquals(await page.locator("#youTitle").textContent(), "进入 lobby");
      assertEquals(await page.getAttribute("html", "lang"), "zh-CN");
      await gone(page);
    });

    await t.step("People keep the reader's focus, and all names at the left", async () => {
      const ann = await come("Ann", { room: "focus" });
      await using _ben = await Bot.come(server.url, "focus", "Ben");
      await ann.locator("#peopleList button", { hasText: "Ben" }).focus();
      await using _dana = await Bot.come(server.url, "focus", "דנה");
      await ann.locator("#peopleCount", { hasText: "3 people here" }).waitFor();
      assertEquals(await ann.locator("#peopleList :focus bdi").textContent(), "Ben");
      const aligns = await ann.locator("#peopleList bdi").evaluateAll((names) =>
        names.map((name) => getComputedStyle(name).textAlign)
      );
      assertEquals(aligns, ["left", "left", "left"]);
      await gone(ann);
    });

    await t.step("App works on a phone: the lists slide over the log and go", async () => {
      const page = await come("Ann", { phone: true, room: "phone" });
      assertFalse(await page.locator("#rooms").isVisible());
      await page.tap("#peopleButton");
      await page.locator("#people bdi", { hasText: "Ann" }).waitFor();
      await page.keyboard.press("Escape");
      await page.locator("#people").waitFor({ state: "hidden" });
      await page.tap("#roomsButton");
      await page.fill("#roomName", "pocket");
      await page.keyboard.press("Enter");
      await page.locator("#title", { hasText: "pocket" }).waitFor();
      assertFalse(await page.locator("#rooms").isVisible());
      await isOnline(page);
      await page.fill("#text", "tapped");
      await page.tap("#send");
      await sees(page, "tapped");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assertFalse(wide, "nothing is wider than the phone");
      await gone(page);
    });
    await aloud;
  },
});

async function enter(page: Page, room: string) {
  await page.fill("#roomName", room);
  await page.press("#roomName", "Enter");
}

const range = (n: number) => [...Array(n).keys()];
