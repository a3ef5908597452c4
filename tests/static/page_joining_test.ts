/// <reference lib="dom" />
/** Coming in: the first visit, links that sign somebody in, and the door of a chat for members only. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import type { Page } from "playwright-core";
import { Bot } from "../../testing/bot.ts";
import { pageTests } from "../../testing/browser.ts";
import { tokenOf } from "../../testing/cookies.ts";
import { invite, serveInvited } from "../../testing/invited.ts";
import { fieldOf, isOnline, peopleOf, say, sees } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

const heading = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const nameOf = (page: Page) => page.getByRole("textbox", { name: "Your name" });

/** A link that signs the person of this page in on another device. */
async function deviceLink(page: Page): Promise<string> {
  const { origin } = new URL(page.url());
  const answer = await page.context().request.post(`${origin}/me/link`, { headers: { origin } });
  return (await answer.json()).link;
}

test("Welcome: says who is here, by name while they are few", async (stage) => {
  const { url } = stage.server;
  await using _ann = await Bot.come(url, "named", "Ann");
  await using _ben = await Bot.come(url, "named", "Ben");
  const page = await stage.open("", { room: "named" });
  await page.getByText("Ann\u2069 and \u2068Ben\u2069 are here now").waitFor();
  await using _cem = await Bot.come(url, "named", "Cem");
  await using _eve = await Bot.come(url, "named", "Eve");
  await page.reload();
  await page.getByText("and 2 others are here now").waitFor();
  assertEquals(await page.context().cookies(), [], "a visitor who only looks has no session");
});

test("Outside: says that members come by invitation, and stores nothing", async (stage) => {
  await using server = await serveInvited();
  const page = await stage.open("", { path: `http://${server.host}/rooms/lobby` });
  await heading(page, "Hubbub is for its members");
  await page.getByText("Ask an admin for a sign-in link.").waitFor();
  await page.keyboard.press("Escape");
  assertEquals(await page.getByRole("log").count(), 0);
  assertEquals(await page.context().cookies(), []);
});

test("Join: makes a member only after a press, and keeps the token out of addresses", async (stage) => {
  await using server = await serveInvited();
  const link = await invite(server.admin);
  const page = await stage.open("", { path: link, context: await stage.context() });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url(), request.headers()["referer"] ?? ""));
  await heading(page, /Ann\u2069 invites you to Hubbub/);
  const { body } = await server.admin.ask("GET", "/invites");
  assertEquals(body.invites.length, 1, "it is not used yet");
  await nameOf(page).fill("ann");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("alert").filter({ hasText: "has this name already" }).waitFor();
  await nameOf(page).fill("Ben");
  await page.keyboard.press("Enter");
  await isOnline(page);
  await page.getByRole("button", { name: "Ben Settings" }).waitFor();
  assertFalse(page.url().includes("#"));
  assert(asked.length > 0);
  assertFalse(
    asked.some((address) => address.includes(tokenOf(link))),
    "the token is in no address",
  );
  await page.reload();
  await isOnline(page);
  await page.goto(link);
  await heading(page, "This link can no longer be used");
});

test("Join: leads into the private room of an invitation", async (stage) => {
  await using server = await serveInvited();
  const { body } = await server.admin.ask("POST", "/rooms", { access: "private", title: "Tea" });
  const link = await invite(server.admin, { rooms: [body.name] });
  const page = await stage.open("", { path: link, context: await stage.context() });
  await page.getByText("You may enter \u2068Tea\u2069.").waitFor();
  await nameOf(page).fill("Ben");
  await page.keyboard.press("Enter");
  await isOnline(page);
  assertEquals(decodeURIComponent(new URL(page.url()).pathname), `/rooms/${body.name}`);
});

test("Join: makes another device the same person, and says who is forgotten", async (stage) => {
  const [ann, cem] = await Promise.all([
    stage.come("Ann", { room: "devices" }),
    stage.come("Cem", { room: "devices" }),
  ]);
  await say(ann, "mine");
  await sees(cem, "mine");
  await cem.goto(await deviceLink(ann));
  await heading(cem, /Sign in as \u2068Ann/);
  await cem.getByText(/you are \u2068Cem\u2069 now.* when you become \u2068Ann/).waitFor();
  assertEquals(await nameOf(cem).inputValue(), "Ann");
  await cem.getByRole("button", { name: "Sign in" }).click();
  await isOnline(cem);
  await cem.goto(`${stage.server.url}/rooms/devices`);
  await isOnline(cem);
  await peopleOf(cem).getByRole("heading", { name: "Here, 1" }).waitFor();
  await sees(cem, "mine");
  await fieldOf(cem).press("ArrowUp");
  assertEquals(await fieldOf(cem).inputValue(), "mine", "it may edit what it said as Ann");
});

test("Join: says that a link is unknown, and reads another one in the same tab", async (stage) => {
  const ann = await stage.come("Ann", { room: "tabs" });
  const link = await deviceLink(ann);
  const page = await stage.open("", { path: "/join#nonsense" });
  await heading(page, "This link can no longer be used");
  await page.evaluate((hash) => location.hash = hash, tokenOf(link));
  await heading(page, /Sign in as \u2068Ann/);
});

test("Outside: a member whose session was ended elsewhere is out at once", async (stage) => {
  await using server = await serveInvited();
  const link = await invite(server.admin);
  const page = await stage.open("", { path: link, context: await stage.context() });
  await nameOf(page).fill("Ben");
  await page.keyboard.press("Enter");
  await isOnline(page);
  const { members } = (await server.admin.ask("GET", "/members")).body;
  const { id } = members.find(({ name }: { name: string }) => name === "Ben");
  await server.admin.ask("DELETE", `/members/${id}`);
  await heading(page, "You are signed out on this device");
  await page.reload();
  await heading(page, "Hubbub is for its members");
});

test("Outside: a visitor whose session was ended elsewhere can join as somebody new", async (stage) => {
  const { url } = stage.server;
  const ann = await stage.open("", { room: "ended" });
  await nameOf(ann).fill("Ann");
  await ann.keyboard.press("Enter");
  await isOnline(ann);
  const other = await stage.open("", { path: await deviceLink(ann) });
  await other.getByRole("button", { name: "Sign in" }).click();
  await isOnline(other);
  const { request } = other.context();
  const { sessions } = await (await request.get(`${url}/me/sessions`)).json();
  const { id } = sessions.find(({ current }: { current: boolean }) => !current);
  await request.delete(`${url}/me/sessions/${id}`, { headers: { origin: url } });
  await heading(ann, "You are signed out on this device");
  assertEquals(await ann.getByRole("log").count(), 0);
  await ann.getByRole("button", { name: "Join again" }).click();
  await heading(ann, "Welcome to Hubbub");
  await isOnline(other);
});
