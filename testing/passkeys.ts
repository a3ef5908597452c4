/** Members with passkeys, in a chat whose public address is not that of the test. */

import { assertEquals } from "@std/assert";
import { type Deviation, Device } from "./authenticator.ts";
import type { Browser } from "./cookies.ts";
import { type InvitedServer, serveInvited } from "./invited.ts";

/** Where the pages of that chat are. */
export const ORIGIN = "https://chat.example.org";

/** Serves a chat with members and this address. */
export function servePublic(...flags: string[]): Promise<InvitedServer> {
  return serveInvited("--url", ORIGIN, ...flags);
}

/** Has a browser add a passkey, and answers with the device and what came of it. */
export async function addPasskey(browser: Browser, deviation?: Deviation) {
  const device = new Device(ORIGIN);
  const { body: options } = await browser.ask("POST", "/passkeys/options");
  const answer = await browser.ask("POST", "/passkeys", device.create(options, deviation));
  return { device, ...answer };
}

/** Has a browser sign in with a device. */
export async function signInWith(browser: Browser, device: Device, deviation?: Deviation) {
  const { status, body: options } = await browser.ask("POST", "/passkeys/sign-in/options");
  assertEquals(status, 200);
  return await browser.ask("POST", "/passkeys/sign-in", device.get(options, deviation));
}
