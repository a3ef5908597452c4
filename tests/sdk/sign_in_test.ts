/** The calls for signing in, against a real server. */

import { assertEquals, assertRejects } from "@std/assert";
import * as sdk from "../../sdk/mod.ts";
import { Device, type DeviceOptions } from "../../testing/authenticator.ts";
import { Browser } from "../../testing/cookies.ts";
import { newMember } from "../../testing/invited.ts";
import { TestIssuer } from "../../testing/issuer.ts";
import { ORIGIN, servePublic } from "../../testing/passkeys.ts";
import { test } from "../../testing/support.ts";

/** Has `fetch` work as in the pages of a browser. */
function inBrowser(browser: Browser): Disposable {
  const { fetch: send } = globalThis;
  const fetchThere = async (input: RequestInfo | URL, init?: RequestInit) => {
    const { pathname, search } = new URL(String(input));
    const headers = Object.fromEntries(new Headers(init?.headers));
    globalThis.fetch = send;
    try {
      return await browser.fetch(pathname + search, { ...init, headers });
    } finally {
      globalThis.fetch = fetchThere;
    }
  };
  globalThis.fetch = fetchThere;
  return { [Symbol.dispose]: () => globalThis.fetch = send };
}

test("signInWithPasskey: signs in with a passkey that addPasskey has added", async () => {
  await using server = await servePublic();
  const url = `http://${server.host}`;
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const device = new Device(ORIGIN);
  {
    using _ = inBrowser(browser);
    const create = (options: unknown) => Promise.resolve(device.create(options as DeviceOptions));
    const passkey = await sdk.addPasskey({ url, create });
    const { passkeys, provenUntil } = await sdk.listPasskeys({ url });
    assertEquals([passkeys, provenUntil > Date.now()], [[passkey], true]);
  }
  const other = new Browser(server);
  using _ = inBrowser(other);
  const ways = await sdk.signInWays({ url });
  assertEquals([ways.access, ways.passkeys, ways.issuer], ["invite", true, undefined]);
  const get = (options: unknown) => Promise.resolve(device.get(options as DeviceOptions));
  assertEquals((await sdk.signInWithPasskey({ url, get })).id, id);
  const { passkeys: [passkey] } = await sdk.listPasskeys({ url });
  await sdk.deletePasskey({ url, id: passkey.id });
  const { status } = await assertRejects(() => sdk.signInWithPasskey({ url, get }), sdk.HttpError);
  assertEquals(status, 403);
});

test("startAccount: links an account, which listAccounts and unlinkAccount have", async () => {
  await using issuer = await TestIssuer.start();
  await using server = await servePublic(...await issuer.flags());
  const url = `http://${server.host}`;
  const { browser } = await newMember(server, server.admin, "Bob");
  const start = async () => {
    using _ = inBrowser(browser);
    assertEquals((await sdk.signInWays({ url })).issuer, new URL(issuer.url).host);
    return await sdk.startAccount({ url, link: true });
  };
  await browser.visit(await issuer.signIn(await start(), "bob@idp"));
  using _ = inBrowser(browser);
  const { accounts } = await sdk.listAccounts({ url });
  assertEquals(accounts.length, 1);
  await sdk.unlinkAccount({ url, id: accounts[0].id });
  assertEquals((await sdk.listAccounts({ url })).accounts, []);
});
