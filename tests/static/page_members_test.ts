/// <reference lib="dom" />
/** Members and invitations, for admins. */

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTests, type Stage } from "../../testing/browser.ts";
import type { Browser } from "../../testing/cookies.ts";
import { newMember, serveInvited } from "../../testing/invited.ts";
import { fieldOf, isOnline } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

const dialogOf = (page: Page) => page.getByRole("dialog");
const press = (page: Page, name: string | RegExp) =>
  dialogOf(page).getByRole("button", { name, exact: typeof name === "string" }).click();
const says = (page: Page, text: string) =>
  dialogOf(page).getByRole("status").filter({ hasText: text }).waitFor();

/** The page of somebody who is signed in elsewhere. */
async function pageOf(stage: Stage, person: Browser): Promise<Page> {
  const { body } = await person.ask("POST", "/me/link");
  const page = await stage.open("", { path: body.link });
  await page.getByRole("button", { name: "Sign in" }).click();
  await isOnline(page);
  return page;
}

test("Members: shows members only to admins", async (stage) => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Ben");
  const [ann, ben] = await Promise.all([pageOf(stage, server.admin), pageOf(stage, browser)]);
  assertEquals(await ben.getByRole("button", { name: "Members" }).count(), 0);
  await ann.getByRole("button", { name: "Members" }).click();
  await says(ann, "2 members");
  await dialogOf(ann).getByRole("searchbox").fill("be");
  await says(ann, "1 member");
});

test("Invites: makes one, shows its link once, and withdraws it", async (stage) => {
  await using server = await serveInvited();
  const ann = await pageOf(stage, server.admin);
  await ann.getByRole("button", { name: "Members" }).click();
  await dialogOf(ann).getByRole("combobox", { name: "For how many people" }).selectOption("5");
  await press(ann, "Create an invitation");
  await says(ann, "shown this once");
  const link = await dialogOf(ann).getByRole("textbox", { name: /Link of the/ }).inputValue();
  await dialogOf(ann).getByText("For 5 people").waitFor();
  const ben = await stage.open("", { path: link });
  await ben.getByRole("textbox", { name: "Your name" }).fill("Ben");
  await ben.keyboard.press("Enter");
  await isOnline(ben);
  await press(ann, /^Withdraw/);
  await says(ann, "was withdrawn");
  await dialogOf(ann).getByText("No invitation can be used now.").waitFor();
  await ben.goto(link);
  await ben.getByRole("heading", { name: "This link can no longer be used" }).waitFor();
});

test("AdminActions: mutes, promotes, makes a sign-in link, and bans after a question", async (stage) => {
  await using server = await serveInvited();
  const { browser, id } = await newMember(server, server.admin, "Ben");
  const [ann, ben] = await Promise.all([pageOf(stage, server.admin), pageOf(stage, browser)]);
  await ann.getByRole("button", { name: "Members" }).click();
  await press(ann, "Actions for \u2068Ben\u2069");
  await press(ann, "Mute for an hour");
  await says(ann, "cannot write for an hour");
  await fieldOf(ben).fill("am I heard?");
  await ben.keyboard.press("Enter");
  await ben.getByText(/Not sent: /).waitFor();
  await press(ann, "Unmute");
  await says(ann, "may write");
  await press(ann, "Make admin");
  await says(ann, "is an admin now");
  await press(ann, "Make member");
  await says(ann, "is no longer an admin");
  await press(ann, "Sign-in link");
  await dialogOf(ann).getByRole("textbox", { name: /Link that signs in/ }).waitFor();
  await press(ann, "Ban…");
  assertEquals((await browser.ask("GET", "/me")).status, 200, "not before the answer");
  await press(ann, "Ban");
  await says(ann, "is banned");
  await ben.getByRole("heading", { name: "You are signed out on this device" }).waitFor();
  await press(ann, "Lift the ban");
  await says(ann, "is no longer banned");
  const { members } = (await server.admin.ask("GET", "/members")).body;
  const member = members.find((member: { id: string }) => member.id === id);
  assertEquals([member.role, member.banned], ["member", undefined]);
});
