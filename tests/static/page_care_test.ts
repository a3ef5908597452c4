/// <reference lib="dom" />
/**
 * What the page owes to everybody: axe finds nothing in any state, the keyboard reaches everything, no
 * text is read as HTML, and no other host is asked but Gravatar.
 */

import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { pageTests } from "../../testing/browser.ts";
import { fieldOf, logOf, messagesOf, say, sees, texts, textsIn } from "../../testing/page_parts.ts";
import { NASTY } from "../../testing/nasty.ts";

const test = pageTests("--db", ":memory:");

test("Chat: can be used by keyboard alone, with visible focus", async (stage) => {
  const page = await stage.come("Ann", { room: "keyboard" });
  await say(page, "hello");
  await sees(page, "hello");
  const seen: string[] = [];
  for (let i = 0; i < 16; i++) {
    await page.keyboard.press("Tab");
    const [name, isShown] = await page.evaluate(() => {
      const focused = document.activeElement!;
      const around = focused.localName === "textarea"
        ? focused.parentElement!.parentElement!
        : focused;
      const { outlineStyle } = getComputedStyle(around);
      const name = focused.getAttribute("aria-label") || focused.textContent || focused.localName;
      return [name, outlineStyle !== "none" || focused === document.body] as const;
    });
    seen.push(name);
    assert(isShown, `${name} shows no focus`);
  }
  const expected = [
    "Go to…",
    "Add a room",
    "keyboard",
    "AnnSettings",
    "Messages",
    "Message keyboard",
  ];
  for (const name of [...expected, "Annyou"]) {
    assert(seen.some((each) => each.startsWith(name)), `${name} is not reached: ${seen}`);
  }
});

test("Disc: asks no host but Gravatar's, and that one only for pictures", async (stage) => {
  const email = `${crypto.randomUUID()}@example.org`;
  const hash = createHash("sha256").update(email).digest("hex");
  for (const pictures of [true, false]) {
    const context = await stage.context();
    const hosts = new Set<string>();
    context.on("request", (request) => hosts.add(new URL(request.url()).host));
    const body = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80" />`;
    await context.route(
      /gravatar/,
      (route) => route.fulfill({ body, contentType: "image/svg+xml" }),
    );
    const settings = { email, pictures };
    const page = await stage.come("Ann", { room: `pictures-${pictures}`, context, settings });
    await say(page, "here I am");
    await sees(page, "here I am");
    const picture = messagesOf(page).locator("img");
    if (pictures) {
      await picture.waitFor();
      const address = `https://www.gravatar.com/avatar/${hash}?s=80&d=404`;
      assertEquals(await picture.getAttribute("src"), address);
      await page.getByRole("button", { name: /Settings$/ }).click();
      await page.getByRole("checkbox", { name: /pictures/ }).uncheck();
      await page.getByRole("button", { name: "Save" }).click();
      await picture.waitFor({ state: "detached" });
    }
    assertEquals(await page.locator("img").count(), 0);
    const own = new URL(stage.server.url).host;
    assertEquals([...hosts].sort(), pictures ? [own, "www.gravatar.com"] : [own]);
  }
});

test("Disc: shows initials where there is no picture", async (stage) => {
  const context = await stage.context();
  await context.route(/gravatar/, (route) => route.abort());
  const failed = context.waitForEvent("requestfailed");
  const settings = { email: "ann@example.org" };
  const page = await stage.come("Ann Lee", { context, settings });
  await say(page, "no picture");
  await sees(page, "no picture");
  await failed;
  await page.locator("img").first().waitFor({ state: "detached" });
  assertEquals(await messagesOf(page).locator("[data-initials=AL]").count(), 1);
});

test("BuiltIn: runs under a policy without unsafe-*, and breaks none of it", async (stage) => {
  const answer = await fetch(stage.server.url);
  const html = await answer.text();
  const policy = answer.headers.get("content-security-policy")!;
  assertMatch(policy, /default-src 'none'/);
  assertFalse(/unsafe/.test(policy));
  assertFalse(/\sstyle=|\son\w+=|<style|<script>/.test(html), "no inline style or script");
  const context = await stage.context();
  const complaints: string[] = [];
  context.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  context.on("weberror", (error) => complaints.push(String(error.error())));
  const page = await stage.come("Ann", { room: "policy", context });
  await say(page, "https://example.org 🎉");
  await sees(page, "🎉");
  await say(page, "```ts\nconst a = 1;\n```");
  await page.locator(".code .keyword").waitFor();
  await page.getByRole("button", { name: "Emoji" }).click();
  await page.getByRole("group", { name: "Flags" }).waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.hasFocus = () => false);
  await stage.server.say("policy", "counted on the icon");
  await page.waitForFunction(() => document.title.startsWith("• "));
  assertEquals(complaints, []);
});

test("Chat: keeps still for those who want it, and fits at 400 % zoom", async (stage) => {
  for (const viewport of [{ width: 640, height: 400 }, { width: 320, height: 256 }]) {
    const context = await stage.context({
      reducedMotion: "reduce",
      viewport,
      deviceScaleFactor: 2,
    });
    const page = await stage.come("Ann", { room: `zoom-${viewport.width}`, context });
    await say(page, "x".repeat(3000));
    await sees(page, "xxx");
    assert(await fieldOf(page).isVisible());
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight));
    assertEquals(await page.evaluate(() => document.getAnimations().length), 0);
  }
});

test("Chat: reads nothing as HTML: 50 nasty strings as names, rooms and texts", async (stage) => {
  const page = await stage.come("Ann", { room: "nasty" });
  const alarmed: string[] = [];
  page.on("dialog", (dialog) => {
    alarmed.push(dialog.message());
    dialog.dismiss();
  });
  await page.evaluate(() =>
    Object.assign(globalThis, { alert: (text: string) => document.title = `ALARM ${text}` })
  );
  const kinds = () =>
    logOf(page).locator("*").evaluateAll((all) =>
      [...new Set(all.map((each) => each.localName))].sort()
    );
  await stage.server.say("nasty", "**first** https://example.org 🎉 @Ann", "Ben");
  await sees(page, "first");
  const before = await kinds();
  assertEquals(NASTY.length, 50);
  for (const text of NASTY) await stage.server.say("nasty", text, text.slice(0, 64));
  await sees(page, "the last one");
  // The one that Markdown changes.
  const shown = NASTY.map((text) => text === "__proto__" ? "proto" : text);
  assertEquals(await texts(page), ["first https://example.org 🎉 @Ann", ...shown]);
  const names = await messagesOf(page).locator("p bdi").allTextContents();
  assertEquals(names, ["Ben", ...NASTY.map((text) => text.slice(0, 64).trim())]);
  assertEquals(await kinds(), before, "no element that the page does not make");
  const links = await textsIn(page).getByRole("link").evaluateAll((all) =>
    all.map((each) => each.getAttribute("href")!)
  );
  assert(links.every((href) => /^https?:\/\//i.test(href)), String(links));
  for (const room of NASTY.slice(0, 10)) {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill(room);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  assertEquals(alarmed, []);
  assertFalse((await page.title()).includes("ALARM"));
});
