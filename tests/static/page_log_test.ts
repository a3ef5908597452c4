/// <reference lib="dom" />
/** The page's log: what a message looks like, history, scrolling, gaps, long rooms. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "../../testing/bot.ts";
import { pageTests } from "../../testing/browser.ts";
import {
  fieldOf,
  logOf,
  messagesOf,
  say,
  sees,
  texts,
  textsIn,
  toEndOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0", "--keep", "11000");

test("MessageLine: groups what one person says, keeps breaks, shows links and emoji", async (stage) => {
  const page = await stage.come("Ann", { room: "lines" });
  await using ben = await Bot.come(stage.server.url, "lines", "Ben");
  await using cem = await Bot.come(stage.server.url, "lines", "Cem");
  await ben.sayAll(["one\ntwo", "see (https://example.org/a_(b)?c=d), http://x.org. javascript:1"]);
  await cem.sayAll(["👩‍👩‍👧 🎉", "שלום עולם"]);
  await sees(page, "שלום");
  const heads = await messagesOf(page).evaluateAll((all) =>
    all.map((each) => each.querySelector("p bdi")?.textContent ?? "")
  );
  assertEquals(heads, ["Ben", "", "Cem", ""]);
  const links = await textsIn(page).getByRole("link").evaluateAll((links) =>
    links.map((link) => [link.getAttribute("href"), (link as HTMLAnchorElement).rel])
  );
  assertEquals(links, [
    ["https://example.org/a_(b)?c=d", "noopener noreferrer"],
    ["http://x.org", "noopener noreferrer"],
  ]);
  const sizeOf = (text: string) =>
    textsIn(page).filter({ hasText: text }).evaluate((each) => ({
      height: each.clientHeight,
      font: Number.parseFloat(getComputedStyle(each).fontSize),
      direction: getComputedStyle(each).direction,
    }));
  assert((await sizeOf("two")).height > 1.8 * (await sizeOf("see (")).height, "breaks are kept");
  assert((await sizeOf("🎉")).font > 2 * (await sizeOf("see (")).font, "emoji are large");
  assertEquals((await sizeOf("שלום")).direction, "rtl");
  assertStringIncludes((await page.locator("time").first().getAttribute("title"))!, "20");
  assertStringIncludes(await logOf(page).innerText(), "Today");
});

test("Text: shows the beginning of a tall or wide message, and all of it when asked", async (stage) => {
  const page = await stage.come("Ann", { room: "tall" });
  await using ben = await Bot.come(stage.server.url, "tall", "Ben");
  await ben.sayAll(["tall\n".repeat(700), "w".repeat(4000), "the end"]);
  await sees(page, "the end");
  for (const [index, length] of [3499, 4000].entries()) {
    const message = messagesOf(page).nth(index);
    const shown = await message.locator(".text").textContent();
    assert(shown!.length < 1500, `${shown!.length} characters`);
    await message.getByRole("button", { name: "Show all" }).click();
    const whole = await message.locator(".text").textContent();
    assertEquals(whole!.trimEnd().length, length);
    await message.getByRole("button", { name: "Show less" }).click();
    assertEquals(await message.locator(".text").textContent(), shown);
  }
  const isWide = await logOf(page).evaluate((log) => log.scrollWidth > log.clientWidth);
  assertFalse(isWide);
});

test("Code: is coloured once it is in sight, and no character of it changes", async (stage) => {
  const room = "code";
  const code = "  const a = 'b'\t// c\n\n\n  return  a ";
  await stage.server.say(room, `\`\`\`ts\n${code}\n\`\`\``);
  for (let n = 0; n < 40; n++) await stage.server.say(room, `line ${n}`);
  const ann = await stage.open("Ann", { room });
  const scripts: string[] = [];
  ann.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  await sees(ann, "line 39");
  const block = logOf(ann).locator("pre");
  assertEquals(await block.textContent(), code);
  assertEquals([await block.locator("span").count(), scripts.length], [0, 0]);
  await block.scrollIntoViewIfNeeded();
  await block.locator(".keyword").first().waitFor();
  assertEquals(scripts.length, 1);
  const coloured = (await block.locator("span").allTextContents()).map((text) => text.trim());
  assertEquals(coloured, ["const", "'b'", "// c", "return"]);
  assertEquals(await block.textContent(), code);
});

test("Text: keeps stacks of marks inside their message", async (stage) => {
  const page = await stage.come("Ann", { room: "stacks" });
  await stage.server.say("stacks", "before", "Ben");
  await stage.server.say("stacks", "Z" + "\u0351\u0316".repeat(200), "Ben");
  await sees(page, "Z");
  const text = textsIn(page).last();
  assertEquals(await text.evaluate((each) => getComputedStyle(each).overflowY), "clip");
});

test("Disc: is not copied with the messages", async (stage) => {
  const page = await stage.come("Ann Lee", { room: "copied" });
  await say(page, "copy me");
  await sees(page, "copy me");
  const copied = await logOf(page).evaluate((log) => {
    getSelection()!.selectAllChildren(log);
    return String(getSelection());
  });
  assertStringIncludes(copied, "copy me");
  assertStringIncludes(copied, "Ann Lee");
  assertFalse(/\bAL\b/.test(copied), copied);
});

test("Log: fetches history when scrolled up, and the place does not jump", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "history");
  await bot.sayAll(range(1, 400));
  const page = await stage.come("Ann", { room: "history" });
  await sees(page, "m400");
  while ((await texts(page))[0] !== "m1") {
    const first = (await texts(page))[0];
    const line = await page.evaluateHandle(() => {
      document.querySelector("[role=log]")!.scrollTop = 120;
      return document.elementFromPoint(640, 400)!.closest("article")!;
    });
    const topOf = () => line.evaluate((each) => each.getBoundingClientRect().top);
    const before = await topOf();
    await page.waitForFunction(isNotFirst, first);
    const after = await topOf();
    assert(Math.abs(after - before) < 2, `a line jumped from ${before} to ${after}`);
  }
  assertEquals(await texts(page), range(1, 400));
});

test("Log: scrolls with what comes only if the reader is at its end", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "scroll");
  await bot.sayAll(range(1, 60));
  const page = await stage.come("Ann", { room: "scroll" });
  await sees(page, "m60");
  await page.waitForFunction(isAtEnd);
  await bot.sayAll(["m61"]);
  await sees(page, "m61");
  await page.waitForFunction(isAtEnd);
  assertFalse(await toEndOf(page).isVisible());
  await fieldOf(page).fill("a draft\n".repeat(9));
  await page.waitForFunction(isAtEnd);
  await bot.sayAll(["meanwhile"]);
  await sees(page, "meanwhile");
  await page.waitForFunction(isAtEnd);
  await fieldOf(page).fill("");
  await page.waitForFunction(isAtEnd);
  await scrollUp(page);
  const before = await logOf(page).evaluate((log) => log.scrollTop);
  await bot.sayAll(["m62", "m63"]);
  await toEndOf(page).filter({ hasText: "2 new messages" }).waitFor();
  assertEquals(await logOf(page).evaluate((log) => log.scrollTop), before);
  assert(/New\s+(?:.*\s+)*m62/.test(await logOf(page).innerText()));
  await toEndOf(page).click();
  await page.waitForFunction(isAtEnd);
  await toEndOf(page).waitFor({ state: "detached" });
  await scrollUp(page);
  await say(page, "mine");
  await sees(page, "mine");
  await page.waitForFunction(isAtEnd);
  assertFalse(/\nNew\n/.test(await logOf(page).innerText()), "who speaks has read");
});

test("Log: holds 10,000 messages in a bounded window as they come", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "long");
  const page = await stage.come("Ann", { room: "long" });
  await bot.sayAll(range(1, 10_000));
  await sees(page, "m10000");
  assert(await messagesOf(page).count() <= 500);
  await page.waitForFunction(isAtEnd);
});

test("Log: pages through 10,000 messages in a bounded window without a hole", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "pages");
  await bot.sayAll(range(1, 10_000));
  const page = await stage.come("Ann", { room: "pages" });
  await sees(page, "m10000");
  await page.waitForFunction(isAtEnd);
  await toEndOf(page).waitFor({ state: "hidden" });
  // Up through more than a window, down a little, then to the end by the button.
  for (let i = 0; i < 12; i++) {
    const first = (await texts(page))[0];
    await logOf(page).evaluate((log) => log.scrollTop = 0);
    await page.waitForFunction(isNotFirst, first);
    assert(await messagesOf(page).count() <= 500);
  }
  const seen = await texts(page);
  const start = Number(seen[0].slice(1));
  assertEquals(seen, range(start, start + seen.length - 1), "no hole in the window");
  assert(start < 9500 && seen.at(-1) !== "m10000");
  await bot.sayAll(["late"]);
  await toEndOf(page).filter({ hasText: "1 new message" }).waitFor();
  await logOf(page).evaluate((log) => log.scrollTop = log.scrollHeight);
  await page.waitForFunction(
    (last) => [...document.querySelectorAll("[data-seq] .text")].at(-1)!.textContent !== last,
    seen.at(-1),
  );
  await toEndOf(page).click();
  await sees(page, "late");
  await page.waitForFunction(isAtEnd);
});

test("Log: shows what is missing as a gap that fills itself", async (stage) => {
  await using bot = await Bot.come(stage.server.url, "gaps");
  await bot.sayAll(range(1, 10));
  const page = await stage.come("Ann", { room: "gaps" });
  await sees(page, "m10");
  // A page that is not drawn for a while takes only the newest of what arrives.
  await page.evaluate(() => {
    const { setTimeout } = globalThis;
    const waiting: (() => void)[] = [];
    Object.assign(globalThis, {
      setTimeout: (act: () => void) => waiting.push(act),
      thaw() {
        globalThis.setTimeout = setTimeout;
        waiting.forEach((act) => act());
      },
    });
  });
  await bot.sayAll(range(11, 400));
  const topic = JSON.stringify({ topic: "all has come" });
  const headers = { "content-type": "application/json" };
  const url = `${stage.server.url}/rooms/gaps`;
  await (await fetch(url, { method: "PATCH", headers, body: topic })).body?.cancel();
  await page.getByText("all has come").waitFor();
  await page.evaluate("thaw()");
  await sees(page, "m400");
  await logOf(page).getByText("Loading messages…").scrollIntoViewIfNeeded();
  await logOf(page).getByText("Loading messages…").waitFor({ state: "detached" });
  assertEquals(await texts(page), range(1, 400));
});

async function scrollUp(page: Page): Promise<void> {
  await logOf(page).evaluate((log) => log.scrollTop -= 300);
  await toEndOf(page).waitFor();
}

const isAtEnd = () => {
  const log = document.querySelector("[role=log]")!;
  return log.scrollHeight - log.clientHeight - log.scrollTop < 2;
};

const isNotFirst = (text: string) =>
  document.querySelector("[data-seq] .text")!.textContent !== text;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);
