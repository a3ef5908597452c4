/** Members of two servers that share a Redis: what one server does counts on the other at once. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { skipTime } from "../../testing/clock.ts";
import { Browser } from "../../testing/cookies.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { invite, newMember, serveInvited } from "../../testing/invited.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { Peer, serveChat, within } from "../../testing/support.ts";
import { upgradeStatus } from "../../testing/token_server.ts";
import { until } from "../../testing/wait.ts";
import { Watcher } from "../../testing/watcher.ts";

/** The same person's browser on another server. */
function on(server: { host: string }, { cookie }: Browser): Browser {
  const browser = new Browser(server);
  browser.cookie = cookie;
  return browser;
}

redisTest(
  "Removal.remove: a member is out on all servers, with sockets, streams and links",
  async () => {
    await using redis = await OwnRedis.start();
    await using first = await serveInvited("--db", redis.url);
    await using second = await serveChat("--db", redis.url);
    const { browser, id } = await newMember(second, on(second, first.admin), "Bob");
    await first.admin.ask("PATCH", `/members/${id}`, { role: "admin" });
    await until(async () => (await browser.ask("GET", "/me")).body.role === "admin", "the role");
    const links = [await invite(browser), (await browser.ask("POST", "/me/link")).body.link];
    await using peer = await Peer.join(second.host, "/rooms/lobby", browser.headers);
    await using watcher = await Watcher.watch(second, "", browser.headers);
    await until(
      async () => (await on(first, browser).ask("GET", "/me")).body.role === "admin",
      "the first server to know",
    );
    assertEquals((await first.admin.ask("DELETE", `/members/${id}`)).status, 204);
    assertEquals((await within(peer.closed, "the end")).reason, "access revoked");
    while (await watcher.next() !== undefined);
    assertEquals((await browser.ask("GET", "/me")).status, 401);
    for (const link of links) {
      assertEquals((await new Browser(second).join(link, "Bob")).status, 410);
      assertEquals((await new Browser(first).join(link, "Bob")).status, 410);
    }
  },
);

redisTest("Admission.rename: another name reaches the connections on other servers", async () => {
  await using redis = await OwnRedis.start();
  await using first = await serveInvited("--db", redis.url);
  const { browser, id } = await newMember(first, first.admin, "Bob");
  await using second = await serveChat("--db", redis.url);
  await using peer = await Peer.join(second.host, "/rooms/lobby", on(second, browser).headers);
  await peer.next("welcome");
  assertEquals((await browser.ask("PATCH", "/me", { name: "Robert" })).status, 200);
  assertEquals((await peer.next("renamed")).name, "Robert");
  peer.say("it is me");
  const { from, name } = await peer.next("message");
  assertEquals([from, name], [id, "Robert"]);
});

redisTest("join: of two servers that are asked for the last use, one gives it", async () => {
  await using redis = await OwnRedis.start();
  await using first = await serveInvited("--db", redis.url);
  await using second = await serveChat("--db", redis.url);
  for (let round = 0; round < 10; round++) {
    const link = await invite(first.admin);
    // The second server knows of it, too.
    const known = () =>
      new Browser(second).ask("POST", "/join", { token: link.split("#")[1], look: true });
    await until(async () => (await known()).status === 200, "the link on the second server");
    const answers = await Promise.all(
      [first, second].map((server, n) => new Browser(server).join(link, `name ${round}.${n}`)),
    );
    assertEquals(answers.map(({ status }) => status).sort(), [201, 410]);
  }
});

redisTest(
  "People.checkFresh: a server that has not reached the journal for 5 s admits nobody",
  async () => {
    await using redis = await OwnRedis.start();
    await using link = new FaultyLink(redis.port);
    await using first = await serveInvited("--db", redis.url);
    {
      await using cut = await serveChat("--db", link.url);
      const admin = on(cut, first.admin);
      assertEquals((await admin.ask("GET", "/me")).status, 200);
      const { browser, id } = await newMember(first, first.admin, "Bob");
      const bob = on(cut, browser);
      await until(
        async () => (await bob.ask("GET", "/me")).status === 200,
        "Bob on the other server",
      );
      link.cut();
      assertEquals((await first.admin.ask("DELETE", `/members/${id}`)).status, 204);
      {
        using _ = skipTime(LIMITS.directoryStaleMs + 1);
        assertEquals((await admin.ask("GET", "/me")).status, 503);
        assertEquals((await bob.ask("GET", "/me")).status, 503);
        assertEquals((await new Browser(cut).join("/join#x", "Eve")).status, 503);
        const cookie = `Cookie: ${admin.cookie}\r\nOrigin: http://${cut.host}\r\n`;
        assertEquals(await upgradeStatus(cut, "/rooms/lobby", cookie), 503);
      }
      link.repair();
      // It follows again, and has learnt what it missed.
      await until(async () => (await bob.ask("GET", "/me")).status === 401, "the removal");
      assertEquals((await admin.ask("GET", "/me")).status, 200);
    }
  },
);
