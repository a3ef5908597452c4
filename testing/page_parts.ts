/// <reference lib="dom" />
/**
 * The parts of the page, as its tests find them, and the things that people do with them. Only this
 * file knows how the page is built.
 */

import type { Locator, Page } from "playwright-core";

export const fieldOf = (page: Page): Locator => page.getByRole("textbox", { name: /^Message / });
export const logOf = (page: Page): Locator => page.getByRole("log");
export const roomsOf = (page: Page): Locator => page.getByRole("navigation", { name: "Rooms" });
export const peopleOf = (page: Page): Locator =>
  page.getByRole("complementary", { name: "People" });
export const titleOf = (page: Page): Locator => page.getByRole("heading", { level: 1 });
/** The line about the connection. */
export const bannerOf = (page: Page): Locator => page.getByRole("status").first();
/** The line about the text that is being written. */
export const hintOf = (page: Page): Locator => page.getByRole("status").last();
/** The messages that were kept. */
export const messagesOf = (page: Page): Locator => logOf(page).locator("[data-seq]");
/** The texts of these. */
export const textsIn = (page: Page): Locator => messagesOf(page).locator(".text");
/** The messages that wait, or were refused. */
export const unsentOf = (page: Page): Locator =>
  page.getByRole("group", { name: "Not sent yet" }).getByRole("article");
export const toEndOf = (page: Page): Locator =>
  page.getByRole("button", { name: /^(To the newest|\d+ new messages?)$/ });

export const isOnline = (page: Page): Promise<void> =>
  page.locator("[role=log][aria-busy=false]").waitFor();
export const isLost = (page: Page): Promise<void> =>
  page.locator("[role=log][aria-busy=true]").waitFor();

export async function say(page: Page, text: string): Promise<void> {
  await fieldOf(page).fill(text);
  await fieldOf(page).press("Enter");
}

/** Waits until a message that was kept holds this text. */
export const sees = (page: Page, text: string): Promise<void> =>
  textsIn(page).filter({ hasText: text }).last().waitFor();

/** The texts of the log, as they are shown. */
export const texts = (page: Page): Promise<string[]> => textsIn(page).allTextContents();

/** The texts that wait. */
export const unsent = (page: Page): Promise<string[]> =>
  unsentOf(page).locator(".text").allTextContents();

/** Enters a room by the switcher. */
export async function enter(page: Page, room: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(room);
  await page.getByRole("option", { name: room, exact: true })
    .or(page.getByRole("option", { name: /Make the room/ })).first().click();
}

/** The last message with this text of its own. */
export const messageOf = (page: Page, text: string): Locator =>
  messagesOf(page).filter({ has: page.locator(".text", { hasText: text }) }).last();

/** Chooses something from the menu of a message, with the mouse. */
export async function choose(page: Page, text: string, action: string): Promise<void> {
  await messageOf(page, text).hover();
  await messageOf(page, text).getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menu").getByText(action, { exact: true }).click();
}
