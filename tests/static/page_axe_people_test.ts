/// <reference lib="dom" />
/** What the page has for people and rooms has nothing that axe finds. */

import type { Page } from "playwright-core";
import { inspect } from "../../testing/axe.ts";
import { pageTests } from "../../testing/browser.ts";
import { invite, newMember, serveInvited } from "../../testing/invited.ts";
import { isOnline, peopleOf, roomsOf, titleOf } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

// Each size and each colour scheme once: colours do not depend on the size.
for (const phone of [false, true]) {
  const where = phone ? "dark, on a phone" : "light, on a desktop";
  test(`rare: has nothing that axe finds: ${where}`, async (stage) => {
    await using server = await serveInvited();
    const { id, browser } = await newMember(server, server.admin, "Ben");
    await browser.ask("POST", "/me/link");
    const page = await stage.open("", {
      path: `http://${server.host}/`,
      context: await stage.context({
        viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
        colorScheme: phone ? "dark" : "light",
        hasTouch: phone,
      }),
    });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await inspect(page, "the door");
    await page.goto(`${await invite(server.admin)}`);
    await page.getByRole("textbox", { name: "Your name" }).fill("ann");
    await inspect(page, "an invitation");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await inspect(page, "a name that is taken");
    await page.goto((await server.admin.ask("POST", "/me/link")).body.link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await isOnline(page);
    await settings(page, phone, () => server.admin.ask("POST", "/me/blocks", { id }));
    await members(page, phone);
    await closing(page);
    await rooms(page, phone);
    await card(page, phone);
    await page.goto(`http://${server.host}/join#nonsense`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await inspect(page, "a link that is gone");
  });
}

const dialogOf = (page: Page) => page.getByRole("dialog");

/** Presses a button of the list of rooms. */
async function open(page: Page, phone: boolean, name: string | RegExp): Promise<void> {
  if (phone) await page.getByRole("button", { name: "Open the list of rooms" }).tap();
  await roomsOf(page).getByRole("button", { name }).click();
  await dialogOf(page).waitFor();
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "detached" });
}

async function settings(page: Page, phone: boolean, block: () => Promise<unknown>): Promise<void> {
  await block();
  await open(page, phone, /Settings$/);
  await dialogOf(page).getByRole("button", { name: /^Unblock/ }).waitFor();
  await dialogOf(page).getByRole("button", { name: "Add a device" }).click();
  await page.getByRole("img", { name: /QR code/ }).waitFor();
  await dialogOf(page).getByRole("button", { name: /^Sign out on this/ }).click();
  await inspect(page, "the settings");
  await close(page);
}

async function members(page: Page, phone: boolean): Promise<void> {
  await open(page, phone, "Members");
  await dialogOf(page).getByRole("button", { name: "Create an invitation" }).click();
  await dialogOf(page).getByRole("textbox", { name: /^Link of/ }).waitFor();
  await dialogOf(page).getByRole("button", { name: "Add a bot" }).click();
  await dialogOf(page).getByRole("radio", { name: /Only some rooms/ }).check();
  await dialogOf(page).getByRole("button", { name: "Show the log" }).click();
  await dialogOf(page).getByRole("list", { name: "Audit log" }).waitFor();
  await inspect(page, "the members");
  await dialogOf(page).getByRole("button", { name: /^Actions for \u2068Ben/ }).click();
  await dialogOf(page).getByRole("button", { name: "Sign-in link" }).click();
  await dialogOf(page).getByRole("textbox").waitFor();
  await dialogOf(page).getByRole("button", { name: "Ban…" }).click();
  await inspect(page, "a card, for admins");
  await close(page);
}

async function rooms(page: Page, phone: boolean): Promise<void> {
  await open(page, phone, "New direct message");
  await dialogOf(page).getByRole("checkbox", { name: "Ben" }).waitFor();
  await inspect(page, "a new direct message");
  await close(page);
  await open(page, phone, "Add a room");
  await dialogOf(page).getByRole("textbox", { name: "Name" }).fill("Tea");
  await dialogOf(page).getByRole("radio", { name: /Only people/ }).check();
  await dialogOf(page).getByRole("checkbox", { name: "Ben" }).check();
  await inspect(page, "a new private room");
  await dialogOf(page).getByRole("button", { name: "Add the room" }).click();
  await titleOf(page).getByText("Tea").waitFor();
  await isOnline(page);
  await inspect(page, "an empty private room");
  await page.getByRole("button", { name: "About this room" }).click();
  await dialogOf(page).getByText("owner").waitFor();
  await dialogOf(page).getByRole("button", { name: "Archive the room…" }).click();
  await inspect(page, "about a private room");
  await dialogOf(page).getByRole("button", { name: "Archive", exact: true }).click();
  await close(page);
  await page.getByText("This room is archived").waitFor();
  await inspect(page, "an archived room");
}

async function closing(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Room actions" }).click();
  await page.getByRole("menuitem", { name: "Newcomers…" }).click();
  await inspect(page, "closing a room");
  await dialogOf(page).getByRole("button", { name: "Close to newcomers" }).click();
  await page.getByText(/^Closed to newcomers/).waitFor();
  await inspect(page, "a closed room");
}

async function card(page: Page, phone: boolean): Promise<void> {
  if (phone) await page.getByRole("button", { name: /^People/ }).tap();
  await peopleOf(page).getByRole("button", { name: "Ann" }).click();
  await dialogOf(page).waitFor();
  await inspect(page, "one's own card");
  await close(page);
  await page.goto(new URL("/rooms/~aaaaaaaaaaaaaaaaaaaaaaaaaa", page.url()).href);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await inspect(page, "a room that is not there");
}
