/** OpenID Connect accounts: linking them, signing in and joining; and attacks on each. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { skipDate } from "../../testing/clock.ts";
import { Browser } from "../../testing/cookies.ts";
import { type InvitedServer, newMember, serveInvited } from "../../testing/invited.ts";
import { TestIssuer } from "../../testing/issuer.ts";
import { ORIGIN } from "../../testing/passkeys.ts";
import { serveChat, test } from "../../testing/support.ts";

interface Scene {
  readonly issuer: TestIssuer;
  readonly server: InvitedServer;
}

/** A test with an issuer and a chat that uses it, with these further flags. */
function oidcTest(name: string, fn: (scene: Scene) => Promise<void>, ...flags: string[]): void {
  test(name, async () => {
    await using issuer = await TestIssuer.start();
    await using server = await serveInvited(...await issuer.flags(...flags));
    await fn({ issuer, server });
  });
}

/** Begins a flow, and answers with the issuer's address. */
async function start(browser: Browser, order: unknown = {}): Promise<string> {
  const { status, body } = await browser.ask("POST", "/oidc/start", order);
  assertEquals(status, 200, JSON.stringify(body));
  return body.location;
}

/** Signs in, or links, with an account: the status at the end. */
async function use({ issuer }: Scene, browser: Browser, subject: string, order?: unknown) {
  return await browser.visit(await issuer.signIn(await start(browser, order), subject));
}

const meOf = async (browser: Browser) => (await browser.ask("GET", "/me")).body;

oidcTest("finishOidc: an account signs in the member who has linked it", async (scene) => {
  const { server } = scene;
  const { browser, id } = await newMember(server, server.admin, "Bob");
  const before = browser.cookie;
  assertEquals(await use(scene, browser, "bob@idp", { link: true }), 303);
  assertEquals(browser.cookie, before);
  const other = new Browser(server);
  assertEquals(await use(scene, other, "bob@idp"), 303);
  const me = await meOf(other);
  assertEquals([me.id, me.name, me.role], [id, "Bob", "member"]);
  const { body: { accounts } } = await other.ask("GET", "/oidc/accounts");
  assertEquals(accounts.length, 1);
  assertEquals((await other.ask("DELETE", `/oidc/accounts/${accounts[0].id}`)).status, 204);
  assertEquals(await use(scene, new Browser(server), "bob@idp"), 403);
  const { body: { entries } } = await server.admin.ask("GET", "/audit");
  const actions = entries.map(({ by, action }: { by: string; action: string }) => [by, action]);
  assertEquals(actions.slice(-2), [[id, "link account"], [id, "unlink account"]]);
});

oidcTest("finishOidc: an account of nobody signs in nobody, whatever its email", async (scene) => {
  const { issuer, server } = scene;
  for (const subject of ["bob@idp", "eve@idp"]) {
    const claims = { name: "Bob", email: "bob@example.org", email_verified: true };
    issuer.accounts.set(subject, { ...claims, preferred_username: "Bob" });
  }
  const { browser } = await newMember(server, server.admin, "Bob");
  assertEquals(await use(scene, browser, "bob@idp", { link: true }), 303);
  const eve = new Browser(server);
  assertEquals([await use(scene, eve, "eve@idp"), eve.cookie], [403, undefined]);
});

oidcTest("finishOidc: an account belongs to one member", async (scene) => {
  const { server } = scene;
  const { browser: bob } = await newMember(server, server.admin, "Bob");
  const { browser: eve, id } = await newMember(server, server.admin, "Eve");
  assertEquals(await use(scene, eve, "shared@idp", { link: true }), 303);
  assertEquals(await use(scene, bob, "shared@idp", { link: true }), 409);
  const other = new Browser(server);
  assertEquals(await use(scene, other, "shared@idp"), 303);
  assertEquals((await meOf(other)).id, id);
});

oidcTest("startOidc: linking needs a sign-in of the last ten minutes", async (scene) => {
  const { server } = scene;
  const { browser } = await newMember(server, server.admin, "Bob");
  assertEquals((await new Browser(server).ask("POST", "/oidc/start", { link: true })).status, 401);
  using _ = skipDate(LIMITS.provenMs + 1_000);
  assertEquals((await browser.ask("POST", "/oidc/start", { link: true })).status, 403);
});

oidcTest(
  "finishOidc: with --oidc-join anyone joins, as a member with a name of their own",
  async (scene) => {
    const { issuer, server } = scene;
    issuer.accounts.set("ann@idp", { name: "ann", role: "admin", groups: ["admin"] });
    issuer.accounts.set("nobody@idp", { name: "\u200b" });
    const ann = new Browser(server);
    assertEquals(await use(scene, ann, "ann@idp"), 303);
    const me = await meOf(ann);
    assertEquals([me.name, me.role], ["ann 2", "member"]);
    const nobody = new Browser(server);
    assertEquals(await use(scene, nobody, "nobody@idp"), 303);
    assertEquals((await meOf(nobody)).name, "Member");
    const again = new Browser(server);
    assertEquals(await use(scene, again, "ann@idp"), 303);
    assertEquals((await meOf(again)).id, me.id);
    assertEquals((await server.admin.ask("GET", "/members")).body.members.length, 3);
  },
  "--oidc-join",
);

oidcTest(
  "finishOidc: an account of somebody banned stays out, and is linked no more",
  async (scene) => {
    const { server } = scene;
    const bob = new Browser(server);
    assertEquals(await use(scene, bob, "bob@idp"), 303);
    const { id } = await meOf(bob);
    await server.admin.ask("PATCH", `/members/${id}`, { banned: true });
    assertEquals(await use(scene, bob, "bob@idp"), 403);
    const { browser: eve } = await newMember(server, server.admin, "Eve");
    assertEquals(await use(scene, eve, "bob@idp", { link: true }), 403);
    await server.admin.ask("PATCH", `/members/${id}`, { banned: false });
    assertEquals(await use(scene, bob, "bob@idp"), 303);
    assertNotEquals((await meOf(bob)).id, id);
  },
  "--oidc-join",
);

oidcTest("finishOidc: an account of somebody removed signs in nobody", async (scene) => {
  const { server } = scene;
  const { browser, id } = await newMember(server, server.admin, "Bob");
  assertEquals(await use(scene, browser, "bob@idp", { link: true }), 303);
  await server.admin.ask("DELETE", `/members/${id}`);
  assertEquals(await use(scene, browser, "bob@idp"), 403);
});

oidcTest("finishOidc: code, state and nonce are worth something once", async (scene) => {
  const { issuer, server } = scene;
  const bob = new Browser(server);
  const location = await start(bob);
  const flow = new Map(bob.others);
  const answer = await issuer.signIn(location, "bob@idp");
  const { searchParams } = new URL(location);
  for (const name of ["state", "nonce", "code_challenge"]) {
    assertMatch(searchParams.get(name)!, /^[\w-]{43}$/);
  }
  assertEquals(searchParams.get("code_challenge_method"), "S256");
  assertEquals(await bob.visit(answer), 303);
  assertEquals(bob.others.size, 0);
  assertEquals(await bob.visit(answer), 410);
  const thief = new Browser(server);
  const steal = () => flow.forEach((value, name) => thief.others.set(name, value));
  steal();
  assertEquals(await thief.visit(answer), 403);
  steal();
  assertEquals(await thief.visit(await issuer.signIn(location, "bob@idp")), 410);
  assertEquals(thief.cookie, undefined);
}, "--oidc-join");

oidcTest(
  "finishOidc: an answer that another browser has asked for signs in nobody",
  async (scene) => {
    const { issuer, server } = scene;
    const attacker = new Browser(server);
    const answer = () => start(attacker).then((location) => issuer.signIn(location, "eve@idp"));
    const victim = new Browser(server);
    assertEquals(await victim.visit(await answer()), 410);
    await start(victim);
    assertEquals(await victim.visit(await answer()), 403);
    const state = new URL(await start(victim)).searchParams.get("state")!;
    const mixed = (await answer()).replace(/state=[^&]*/, `state=${state}`);
    assertEquals([await victim.visit(mixed), victim.cookie], [403, undefined]);
  },
  "--oidc-join",
);

oidcTest(
  "finishOidc: an account is linked in the session that asked, and in no other",
  async (scene) => {
    const { issuer, server } = scene;
    const { browser: bob } = await newMember(server, server.admin, "Bob");
    const { browser: eve } = await newMember(server, server.admin, "Eve");
    const answer = await issuer.signIn(await start(eve, { link: true }), "eve@idp");
    for (const [name, value] of eve.others) bob.others.set(name, value);
    assertEquals(await bob.visit(answer), 410);
    assertEquals((await bob.ask("GET", "/oidc/accounts")).body.accounts, []);
    const stranger = new Browser(server);
    for (const [name, value] of eve.others) stranger.others.set(name, value);
    assertEquals([await stranger.visit(answer), stranger.cookie], [410, undefined]);
  },
  "--oidc-join",
);

oidcTest(
  "finishOidc: refuses another issuer's answer, another state, nonce or verifier",
  async (scene) => {
    const { issuer, server } = scene;
    for (
      const spoil of [
        { answer: (path: string) => path.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example") },
        { answer: (path: string) => path.replace(/&?iss=[^&]*/, "") },
        { answer: (path: string) => path.replace(/state=[^&]*/, `state=${"A".repeat(43)}`) },
        { location: (url: string) => url.replace(/nonce=[^&]*/, `nonce=${"A".repeat(43)}`) },
        {
          location: (url: string) =>
            url.replace(/code_challenge=[^&]*/, `code_challenge=${"A".repeat(43)}`),
        },
      ]
    ) {
      const browser = new Browser(server);
      const { location = (url: string) => url, answer = (path: string) => path } = spoil;
      const path = answer(await issuer.signIn(location(await start(browser)), "bob@idp"));
      assertEquals([await browser.visit(path), browser.cookie], [403, undefined], path);
    }
  },
  "--oidc-join",
);

oidcTest(
  "finishOidc: who does not want to sign in after all gets a page that says so",
  async (scene) => {
    const { issuer, server } = scene;
    const browser = new Browser(server);
    const path = await issuer.signIn(await start(browser), undefined);
    assertMatch(path, /error=access_denied/);
    const response = await browser.fetch(path, { headers: { accept: "text/html" } });
    assertEquals(response.status, 403);
    assertMatch(response.headers.get("content-type")!, /text\/html/);
    assertMatch(await response.text(), /the issuer of your account did not sign you in/);
  },
);

oidcTest(
  "startOidc: only the chat's own page begins, and only GET ends",
  async (scene) => {
    const { issuer, server } = scene;
    const browser = new Browser(server);
    const foreign = await browser.fetch("/oidc/start", {
      method: "POST",
      headers: { origin: "https://evil.example" },
    });
    assertEquals(foreign.status, 403);
    await foreign.text();
    assertEquals((await browser.ask("GET", "/oidc/start")).status, 405);
    const path = await issuer.signIn(await start(browser), "bob@idp");
    for (const method of ["HEAD", "POST"]) {
      const status = await browser.visit(path, { method });
      assertEquals([status, browser.cookie], [405, undefined], method);
    }
    assertEquals(await browser.visit(path), 303);
  },
  "--oidc-join",
  "--origin",
  "https://evil.example",
);

oidcTest("finishOidc: the session that the browser had ends", async (scene) => {
  const { server } = scene;
  const { browser } = await newMember(server, server.admin, "Bob");
  const before = browser.cookie;
  assertEquals(await use(scene, browser, "bob@idp", { link: true }), 303);
  assertEquals(await use(scene, browser, "bob@idp"), 303);
  assertNotEquals(browser.cookie, before);
  browser.cookie = before;
  assertEquals((await browser.ask("GET", "/me")).status, 401);
});

test("startOidc: an issuer that is down is reported, and used again once it is back", async () => {
  const gone = await TestIssuer.start();
  await using server = await serveInvited(...await gone.flags());
  await gone[Symbol.asyncDispose]();
  const browser = new Browser(server);
  const { status, body } = await browser.ask("POST", "/oidc/start");
  assertEquals(status, 503);
  assertMatch(body.detail, /cannot be reached now/);
  assert(server.log.events.some((event) => event.startsWith("issuer failed")));
  await using _issuer = await TestIssuer.start(Number(new URL(gone.url).port));
  await start(browser);
});

test("finishOidc: a browser may come back to another server", async () => {
  await using issuer = await TestIssuer.start();
  const db = `${await Deno.makeTempDir()}/chat.db`;
  const flags = await issuer.flags("--oidc-join", "--db", db);
  await using one = await serveInvited(...flags);
  await using other = await serveChat(...flags);
  const there = new Browser(other);
  const location = await start(new Browser(one)).then(() => start(there));
  const here = new Browser(one);
  for (const [name, value] of there.others) here.others.set(name, value);
  assertEquals(await here.visit(await issuer.signIn(location, "bob@idp")), 303);
  assertEquals((await meOf(here)).role, "member");
});

test("startOidc: without an issuer, and in an open chat, no account signs anybody in", async () => {
  await using server = await serveInvited("--url", ORIGIN);
  const browser = new Browser(server);
  assertEquals((await browser.ask("POST", "/oidc/start")).status, 404);
  assertEquals((await browser.ask("GET", "/oidc/callback?code=x&state=y")).status, 404);
  assertEquals((await server.admin.ask("GET", "/oidc/accounts")).status, 404);
  assertEquals((await browser.ask("GET", "/sign-in")).body.issuer, undefined);
  await using issuer = await TestIssuer.start();
  await using open = await serveChat(...await issuer.flags());
  assertEquals((await new Browser(open).ask("POST", "/oidc/start")).status, 403);
});
