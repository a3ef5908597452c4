/// <reference lib="dom" />
/** Signing in without a link: passkeys with Chromium's own authenticator, and accounts of an issuer. */

import { assertEquals } from "@std/assert";
import type { BrowserContext, Page } from "playwright-core";
import { pageTests, type Stage } from "../../testing/browser.ts";
import { invite, type InvitedServer, serveInvited } from "../../testing/invited.ts";
import { TestIssuer } from "../../testing/issuer.ts";
import { isOnline } from "../../testing/page_parts.ts";

const test = pageTests("--db", ":memory:");

const settings = (page: Page) => page.getByRole("dialog", { name: "Settings" });
const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: true }).click();
const says = (page: Page, text: string) =>
  settings(page).getByRole("status").filter({ hasText: text }).waitFor();

/** Passkeys need a host with a name. */
const byName = (address: string) => address.replace("127.0.0.1", "localhost");

/** Joins by an invitation, in a browser whose computer asks for a finger. */
async function join(
  context: BrowserContext,
  server: InvitedServer,
  name: string,
): Promise<Page> {
  const page = await context.newPage();
  await giveAuthenticator(page);
  await page.goto(byName(await invite(server.admin)));
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.keyboard.press("Enter");
  await isOnline(page);
  return page;
}

async function giveAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

const openSettings = (page: Page) => page.getByRole("button", { name: /Settings$/ }).click();

async function signOut(page: Page): Promise<void> {
  await press(page, "Sign out on this device…");
  await press(page, "Sign out now");
  await page.getByRole("heading", { level: 1, name: "Hubbub is for its members" }).waitFor();
}

test("SignIn: signs in with a passkey that was added in the settings", async (stage: Stage) => {
  await using server = await serveInvited();
  const page = await join(await stage.context(), server, "Ben");
  await openSettings(page);
  await press(page, "Add a passkey");
  await says(page, "The passkey is added.");
  await signOut(page);
  await press(page, "Sign in with a passkey");
  await isOnline(page);
  await page.getByRole("button", { name: "Ben Settings" }).waitFor();
  await openSettings(page);
  await settings(page).getByRole("button", { name: /^Remove the passkey: Chrome/ }).click();
  await says(page, "The passkey no longer signs you in.");
  await signOut(page);
  await press(page, "Sign in with a passkey");
  await page.getByRole("alert").filter({ hasText: "does not sign anybody in here" }).waitFor();
  assertEquals(
    (await page.context().cookies()).filter(({ name }) => !name.endsWith("-passkey")),
    [],
  );
});

test("Passkeys: says so if no passkey was used, and adds none", async (stage: Stage) => {
  await using server = await serveInvited();
  const page = await join(await stage.context(), server, "Ben");
  await page.evaluate(() => {
    navigator.credentials.create = () => Promise.reject(new DOMException("", "NotAllowedError"));
  });
  await openSettings(page);
  await press(page, "Add a passkey");
  await settings(page).getByRole("alert").filter({ hasText: "No passkey was used." }).waitFor();
  assertEquals(await settings(page).getByRole("button", { name: /^Remove the/ }).count(), 0);
});

test("Accounts: one that was linked with an invitation signs in, and is listed", async (stage: Stage) => {
  const port = freePort();
  const url = `http://localhost:${port}`;
  await using issuer = await TestIssuer.start(0, url);
  const addr = ["--addr", `127.0.0.1:${port}`];
  await using server = await serveInvited(...addr, ...await issuer.flags());
  issuer.subject = "ben@idp";
  const { host } = new URL(issuer.url);
  const page = await (await stage.context()).newPage();
  await page.goto(await invite(server.admin));
  await page.getByRole("textbox", { name: "Your name" }).fill("Ben");
  await press(page, `Join with ${host}`);
  await isOnline(page);
  await openSettings(page);
  await signOut(page);
  await press(page, `Sign in with ${host}`);
  await isOnline(page);
  await page.getByRole("button", { name: "Ben Settings" }).waitFor();
  await openSettings(page);
  await settings(page).getByText(host, { exact: true }).waitFor();
  await press(page, `Remove the account of ${host}`);
  await says(page, "The account no longer signs you in.");
  await press(page, `Link an account of ${host}`);
  await isOnline(page);
  await openSettings(page);
  await settings(page).getByRole("button", { name: `Remove the account of ${host}` }).waitFor();
});

/** A port that nobody listens on now. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
