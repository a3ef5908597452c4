/** How people come in: what the database remembers of it, and how servers that share it agree. */

import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { UsageError } from "../../config/config.ts";
import { Browser } from "../../testing/cookies.ts";
import { firstLink, newMember, serveInvited } from "../../testing/invited.ts";
import { hasRedis, OwnRedis } from "../../testing/redis_server.ts";
import { allowed, config, Peer, serveChat, test, within } from "../../testing/support.ts";
import { VERSION_1, withFolder } from "../../testing/sqlite.ts";
import { bearer, serveLocked, sign, statusOf } from "../../testing/token_server.ts";
import { until } from "../../testing/wait.ts";

const ignore = !allowed || !hasRedis();

test("People.open: a start without the flag takes what the database remembers", async () => {
  await withFolder(async (folder) => {
    const db = ["--db", `${folder}/chat.db`];
    {
      await using server = await serveChat(...db);
      assertEquals(server.chat.access, "open");
    }
    {
      await using server = await serveChat("--access", "invite", ...db);
      assertEquals([server.chat.access, server.chat.needsAdmin], ["invite", true]);
    }
    {
      await using server = await serveChat(...db);
      assertEquals(server.chat.access, "invite");
      assertEquals(await statusOf(server, "/rooms"), 401);
    }
    await using server = await serveChat("--access", "open", ...db);
    assertEquals(server.chat.access, "open");
    assertEquals(await statusOf(server, "/rooms"), 200);
  });
});

test("People.open: a database that was used with tokens is not opened to everybody by leaving out the secret", async () => {
  await withFolder(async (folder) => {
    const db = ["--db", `${folder}/chat.db`];
    {
      await using server = await serveLocked(...db);
      assertEquals(server.chat.access, "token");
    }
    const error = await assertRejects(() => serveChat(...db), UsageError);
    assertStringIncludes(error.message, "--auth-secret-file");
    await using server = await serveChat("--access", "open", ...db);
    assertEquals(await statusOf(server, "/rooms"), 200);
  });
});

test("configure: --access and a secret for tokens exclude each other", async () => {
  const error = await assertRejects(() => serveLocked("--access", "invite"), UsageError);
  assertStringIncludes(error.message, "--access");
  assertEquals(config("--access", "invite").access, "invite");
  assertEquals(config().access, "");
});

test("People.open: from open to invitations everything is kept, and back again", async () => {
  await withFolder(async (folder) => {
    const db = ["--db", `${folder}/chat.db`];
    const admin = { cookie: "", id: "" };
    {
      await using server = await serveChat(...db);
      const browser = new Browser(server);
      await browser.open();
      const { body } = await browser.join(await firstLink(server), "Ann");
      await browser.fetch("/rooms/lobby/messages", {
        method: "POST",
        body: "hello",
        headers: { "content-type": "text/plain" },
      }).then((response) => response.body?.cancel());
      Object.assign(admin, { cookie: browser.cookie, id: body.id });
    }
    {
      await using server = await serveChat("--access", "invite", ...db);
      assertEquals(server.chat.needsAdmin, false);
      const browser = new Browser(server);
      browser.cookie = admin.cookie;
      const { body: me } = await browser.ask("GET", "/me");
      assertEquals([me.id, me.name, me.role], [admin.id, "Ann", "admin"]);
      const { body: { messages } } = await browser.ask("GET", "/rooms/lobby/messages");
      assertEquals([messages[0].from, messages[0].text], [admin.id, "hello"]);
      // The name of somebody who was there before is taken.
      assertEquals((await new Browser(server).join(await firstLink(server), "ann")).status, 409);
      await newMember(server, browser, "Bob");
    }
    await using server = await serveChat("--access", "open", ...db);
    const browser = new Browser(server);
    browser.cookie = admin.cookie;
    assertEquals((await browser.ask("GET", "/me")).body.id, admin.id);
    assertEquals((await browser.ask("GET", "/members")).body.members.length, 2);
  });
});

Deno.test({
  name: "Access.mode: a server follows what another one is started with, and its visitors leave",
  ignore,
  async fn() {
    await using redis = await OwnRedis.start();
    const db = ["--db", redis.url];
    await using open = await serveChat(...db);
    const visitor = new Browser(open);
    await visitor.open();
    await using peer = await Peer.join(open.host, "/rooms/lobby", visitor.headers);
    await using invited = await serveInvited(...db);
    assertEquals((await within(peer.closed, "the end")).reason, "access revoked");
    await until(() => open.chat.access === "invite", "the other server to follow");
    assertEquals((await visitor.ask("GET", "/me")).status, 401);
    const elsewhere = new Browser(open);
    elsewhere.cookie = invited.admin.cookie;
    assertEquals((await elsewhere.ask("GET", "/me")).body.id, invited.adminId);
    assertStringIncludes(open.log.events.join("\n"), 'access changed {"access":"invite"');
  },
});

Deno.test({
  name: "Access.isLocked: a server without the secret admits nobody once another requires tokens",
  ignore,
  async fn() {
    await using redis = await OwnRedis.start();
    const db = ["--db", redis.url];
    await using open = await serveChat(...db);
    await using peer = await Peer.join(open.host, "/ws");
    await using locked = await serveLocked(...db);
    assertEquals((await within(peer.closed, "the end")).code, 1008);
    await until(async () => await statusOf(open, "/rooms") === 503, "the other server to follow");
    const headers = bearer(await sign({ sub: "ann" }));
    assertEquals(await statusOf(open, "/rooms", headers), 503);
    assertEquals(await statusOf(locked, "/rooms", headers), 200);
    assertNotEquals(open.chat.access, "open");
  },
});

Deno.test({
  name: "Access.mode: a Redis that has lost everything opens the chat to nobody",
  ignore,
  async fn() {
    await using redis = await OwnRedis.start();
    await using server = await serveInvited("--db", redis.url);
    await using peer = await Peer.join(server.host, "/rooms/lobby", server.admin.headers);
    await peer.next("welcome");
    await redis.ask("FLUSHALL");
    await until(async () => (await server.admin.ask("GET", "/me")).status === 401, "the loss");
    assertEquals(await statusOf(server, "/rooms"), 401);
    assertEquals([server.chat.access, server.chat.needsAdmin], ["invite", true]);
  },
});

test("history: messages of version 0.1, whose authors had ids of eight characters, keep their names", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    const db = new DatabaseSync(file);
    db.exec(VERSION_1);
    db.exec("INSERT INTO message VALUES (1, 2, 8, 'abcd1234', 'Ann', NULL, 'hello', NULL)");
    db.close();
    await using server = await serveChat("--db", file);
    const { body } = await new Browser(server).ask("GET", "/rooms/r/messages");
    const [, { from, name, text }] = body.messages;
    assertEquals([from, name, text], ["abcd1234", "Ann", "hello"]);
    await using peer = await Peer.join(server.host, "/rooms/r");
    await peer.until(() => peer.all("message").length === 2, "the replay");
    assertEquals(peer.all("message")[1].name, "Ann");
  });
});
