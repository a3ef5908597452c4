/// <reference lib="dom" />
/** The search of the page: in a room and in all, by mouse and by keyboard, and the way back. */

import { assertEquals } from "@std/assert";
import type { Locator, Page } from "playwright-core";
import { inspect } from "../../testing/axe.ts";
import { pageTests } from "../../testing/browser.ts";
import { choose, isOnline, messagesOf, say, sees, titleOf } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

const panelOf = (page: Page): Locator => page.getByRole("dialog", { name: "Search" });
const queryOf = (page: Page): Locator => page.getByRole("searchbox", { name: "Search messages" });
const hitsOf = (page: Page): Locator => panelOf(page).getByRole("link");

/** Waits until a search has this many results, also while the index catches up. */
async function finds(page: Page, count: number): Promise<void> {
  const again = panelOf(page).getByRole("button", { name: "Search again" });
  await page.addLocatorHandler(again, () => again.click());
  await hitsOf(page).nth(count - 1).waitFor();
  await page.removeLocatorHandler(again);
  assertEquals(await hitsOf(page).count(), count);
}

test("Search: finds in the room and in all, marks the hits, and Escape returns", async (stage) => {
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n}`);
  for (const text of ["the spare keys", ...lines]) await stage.server.say("house", text, "Ben");
  await stage.server.say("garden", "keys of the shed", "Cem");
  const page = await stage.come("Ann", { room: "house" });
  await sees(page, "line 59");
  await page.keyboard.press("Control+Shift+f");
  await page.keyboard.type("keys");
  await finds(page, 1);
  assertEquals(await hitsOf(page).locator("mark").allTextContents(), ["keys"]);
  await panelOf(page).getByRole("button", { name: "All rooms" }).click();
  await finds(page, 2);
  await panelOf(page).getByRole("status").filter({ hasText: "2 messages" }).waitFor();
  const [garden, house] = [hitsOf(page).first(), hitsOf(page).last()];
  for (const part of ["garden", "Cem", "Today", "keys of the shed"]) {
    await garden.filter({ hasText: part }).waitFor();
  }
  await queryOf(page).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await titleOf(page).filter({ hasText: "garden" }).waitFor();
  await messagesOf(page).and(page.locator(".found")).filter({ hasText: "shed" }).waitFor();
  assertEquals(new URL(page.url()).pathname, "/rooms/garden/1");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await messagesOf(page).and(page.locator(".found")).filter({ hasText: "spare" }).waitFor();
  assertEquals(await house.getAttribute("aria-current"), "true");
  await inspect(page, "the search");
  await page.keyboard.press("Escape");
  await panelOf(page).waitFor({ state: "detached" });
  await sees(page, "line 59");
  assertEquals(new URL(page.url()).pathname, "/rooms/house");
});

test("Search: gives way to the result on a phone, in the dark, in Chinese", async (stage) => {
  await stage.server.say("厨房", "备用钥匙在这里", "小安");
  const device = { phone: true, dark: true, language: "zh-CN" };
  const page = await stage.come("Ann", { room: "大厅", ...device });
  await page.getByRole("button", { name: "搜索", exact: true }).tap();
  const panel = page.getByRole("dialog", { name: "搜索" });
  await panel.getByRole("button", { name: "所有聊天室" }).tap();
  await panel.getByRole("searchbox").fill("没有这个词");
  await panel.getByRole("status").filter({ hasText: "没有找到" }).waitFor();
  await panel.getByRole("searchbox").fill("钥匙");
  const hit = panel.getByRole("link", { name: "备用钥匙" });
  await hit.waitFor();
  assertEquals((await panel.boundingBox())?.width, 390);
  await inspect(page, "the search on a phone");
  await hit.tap();
  await panel.waitFor({ state: "detached" });
  await sees(page, "备用钥匙在这里");
  await page.keyboard.press("Escape");
  await titleOf(page).filter({ hasText: "大厅" }).waitFor();
  await isOnline(page);
});

test("Search: shows more results, and says what cannot be searched or reached", async (stage) => {
  for (let n = 0; n < 25; n++) await stage.server.say("many", `tea ${n}`);
  const page = await stage.come("Ann", { room: "many" });
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await queryOf(page).fill("tea");
  await finds(page, 20);
  await panelOf(page).getByRole("button", { name: "Show more results" }).press("Enter");
  await hitsOf(page).nth(24).waitFor();
  await hitsOf(page).nth(20).and(page.locator(":focus")).waitFor();
  const status = panelOf(page).getByRole("status");
  await queryOf(page).fill("from:");
  await status.filter({ hasText: "This cannot be searched: " }).waitFor();
  await page.context().setOffline(true);
  await queryOf(page).fill("tea 1");
  await status.filter({ hasText: "could not be made" }).waitFor();
  await page.context().setOffline(false);
  await panelOf(page).getByRole("button", { name: "Search again" }).click();
  await hitsOf(page).first().waitFor();
});

test("Search: names a private room by its title, and drops what is deleted", async (stage) => {
  const { url } = stage.server;
  const page = await stage.come("Ann", { room: "before" });
  const { request } = page.context();
  const data = { access: "private", title: "Birthday plans" };
  const made = await request.post(`${url}/rooms`, { data, headers: { origin: url } });
  const { name } = await made.json();
  await page.goto(`${url}/rooms/${name}`);
  await isOnline(page);
  for (const text of ["the cake is a secret", "the cake is eaten"]) {
    await say(page, text);
    await sees(page, text);
  }
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await queryOf(page).fill("cake");
  await finds(page, 2);
  await hitsOf(page).filter({ hasText: "Birthday plans" }).filter({ hasText: "secret" }).waitFor();
  await choose(page, "secret", "Delete for everybody");
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await hitsOf(page).filter({ hasText: "secret" }).waitFor({ state: "detached" });
  assertEquals(await hitsOf(page).count(), 1);
});
