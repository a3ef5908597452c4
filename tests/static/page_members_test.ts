/// <reference lib="dom" />
/** Members and invitations, for admins. */

import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTests, type Stage } from "../../testing/browser.ts";
import { Browser, tokenOf } from "../../testing/cookies.ts";
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

test("Invites: leads into a private room that was chosen", async (stage) => {
  await using server = await serveInvited();
  const { status } = await server.admin.ask("POST", "/rooms", { access: "private", title: "Tea" });
  assertEquals(status, 201);
  const ann = await pageOf(stage, server.admin);
  await ann.getByRole("button", { name: "Members" }).click();
  const rooms = dialogOf(ann).getByRole("group", { name: "Private rooms of the invitation" });
  await rooms.getByRole("checkbox", { name: "Tea" }).press("Space");
  await press(ann, "Create an invitation");
  await dialogOf(ann).getByText("into \u2068Tea").waitFor();
  const link = await dialogOf(ann).getByRole("textbox", { name: /Link of the/ }).inputValue();
  const ben = new Browser(server);
  assertEquals((await ben.join(tokenOf(link), "Ben")).status, 201);
  const { rooms: found } = (await ben.ask("GET", "/rooms")).body;
  assertEquals(found.filter((room: { title?: string }) => room.title === "Tea").length, 1);
});

test("Bots: makes one, shows token and hook once, and deletes it; Audit: says who did it", async (stage) => {
  await using server = await serveInvited();
  await server.admin.ask("POST", "/rooms", { name: "builds" });
  const ann = await pageOf(stage, server.admin);
  await ann.getByRole("button", { name: "Members" }).click();
  await dialogOf(ann).getByText("There are no bots.").waitFor();
  await press(ann, "Add a bot");
  await ann.keyboard.type("CI");
  await dialogOf(ann).getByRole("radio", { name: /Only some rooms/ }).press("Space");
  await dialogOf(ann).getByRole("group", { name: "It may enter" })
    .getByRole("checkbox", { name: "builds" }).press("Space");
  await dialogOf(ann).getByRole("combobox", { name: "Address for other programs" })
    .selectOption("builds");
  await press(ann, "Create the bot");
  await says(ann, "shown this once");
  const valueOf = (name: string) => dialogOf(ann).getByRole("textbox", { name }).inputValue();
  const headers = { authorization: `Bearer ${await valueOf("Token of the bot")}` };
  const at = (path: string) => `http://${server.host}${path}`;
  const may = async (room: string) => {
    const answer = await fetch(at(`/rooms/${room}/messages`), { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  assertEquals([await may("builds"), await may("lobby")], [200, 403]);
  const body = JSON.stringify({ text: "build 7 failed" });
  const hook = await valueOf("Address for other programs");
  const posted = await fetch(hook, { method: "POST", body });
  assertEquals(await posted.text(), "ok");
  await press(ann, /^Delete the bot \u2068CI/);
  await press(ann, "Delete the bot");
  await says(ann, "was deleted");
  await dialogOf(ann).getByText("There are no bots.").waitFor();
  assertEquals(await dialogOf(ann).getByRole("textbox", { name: "Token of the bot" }).count(), 0);
  assertEquals(await may("builds"), 401);
  await press(ann, "Show the log");
  const lines = dialogOf(ann).getByRole("list", { name: "Audit log" }).getByRole("listitem");
  await lines.filter({ hasText: "\u2068Ann\u2069 deleted the bot" }).waitFor();
  await lines.filter({ hasText: "\u2068Ann\u2069 joined" }).waitFor();
});

test("Closing: closes a room to newcomers, who see until when, and opens it again", async (stage) => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Ben");
  const [ann, ben] = await Promise.all([pageOf(stage, server.admin), pageOf(stage, browser)]);
  const openMenu = async (page: Page) => {
    await page.getByRole("button", { name: "Room actions" }).click();
    await page.getByRole("menu").waitFor();
  };
  await openMenu(ben);
  assertEquals(await ben.getByRole("menuitem", { name: "Newcomers…" }).count(), 0);
  await ben.keyboard.press("Escape");
  await openMenu(ann);
  await ann.getByRole("menuitem", { name: "Newcomers…" }).press("Enter");
  await dialogOf(ann).getByRole("combobox", { name: "Close for" }).selectOption("1 day");
  await press(ann, "Close to newcomers");
  await ben.getByText(/^Closed to newcomers until/).waitFor();
  await fieldOf(ben).fill("am I heard?");
  await ben.keyboard.press("Enter");
  await ben.getByText(/Not sent: /).waitFor();
  await openMenu(ann);
  await ann.getByRole("menuitem", { name: "Newcomers…" }).press("Enter");
  await press(ann, "Open again");
  await ben.getByText(/^Closed to newcomers until/).waitFor({ state: "detached" });
});
