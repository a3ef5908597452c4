/// <reference lib="dom" />
/** The emoji picker, for reactions and in the field. */

import { assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTests } from "../../testing/browser.ts";
import { fieldOf, isOnline, logOf, messageOf, say, sees } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

const searchOf = (page: Page) => page.getByRole("combobox", { name: "Find an emoji" });
const optionsOf = (page: Page) => page.getByRole("dialog").getByRole("option");
const chosenIn = (page: Page) =>
  page.getByRole("dialog").locator("[aria-selected=true]").getAttribute("aria-label");

test("Picker: reacts with what is found by keyboard, and puts it first the next time", async (stage) => {
  const ann = await stage.come("Ann", { room: "search" });
  const asked: string[] = [];
  ann.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await say(ann, "hello");
  await sees(ann, "hello");
  await messageOf(ann, "hello").focus();
  for (const key of ["ArrowRight", "Enter"]) await ann.keyboard.press(key);
  await ann.getByRole("group", { name: "Faces" }).waitFor();
  assertEquals(asked.filter((path) => path.endsWith(".json")).length, 1);
  await ann.keyboard.type("hot bev");
  await optionsOf(ann).and(ann.getByLabel("hot beverage")).waitFor();
  assertMatch(await ann.getByRole("dialog").getByRole("status").innerText(), /^1 emoji$/);
  await ann.keyboard.press("Enter");
  await logOf(ann).getByRole("button", { name: /^☕ 1: you/ }).waitFor();
  await ann.getByRole("dialog").waitFor({ state: "detached" });
  await logOf(ann).getByRole("list", { name: "Reactions" })
    .getByRole("button", { name: "React", exact: true }).click();
  assertEquals(await optionsOf(ann).first().textContent(), "☕");
  assertEquals(asked.filter((path) => path.endsWith(".json")).length, 1);
});

test("Picker: arrows go through the rows, in the direction of the text, and Escape closes", async (stage) => {
  const ann = await stage.come("Ann", { room: "arrows" });
  await ann.getByRole("button", { name: "Emoji" }).click();
  await ann.getByRole("group", { name: "Faces" }).waitFor();
  const names = await optionsOf(ann).evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel));
  const press = async (...keys: string[]) => {
    for (const key of keys) await ann.keyboard.press(key);
    return await chosenIn(ann);
  };
  assertEquals(await chosenIn(ann), "thumbs up");
  assertEquals(await press("ArrowRight", "ArrowRight", "ArrowLeft"), names[1]);
  // Six were used lately, and the faces begin a row.
  assertEquals(await press("ArrowDown", "ArrowDown"), names[6 + 8 + 1]);
  assertEquals(await press("ArrowUp"), names[6 + 1]);
  await ann.evaluate(() => document.documentElement.dir = "rtl");
  assertEquals(await press("ArrowLeft"), names[6 + 2]);
  const active = await searchOf(ann).getAttribute("aria-activedescendant");
  assertEquals(await ann.locator(`#${active}`).getAttribute("aria-label"), names[6 + 2]);
  for (const key of ["x", "Escape"]) await ann.keyboard.press(key);
  await ann.getByRole("dialog").waitFor({ state: "detached" });
  assertEquals(await fieldOf(ann).inputValue(), "");
});

test("Picker: puts an emoji where the cursor is, in the reader's language", async (stage) => {
  const ann = await stage.come("Ann", { room: "field", language: "zh-CN" });
  const field = ann.getByRole("textbox", { name: "发消息到 field" });
  await field.fill("ab");
  await field.press("ArrowLeft");
  await ann.getByRole("button", { name: "表情" }).click();
  await ann.getByRole("group", { name: "笑脸" }).waitFor();
  await ann.getByRole("combobox", { name: "查找表情" }).fill("咖啡");
  await ann.getByRole("option", { name: "热饮" }).click();
  await ann.waitForFunction(() => document.activeElement?.localName === "textarea");
  await ann.keyboard.type("!");
  assertEquals(await field.inputValue(), "a☕!b");
});

test("Picker: offers what was used lately while the others cannot be loaded", async (stage) => {
  const context = await stage.context();
  let isBroken = true;
  await context.route(/\.json$/, (route) => isBroken ? route.abort() : route.continue());
  const ann = await stage.come("Ann", { room: "broken", context });
  await isOnline(ann);
  await ann.getByRole("button", { name: "Emoji" }).click();
  await ann.getByText("The emoji could not be loaded").waitFor();
  assertEquals((await optionsOf(ann).allTextContents()).slice(0, 2), ["👍", "❤️"]);
  isBroken = false;
  await ann.getByRole("button", { name: "Try now" }).click();
  await ann.getByRole("group", { name: "Flags" }).waitFor();
});

test("Picker: shows no keyboard on a phone until something is typed", async (stage) => {
  const ann = await stage.come("Ann", { room: "touch", phone: true });
  // The browser that the tests drive has a mouse.
  await ann.evaluate(() => {
    const { matchMedia } = globalThis;
    globalThis.matchMedia = (query) => matchMedia(query === "(hover: hover)" ? "not all" : query);
  });
  await ann.getByRole("button", { name: "Emoji" }).tap();
  await ann.getByRole("group", { name: "Flags" }).waitFor();
  const focused = () => ann.evaluate(() => document.activeElement?.role);
  assertEquals(await focused(), "listbox");
  await ann.keyboard.press("ArrowRight");
  assertEquals(await chosenIn(ann), "red heart");
  await ann.keyboard.type("coff");
  assertEquals([await focused(), await searchOf(ann).inputValue()], ["combobox", "coff"]);
  await ann.getByRole("option", { name: "hot beverage" }).tap();
  assertEquals(await fieldOf(ann).inputValue(), "☕");
});
