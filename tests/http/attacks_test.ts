/** Attacks on sessions and links: by other pages, other hosts, caches, and somebody who guesses. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Browser, tokenOf } from "../../testing/cookies.ts";
import { invite, newMember, serveInvited } from "../../testing/invited.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";
import { bearer, statusOf, upgradeStatus } from "../../testing/token_server.ts";

/** What changes something, with its body. */
const CHANGES: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ["POST", "/me", {}],
  ["PATCH", "/me", { name: "Eve" }],
  ["DELETE", "/me/sessions/first"],
  ["POST", "/me/link"],
  ["POST", "/me/sign-out"],
  ["POST", "/join", { token: "x", name: "Eve" }],
  ["POST", "/invites", {}],
  ["DELETE", "/invites/x"],
  ["PATCH", "/members/x", { role: "admin" }],
  ["DELETE", "/members/x"],
  ["POST", "/members/x/link"],
  ["POST", "/rooms/lobby/messages", { text: "x" }],
  ["PATCH", "/rooms/lobby", { topic: "x" }],
  ["DELETE", "/rooms/lobby/messages/1"],
];

/** What a page can send without being asked, and what needs a preflight. */
const TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json",
  undefined,
];

test("Authenticator.credentialOf: no other page changes anything with a cookie, by any method and type", async () => {
  for (const flags of [[], ["--origin", "*"], ["--origin", "https://a.example"]]) {
    await using server = await serveInvited(...flags);
    const cookie = server.admin.cookie!;
    const senders: Record<string, string>[] = [
      { cookie, origin: "https://a.example" },
      { cookie, origin: "null" },
      { cookie, origin: `https://${server.host}` },
      { cookie, origin: `http://${server.host.replace(/\d+$/, "1")}` },
      { cookie, "sec-fetch-site": "cross-site" },
      { cookie, "sec-fetch-site": "same-site" },
      { cookie },
    ];
    for (const [method, path, body] of CHANGES) {
      for (const headers of senders) {
        for (const type of TYPES) {
          const init = { method, headers: { ...headers, ...type && { "content-type": type } } };
          const status = await statusOf(server, path, { ...init, body: JSON.stringify(body) });
          // Where the origin is allowed, there is nobody: the cookie does not count.
          assert(
            [401, 403].includes(status),
            `${method} ${path} ${JSON.stringify(init)} ${status}`,
          );
        }
      }
    }
    assertEquals((await server.admin.ask("GET", "/me")).body.id, server.adminId);
    assertEquals((await server.admin.ask("GET", "/invites")).body.invites, []);
  }
});

test("Routes: GET and HEAD change nothing where something else does", async () => {
  await using server = await serveInvited();
  for (const [, path] of CHANGES) {
    for (const method of ["GET", "HEAD"]) {
      const response = await server.admin.fetch(path, { method });
      await response.body?.cancel();
      assert([200, 404, 405].includes(response.status), `${method} ${path}`);
      const given = response.headers.get("set-cookie");
      assertEquals(given, null, path);
    }
  }
  assertEquals((await server.admin.ask("GET", "/me")).status, 200);
});

test("readObject: takes no form, which any page could send", async () => {
  await using server = await serveInvited();
  for (const type of TYPES.filter((type) => type !== "application/json")) {
    const headers = type ? { "content-type": type } : undefined;
    for (const path of ["/join", "/invites", "/me"]) {
      const response = await server.admin.fetch(path, { method: "POST", body: "{}", headers });
      await response.body?.cancel();
      assertEquals(response.status, 415, `${path} ${type}`);
    }
  }
});

test("join: no other page signs a browser in as somebody else", async () => {
  for (const flags of [[], ["--origin", "*"], ["--origin", "https://a.example"]]) {
    await using server = await serveInvited(...flags);
    const { body: { link } } = await server.admin.ask("POST", "/me/link");
    for (const type of TYPES) {
      const headers = { origin: "https://a.example", ...type && { "content-type": type } };
      const init = { method: "POST", headers, body: JSON.stringify({ token: tokenOf(link) }) };
      const response = await fetch(`http://${server.host}/join`, init);
      await response.body?.cancel();
      assertEquals([response.status, response.headers.get("set-cookie")], [403, null], type);
    }
    // The page alone does nothing, however the link is opened.
    const page = await fetch(link);
    await page.text();
    assertEquals([page.status, page.headers.get("set-cookie")], [200, null]);
    assertEquals((await new Browser(server).join(link)).status, 201);
  }
});

test("Joining.use: a session that somebody else knows is worth nothing once its browser has signed in", async () => {
  await using server = await serveInvited();
  const { browser: attacker } = await newMember(server, server.admin, "Eve");
  const { browser: owner, id } = await newMember(server, server.admin, "Bob");
  const { body: { link } } = await owner.ask("POST", "/me/link");
  const victim = new Browser(server);
  victim.cookie = attacker.cookie;
  const { body } = await victim.join(link);
  assertEquals(body.id, id);
  assertNotEquals(victim.cookie, attacker.cookie);
  assertEquals((await attacker.ask("GET", "/me")).status, 401);
  assertEquals((await victim.ask("GET", "/me")).body.id, id);
});

test("Authenticator.credentialOf: cookies that other hosts of the domain have added do not hide a session", async () => {
  await using server = await serveInvited();
  const [name] = server.admin.cookie!.split("=");
  const foreign = new Browser(await serveAside());
  const junk = ["x", "x.y", `${"A".repeat(43)}.${"A".repeat(22)}`];
  const browser = new Browser(server);
  browser.cookie = [...junk.map((value) => `${name}=${value}`), server.admin.cookie].join("; ");
  assertEquals((await browser.ask("GET", "/me")).body.id, server.adminId);
  // A session of another database is none here, under whichever name.
  await foreign.open();
  const [, value] = foreign.cookie!.split("=");
  browser.cookie = `${name}=${value}`;
  assertEquals((await browser.ask("GET", "/me")).status, 401);
  await aside?.[Symbol.asyncDispose]();
});

let aside: Awaited<ReturnType<typeof serveChat>> | undefined;
const serveAside = async () => aside = await serveChat();

test("Sessions.cookie: chats on several ports of one host do not take each other's sessions", async () => {
  await using first = await serveChat();
  await using second = await serveChat();
  const [one, two] = [new Browser(first), new Browser(second)];
  const ids = [(await one.open()).id, (await two.open()).id];
  // A browser sends the cookies of a host to all of its ports.
  const both = `${one.cookie}; ${two.cookie}`;
  one.cookie = two.cookie = both;
  assertEquals([(await one.open()).id, (await two.open()).id], ids);
});

test("Routes: no cache may store what depends on a credential, or an error", async () => {
  await using server = await serveInvited();
  const { id } = await newMember(server, server.admin, "Bob");
  const paths = [
    "/me",
    "/me/sessions",
    "/members",
    "/invites",
    "/rooms",
    "/rooms/lobby/messages",
    "/rooms/lobby/events",
    "/metrics",
    "/rooms/lobby/messages/1",
    "/nothing",
  ];
  const requests: [string, string, unknown?][] = [
    ...paths.map((path): [string, string] => ["GET", path]),
    ["POST", "/me", {}],
    ["PATCH", "/me", { name: "Anna" }],
    ["POST", "/me/link"],
    ["POST", "/invites", {}],
    ["POST", "/join", { token: "x" }],
    ["PATCH", `/members/${id}`, {}],
    ["POST", `/members/${id}/link`],
    ["DELETE", `/members/${id}`],
    ["POST", "/me/sign-out"],
  ];
  for (const asker of [new Browser(server), server.admin]) {
    for (const [method, path, body] of requests) {
      const response = await asker.fetch(path, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: body ? { "content-type": "application/json" } : undefined,
      });
      await response.body?.cancel();
      assertEquals(response.headers.get("cache-control"), "no-store", `${method} ${path}`);
    }
  }
});

test("Authenticator.identify: who knows an id is not that person", async () => {
  await using server = await serveInvited();
  const id = server.adminId;
  const [name] = server.admin.cookie!.split("=");
  for (const value of [id, `${id}.${id}`, id.repeat(3)]) {
    assertEquals(await statusOf(server, "/me", bearer(value)), 401);
    assertEquals(await statusOf(server, `/me?token=${value}`), 401);
    assertEquals(await statusOf(server, "/me", { headers: { cookie: `${name}=${value}` } }), 401);
  }
  await using open = await serveChat();
  const browser = new Browser(open);
  const visitor = await browser.open();
  await using peer = await Peer.join(open.host, `/rooms/lobby?id=${visitor.id}&from=${visitor.id}`);
  assertNotEquals((await peer.next("welcome")).you.id, visitor.id);
  assertEquals(await upgradeStatus(open, `/ws?token=${visitor.id}`), 401);
});

test("addressOf: nobody evades the limit of links with forged forwarding headers", async () => {
  await using server = await serveInvited("--rate", "1", "--burst", "20");
  const statuses: number[] = [];
  for (let n = 0; n < 30; n++) {
    const forged = `192.0.2.${n}`;
    statuses.push(
      await statusOf(server, "/join", {
        method: "POST",
        body: JSON.stringify({ token: "x" }),
        headers: {
          "content-type": "application/json",
          "x-forwarded-for": forged,
          "x-real-ip": forged,
          forwarded: `for=${forged}`,
        },
      }),
    );
  }
  assertEquals([...new Set(statuses)], [410, 429]);
});

test("join: a link that was seen on its way is worth nothing after its use", async () => {
  await using server = await serveInvited();
  const link = await invite(server.admin);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => new Browser(server).join(link, `name ${n}`)),
  );
  assertEquals(answers.map(({ status }) => status).sort(), [201, ...Array(9).fill(410)]);
});
