/// <reference lib="dom" />
/** The settings: the profile, devices, blocked people, signing out. */

import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { pageTests } from "../../testing/browser.ts";
import { invite, newMember, serveInvited } from "../../testing/invited.ts";
import { isOnline, peopleOf } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "Settings" });
const press = (page: Page, name: string | RegExp) =>
  dialogOf(page).getByRole("button", { name }).click();

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: /Settings$/ }).click();
  await dialogOf(page).getByRole("list").first().waitFor({ state: "attached" });
}

test("Settings: takes another name at once where people come by invitation, but no taken one", async (stage) => {
  await using server = await serveInvited();
  const page = await stage.open("", { path: await invite(server.admin) });
  await page.getByRole("textbox", { name: "Your name" }).fill("Ben");
  await page.keyboard.press("Enter");
  await isOnline(page);
  await openSettings(page);
  const name = dialogOf(page).getByRole("textbox", { name: "Name" });
  assertEquals(await dialogOf(page).getByRole("textbox", { name: /Email/ }).count(), 0);
  await name.fill("Ann");
  await press(page, "Save");
  await dialogOf(page).getByRole("alert").first().waitFor();
  await name.fill("Benno");
  await press(page, "Save");
  await dialogOf(page).waitFor({ state: "detached" });
  await peopleOf(page).getByRole("button", { name: "Benno" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Benno Settings" }).waitFor();
});

test("Devices: adds one with a code or link, and signs it out", async (stage) => {
  const ann = await stage.come("Ann", { room: "devices" });
  await openSettings(ann);
  await press(ann, "Add a device");
  await ann.getByRole("img", { name: "QR code of the link" }).waitFor();
  const link = await ann.getByRole("textbox", { name: "Link for another device" }).inputValue();
  await ann.keyboard.press("Escape");
  const other = await stage.open("", { path: link });
  await other.getByRole("button", { name: "Sign in" }).click();
  await isOnline(other);
  await openSettings(ann);
  await dialogOf(ann).getByText("this device", { exact: true }).waitFor();
  await press(ann, /^Sign out: Chrome/);
  await dialogOf(ann).getByRole("status").filter({ hasText: "Signed out there." }).waitFor();
  await other.getByRole("heading", { name: "You are signed out on this device" }).waitFor();
  assertEquals(await dialogOf(ann).getByRole("button", { name: /^Sign out: / }).count(), 0);
});

test("QrCode: draws every dark square of the code", async (stage) => {
  const ann = await stage.come("Ann", { room: "codes" });
  await openSettings(ann);
  await press(ann, "Add a device");
  const code = ann.getByRole("img", { name: "QR code of the link" });
  const { encode } = await import("uqr");
  const link = await ann.getByRole("textbox", { name: "Link for another device" }).inputValue();
  const { size, data } = encode(link, { border: 0 });
  assertEquals(await code.getAttribute("viewBox"), `0 0 ${size} ${size}`);
  const drawn = await code.locator("path").getAttribute("d");
  assertEquals(drawn!.match(/M/g)!.length, data.flat().filter(Boolean).length);
});

test("Blocked: lists whom the reader blocks, and unblocks them", async (stage) => {
  const [ann, ben] = await Promise.all([
    stage.come("Ann", { room: "blocked" }),
    stage.come("Ben", { room: "blocked" }),
  ]);
  const { url } = stage.server;
  const { request } = ann.context();
  const { id } = await (await ben.context().request.get(`${url}/me`)).json();
  await request.post(`${url}/me/blocks`, { data: { id }, headers: { origin: url } });
  await openSettings(ann);
  await press(ann, /^Unblock \u2068Ben/);
  await dialogOf(ann).getByText("You block nobody.").waitFor();
  assertEquals(await (await request.get(`${url}/me/blocks`)).json(), { blocks: [] });
});

test("SignOut: asks first, and makes the browser one that was never here", async (stage) => {
  const ann = await stage.open("", { room: "leaving" });
  await ann.getByRole("textbox", { name: "Your name" }).fill("Ann");
  await ann.keyboard.press("Enter");
  await isOnline(ann);
  await openSettings(ann);
  await press(ann, "Sign out on this device…");
  await dialogOf(ann).getByRole("alert").filter({ hasText: "Nobody can be this person" }).waitFor();
  await press(ann, "Sign out now");
  await ann.getByRole("heading", { name: "Welcome to Hubbub" }).waitFor();
  const kept = await ann.evaluate(
    () => [localStorage["hubbub you"], localStorage["hubbub member"]],
  );
  assertEquals(kept, [undefined, undefined]);
  assertEquals(await ann.context().cookies(), []);
});

test("SignOut: leads a member to the door", async (stage) => {
  await using server = await serveInvited();
  const { browser } = await newMember(server, server.admin, "Ben");
  const { body } = await browser.ask("POST", "/me/link");
  const page = await stage.open("", { path: body.link });
  await page.getByRole("button", { name: "Sign in" }).click();
  await isOnline(page);
  await openSettings(page);
  await press(page, "Sign out on this device…");
  await press(page, "Sign out now");
  await page.getByRole("heading", { name: "Hubbub is for its members" }).waitFor();
  const { sessions } = (await browser.ask("GET", "/me/sessions")).body;
  assert(sessions.length === 1, "the other device is still signed in");
});
