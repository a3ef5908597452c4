/** Passkeys: adding, listing, deleting, signing in; and attacks on each. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { Device } from "../../testing/authenticator.ts";
import { skipDate } from "../../testing/clock.ts";
import { Browser } from "../../testing/cookies.ts";
import { newMember, serveInvited } from "../../testing/invited.ts";
import { addPasskey, ORIGIN, servePublic, signInWith } from "../../testing/passkeys.ts";
import { serveChat, test } from "../../testing/support.ts";

test("signInWithPasskey: signs in the member whose device it is, in another browser", async () => {
  await using server = await servePublic();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const { device, status, body: added } = await addPasskey(browser);
  assertEquals(status, 201);
  const other = new Browser(server);
  const { status: signedIn, body: me } = await signInWith(other, device);
  assertEquals([signedIn, me.id, me.name, me.role], [201, id, "Bob", "member"]);
  assertEquals((await other.ask("GET", "/me")).body.id, id);
  const { body: { passkeys } } = await other.ask("GET", "/passkeys");
  assertEquals(passkeys.length, 1);
  assertEquals(passkeys[0].id, added.id);
  assert(passkeys[0].used >= passkeys[0].created);
  assertMatch(passkeys[0].agent, /^Deno\//);
});

test("signInWithPasskey: the session that the browser had ends", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  const before = browser.cookie;
  assertEquals((await signInWith(browser, device)).status, 201);
  assertNotEquals(browser.cookie, before);
  browser.cookie = before;
  assertEquals((await browser.ask("GET", "/me")).status, 401);
});

test("addPasskey: needs a sign-in of the last ten minutes", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  const { body: options } = await browser.ask("POST", "/passkeys/options");
  using _ = skipDate(LIMITS.provenMs + 1_000);
  const answer = new Device(ORIGIN).create(options);
  assertEquals((await browser.ask("POST", "/passkeys", answer)).status, 403);
  assertEquals((await browser.ask("POST", "/passkeys/options")).status, 403);
  const { body: { provenUntil } } = await browser.ask("GET", "/passkeys");
  assert(provenUntil < Date.now());
  assertEquals((await signInWith(browser, device)).status, 201);
  assertEquals((await addPasskey(browser)).status, 201);
});

test("addPasskey: a member has a limited number", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  for (let n = 0; n < LIMITS.passkeys; n++) assertEquals((await addPasskey(browser)).status, 201);
  assertEquals((await addPasskey(browser)).status, 409);
  const { body: { passkeys: [{ id }] } } = await browser.ask("GET", "/passkeys");
  assertEquals((await browser.ask("DELETE", `/passkeys/${id}`)).status, 204);
  assertEquals((await addPasskey(browser)).status, 201);
});

test("addPasskey: refuses what was not made as it was asked for", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  for (
    const deviation of [
      { origin: "https://chat.example.org.evil.example" },
      { origin: "http://chat.example.org" },
      { rpId: "example.org" },
      { verifies: false },
      { challenge: "A".repeat(43) },
    ]
  ) {
    assertEquals((await addPasskey(browser, deviation)).status, 400, JSON.stringify(deviation));
  }
  for (const body of [{}, { id: 5 }, { response: null }, { id: "x", response: {} }]) {
    await browser.ask("POST", "/passkeys/options");
    assertEquals((await browser.ask("POST", "/passkeys", body)).status, 400, JSON.stringify(body));
  }
  assertEquals((await browser.ask("GET", "/passkeys")).body.passkeys, []);
});

test("signInWithPasskey: refuses signatures of another origin, host, challenge or without a user", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  const stranger = new Browser(server);
  for (
    const deviation of [
      { origin: "https://evil.example" },
      { origin: `http://${server.host}` },
      { rpId: "evil.example" },
      { verifies: false },
      { challenge: "A".repeat(43) },
    ]
  ) {
    const { status } = await signInWith(stranger, device, deviation);
    assertEquals(status, 403, JSON.stringify(deviation));
  }
  assertEquals(stranger.cookie, undefined);
  assertEquals((await signInWith(stranger, device)).status, 201);
});

test("signInWithPasskey: an answer signs in once, soon, and in the browser that asked", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  const victim = new Browser(server);
  const { body: options } = await victim.ask("POST", "/passkeys/sign-in/options");
  const flow = new Map(victim.others);
  const answer = device.get(options);
  const thief = new Browser(server);
  assertEquals((await thief.ask("POST", "/passkeys/sign-in", answer)).status, 410);
  await thief.ask("POST", "/passkeys/sign-in/options");
  assertEquals((await thief.ask("POST", "/passkeys/sign-in", answer)).status, 403);
  assertEquals((await victim.ask("POST", "/passkeys/sign-in", answer)).status, 201);
  for (const again of [answer, device.get(options)]) {
    const replaying = new Browser(server);
    for (const [name, value] of flow) replaying.others.set(name, value);
    const { status } = await replaying.ask("POST", "/passkeys/sign-in", again);
    // The same answer comes from a copy as well: its counter has not gone on.
    assertEquals(status, again === answer ? 403 : 410);
  }
  const { body: late } = await thief.ask("POST", "/passkeys/sign-in/options");
  using _ = skipDate(LIMITS.passkeyMs + 1_000);
  assertEquals((await thief.ask("POST", "/passkeys/sign-in", device.get(late))).status, 410);
});

test("signInWithPasskey: a flow for adding does not sign in, nor the other way round", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  const { body: making } = await browser.ask("POST", "/passkeys/options");
  const answer = device.get({ challenge: making.challenge, rpId: making.rp.id });
  assertEquals((await browser.ask("POST", "/passkeys/sign-in", answer)).status, 410);
  const { body: signing } = await browser.ask("POST", "/passkeys/sign-in/options");
  const order = { ...making, challenge: signing.challenge };
  assertEquals(
    (await browser.ask("POST", "/passkeys", new Device(ORIGIN).create(order))).status,
    410,
  );
});

test("addPasskey: a flow is worth nothing in another session", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { browser: eve } = await newMember(server, server.admin, "Eve");
  const { body: options } = await eve.ask("POST", "/passkeys/options");
  for (const [name, value] of eve.others) browser.others.set(name, value);
  const answer = new Device(ORIGIN).create(options);
  assertEquals((await browser.ask("POST", "/passkeys", answer)).status, 410);
});

test("signInWithPasskey: a device that names another member signs in nobody", async () => {
  await using server = await servePublic();
  const { browser: eve } = await newMember(server, server.admin, "Eve");
  const { device } = await addPasskey(eve);
  const stranger = new Browser(server);
  const { body: options } = await stranger.ask("POST", "/passkeys/sign-in/options");
  const answer = device.get(options);
  const userHandle = Buffer.from(server.adminId).toString("base64url");
  const forged = { ...answer, response: { ...answer.response as object, userHandle } };
  assertEquals((await stranger.ask("POST", "/passkeys/sign-in", forged)).status, 403);
  assertEquals(stranger.cookie, undefined);
});

test("signInWithPasskey: a copy whose counter goes back is refused and audited", async () => {
  await using server = await servePublic();
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const { device, body: passkey } = await addPasskey(browser);
  const copy = device.copy();
  for (let n = 0; n < 2; n++) {
    assertEquals((await signInWith(new Browser(server), device)).status, 201);
  }
  const thief = new Browser(server);
  const { status, body } = await signInWith(thief, copy);
  assertEquals([status, thief.cookie], [403, undefined]);
  assertMatch(body.detail, /counter went back/);
  const { body: { entries } } = await server.admin.ask("GET", "/audit");
  const { by, action, to } = entries.at(-1);
  assertEquals([by, action, to], [id, "refuse copied passkey", passkey.id]);
  assertEquals((await signInWith(new Browser(server), device)).status, 201);
});

test("signInWithPasskey: devices that count nothing sign in as often as they like", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { device } = await addPasskey(browser);
  for (let n = 0; n < 2; n++) {
    device.counter = -1;
    assertEquals((await signInWith(new Browser(server), device)).status, 201);
  }
});

test("signInWithPasskey: nobody signs in with a deleted passkey, or one of somebody removed or banned", async () => {
  await using server = await servePublic();
  for (
    const end of [
      async (browser: Browser) => {
        const { body: { passkeys: [{ id }] } } = await browser.ask("GET", "/passkeys");
        return await browser.ask("DELETE", `/passkeys/${id}`);
      },
      (_: Browser, id: string) => server.admin.ask("DELETE", `/members/${id}`),
      (_: Browser, id: string) => server.admin.ask("PATCH", `/members/${id}`, { banned: true }),
    ]
  ) {
    const { browser, id } = await newMember(server, server.admin, `Bob ${end.length}${end.name}`);
    const { device } = await addPasskey(browser);
    assert([200, 204].includes((await end(browser, id)).status));
    const stranger = new Browser(server);
    assertEquals((await signInWith(stranger, device)).status, 403);
    await server.admin.ask("PATCH", `/members/${id}`, { banned: false });
    assertEquals((await signInWith(stranger, device)).status, 403);
    assertEquals(stranger.cookie, undefined);
  }
});

test("deletePasskey: nobody deletes a passkey of somebody else", async () => {
  await using server = await servePublic();
  const { browser } = await newMember(server, server.admin, "Bob");
  const { body: { id } } = await addPasskey(browser);
  assertEquals((await server.admin.ask("DELETE", `/passkeys/${id}`)).status, 404);
  assertEquals((await browser.ask("GET", "/passkeys")).body.passkeys.length, 1);
});

test("signInWithPasskey: another origin cannot sign a browser in", async () => {
  await using server = await servePublic("--origin", "https://evil.example");
  const { device } = await addPasskey(server.admin);
  const victim = new Browser(server);
  const { body: options } = await victim.ask("POST", "/passkeys/sign-in/options");
  const response = await victim.fetch("/passkeys/sign-in", {
    method: "POST",
    headers: { origin: "https://evil.example", "content-type": "application/json" },
    body: JSON.stringify(device.get(options)),
  });
  await response.body?.cancel();
  assertEquals([response.status, victim.cookie], [403, undefined]);
});

test("partyOf: there are passkeys for an https host and for localhost, and nowhere else", async () => {
  for (
    const [url, is] of [
      ["https://chat.example.org/team", true],
      ["http://localhost:8080", true],
      ["http://chat.example.org", false],
      ["https://192.0.2.1", false],
      [undefined, false],
    ] as const
  ) {
    await using server = await serveInvited(...url ? ["--url", url] : []);
    const { body } = await new Browser(server).ask("GET", "/sign-in");
    assertEquals([body.access, body.passkeys], ["invite", is], url);
    const { status } = await server.admin.ask("POST", "/passkeys/options");
    assertEquals(status, is ? 200 : 403, url);
  }
});

test("partyOf: a request cannot choose the host of passkeys", async () => {
  await using server = await serveInvited("--url", ORIGIN, "--url", "https://other.example");
  const { body } = await server.admin.ask("POST", "/passkeys/options");
  assertEquals(body.rp, { name: "Hubbub", id: "chat.example.org" });
});

test("getSignIn: an open chat offers nothing, and has no passkeys", async () => {
  await using server = await serveChat("--url", ORIGIN);
  const browser = new Browser(server);
  await browser.open();
  const { body } = await browser.ask("GET", "/sign-in");
  assertEquals([body.access, body.passkeys, body.issuer], ["open", false, undefined]);
  for (const [method, path] of [["GET", "/passkeys"], ["POST", "/passkeys/options"]]) {
    assertEquals((await browser.ask(method, path)).status, 403, path);
  }
  assertEquals((await browser.ask("POST", "/passkeys/sign-in/options")).status, 403);
});
