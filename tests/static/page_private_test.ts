/// <reference lib="dom" />
/** Private rooms, direct messages, and the cards of people. */

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTests } from "../../testing/browser.ts";
import {
  choose,
  fieldOf,
  isOnline,
  messageOf,
  peopleOf,
  roomsOf,
  say,
  sees,
  titleOf,
} from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:", "--rate", "0");

const dialogOf = (page: Page) => page.getByRole("dialog");
const press = (page: Page, name: string | RegExp) =>
  dialogOf(page).getByRole("button", { name, exact: typeof name === "string" }).click();
const isIn = (page: Page, title: string) =>
  titleOf(page).getByText(title, { exact: true }).waitFor();
const refresh = (page: Page) =>
  page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

async function idOf(page: Page): Promise<string> {
  return await page.evaluate(() => JSON.parse(localStorage["hubbub member"]));
}

/** A private room of this page's person, with others. */
async function makeRoom(page: Page, title: string, others: readonly Page[]): Promise<void> {
  const { origin } = new URL(page.url());
  const members = await Promise.all(others.map(idOf));
  const data = { access: "private", title, members };
  const made = await page.context().request.post(`${origin}/rooms`, { data, headers: { origin } });
  await made.dispose();
  for (const person of [page, ...others]) {
    await refresh(person);
    await roomsOf(person).getByRole("link", { name: title }).click();
    await isIn(person, title);
    await isOnline(person);
  }
}

test("AddRoom: makes a private room with people who are here, by keyboard", async (stage) => {
  const [ann, ben, cem] = await Promise.all(
    ["Ann", "Ben", "Cem"].map((name) => stage.come(name, { room: "before" })),
  );
  await peopleOf(ann).getByRole("heading", { name: "Here, 3" }).waitFor();
  await ann.getByRole("button", { name: "Add a room" }).focus();
  await ann.keyboard.press("Enter");
  await dialogOf(ann).getByRole("textbox", { name: "Name" }).fill("Tea party");
  await dialogOf(ann).getByRole("radio", { name: /Only people you add/ }).press("Space");
  await dialogOf(ann).getByRole("searchbox", { name: "Find a person" }).fill("BE");
  await dialogOf(ann).getByRole("checkbox", { name: "Ben" }).press("Space");
  await dialogOf(ann).getByRole("status").filter({ hasText: "1 chosen" }).waitFor();
  assertEquals(await dialogOf(ann).getByRole("checkbox").count(), 1);
  await press(ann, "Add the room");
  await isIn(ann, "Tea party");
  await isOnline(ann);
  await say(ann, "psst");
  await ann.waitForFunction(() => document.title.startsWith("Tea party · "));
  assertEquals(await fieldOf(ann).getAttribute("placeholder"), "Message Tea party");
  for (const page of [ben, cem]) await refresh(page);
  await roomsOf(ben).getByRole("link", { name: /^Tea party/ }).click();
  await sees(ben, "psst");
  assertEquals(await roomsOf(cem).getByRole("link", { name: /Tea/ }).count(), 0);
});

test("AboutRoom: lets the owner rename the room, add and remove people, and archive it", async (stage) => {
  const [ann, ben, cem] = await Promise.all(
    ["Ann", "Ben", "Cem"].map((name) => stage.come(name, { room: "lobby" })),
  );
  await peopleOf(ann).getByRole("button", { name: "Cem" }).waitFor();
  await makeRoom(ann, "Tea", [ben]);
  await ann.getByRole("button", { name: "About this room" }).click();
  await dialogOf(ann).getByText("owner").waitFor();
  await dialogOf(ann).getByRole("textbox", { name: "Name" }).fill("Coffee");
  await press(ann, "Save");
  for (const page of [ann, ben]) await isIn(page, "Coffee");
  await ann.getByRole("button", { name: "About this room" }).click();
  await dialogOf(ann).getByRole("checkbox", { name: "Cem" }).check();
  await press(ann, "Add people");
  await dialogOf(ann).getByRole("status").filter({ hasText: "1 person was added" }).waitFor();
  await refresh(cem);
  await roomsOf(cem).getByRole("link", { name: /Coffee/ }).waitFor();
  await press(ann, /^Remove \u2068Ben/);
  await dialogOf(ann).getByRole("status").filter({ hasText: "Ben\u2069 was removed" }).waitFor();
  await ben.getByRole("heading", { name: "You cannot enter this room" }).waitFor();
  assertEquals(await ben.getByRole("log").count(), 0, "its history is closed");
  await press(ann, "Archive the room…");
  await press(ann, "Archive");
  await press(ann, "close");
  await ann.getByText("This room is archived").waitFor();
  assertEquals(await fieldOf(ann).count(), 0);
  await ben.getByRole("link", { name: "Go to the rooms" }).click();
  await isIn(ben, "lobby");
  await isOnline(ben);
  assertEquals(await roomsOf(ben).getByRole("link", { name: /Coffee/ }).count(), 0);
});

test("AboutRoom: lets a member leave, after a question", async (stage) => {
  const [ann, ben] = await Promise.all(
    ["Ann", "Ben"].map((name) => stage.come(name, { room: "lobby" })),
  );
  await makeRoom(ann, "Leaving", [ben]);
  await ben.getByRole("button", { name: "About this room" }).click();
  await dialogOf(ben).getByText("owner").waitFor();
  assertEquals(await dialogOf(ben).getByRole("button", { name: /^Remove/ }).count(), 0);
  await press(ben, "Leave the room…");
  await dialogOf(ben).locator(".sure").getByRole("button", { name: "Cancel" }).click();
  await press(ben, "Leave the room…");
  await press(ben, "Leave");
  await isIn(ben, "lobby");
  await isOnline(ben);
  await ben.goBack();
  await ben.getByRole("heading", { name: "You cannot enter this room" }).waitFor();
});

test("Card: opens from a name and by keyboard; writes, mentions and blocks", async (stage) => {
  const [ann, ben] = await Promise.all(
    ["Ann", "Ben"].map((name) => stage.come(name, { room: "cards" })),
  );
  await say(ben, "here I am");
  await sees(ann, "here I am");
  await messageOf(ann, "here I am").getByText("Ben", { exact: true }).click();
  await dialogOf(ann).getByText("Here now").waitFor();
  await press(ann, /^Block/);
  await dialogOf(ann).getByRole("status").filter({ hasText: "You block \u2068Ben" }).waitFor();
  await press(ann, /^Unblock/);
  await press(ann, "Mention");
  assertEquals(await fieldOf(ann).inputValue(), "@Ben ");
  await choose(ann, "here I am", "About \u2068Ben\u2069");
  await press(ann, "Message");
  await isIn(ann, "Ben");
  await isOnline(ann);
  await say(ann, "between us");
  await refresh(ben);
  const link = roomsOf(ben).getByRole("link", { name: /^Ann/ });
  await link.click();
  await sees(ben, "between us");
  await isIn(ben, "Ann");
  assertEquals(await ben.getByRole("button", { name: /^Ban/ }).count(), 0);
});

test("Card: leads from one's own name to notes that nobody else sees", async (stage) => {
  const ann = await stage.come("Ann", { room: "own" });
  await peopleOf(ann).getByRole("button", { name: "Ann" }).click();
  await press(ann, "Notes to yourself");
  await isIn(ann, "Notes to yourself");
  await ann.getByText("Only its members can find it").waitFor();
});

test("NewDirect: opens a room with several people", async (stage) => {
  const [ann, ben, cem] = await Promise.all(
    ["Ann", "Ben", "Cem"].map((name) => stage.come(name, { room: "several" })),
  );
  await peopleOf(ann).getByRole("heading", { name: "Here, 3" }).waitFor();
  await ann.getByRole("button", { name: "New direct message" }).click();
  for (const name of ["Ben", "Cem"]) await dialogOf(ann).getByRole("checkbox", { name }).check();
  await press(ann, "Open");
  await isIn(ann, "Ben and Cem");
  await isOnline(ann);
  await say(ann, "hello both");
  for (const page of [ben, cem]) {
    await refresh(page);
    await roomsOf(page).getByRole("link", { name: /Ann/ }).click();
    await sees(page, "hello both");
  }
});
