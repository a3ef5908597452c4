/** Hooks: payloads as services send them, after their documentation, and what a hook may not do. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type InvitedServer, serveInvited } from "../../testing/invited.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";

async function hooked(server: InvitedServer, room = "lobby") {
  const { status, body } = await server.admin.ask("POST", "/bots", { name: "CI", hook: room });
  assertEquals(status, 201);
  assertMatch(new URL(body.hook).pathname, /^\/hooks\/[\w-]{43}$/);
  const post = async (payload: unknown, type = "application/json") => {
    const sent = typeof payload === "string" ? payload : JSON.stringify(payload);
    const request = { method: "POST", body: sent, headers: { "content-type": type } };
    const response = await fetch(body.hook, request);
    return { status: response.status, text: await response.text() };
  };
  const newest = async () => {
    const { body: { messages } } = await server.admin.ask("GET", `/rooms/${room}/messages?limit=1`);
    return messages[0];
  };
  return { id: body.id, post, newest };
}

/** As these services fill Slack's format in. */
const PAYLOADS: Readonly<Record<string, [payload: unknown, shows: string[]]>> = {
  GitHub: [{
    username: "GitHub",
    text:
      "[<https://github.com/o/r|o/r>] 1 new commit pushed to <https://github.com/o/r/tree/main|main> by ann",
    attachments: [{
      color: "#24292f",
      text: "<https://github.com/o/r/commit/1a2b|`1a2b`> - Fix it &amp; test",
      fallback: "x",
    }],
  }, [
    "o/r (https://github.com/o/r)",
    "`1a2b` (https://github.com/o/r/commit/1a2b) - Fix it & test",
  ]],
  Grafana: [{
    channel: "#alerts",
    username: "Grafana",
    attachments: [{
      color: "#D63232",
      title: "[FIRING:1] High CPU",
      title_link: "https://g.example/alerting/list",
      fallback: "[FIRING:1] High CPU",
      text: "**Firing**\n\nValue: A=97",
      footer: "Grafana v11.0.0",
      ts: 1,
    }],
  }, ["[FIRING:1] High CPU (https://g.example/alerting/list)", "Value: A=97"]],
  Alertmanager: [{
    channel: "#alerts",
    username: "Alertmanager",
    attachments: [{
      title: "[FIRING:1] InstanceDown (db1)",
      title_link: "https://am.example/#/alerts",
      text: "Instance db1 is down",
      fallback: "x",
      mrkdwn_in: ["fallback", "pretext", "text"],
      fields: [{ title: "Severity", value: "critical", short: true }],
    }],
  }, ["InstanceDown (db1)", "**Severity**: critical"]],
  CI: [{
    text: "Pipeline failed",
    blocks: [{
      type: "section",
      text: { type: "mrkdwn", text: ":x: *Pipeline* <https://ci.example/1|#1> failed" },
    }],
  }, ["**Pipeline** #1 (https://ci.example/1) failed"]],
};

for (const [service, [payload, shows]] of Object.entries(PAYLOADS)) {
  test(`postHook: shows what ${service} posts`, async () => {
    await using server = await serveInvited();
    const { post, newest } = await hooked(server);
    assertEquals(await post(payload), { status: 200, text: "ok" });
    const { text, name } = await newest();
    for (const part of shows) assertStringIncludes(text, part);
    const { username } = payload as { username?: string };
    assertEquals(name, username ? `${username} (CI)` : "CI");
  });
}

test("postHook: takes a form with a payload, and mentions nobody", async () => {
  await using server = await serveInvited();
  const { post, newest } = await hooked(server);
  await using ann = await Peer.join(server.host, "/rooms/lobby", server.admin.headers);
  await ann.next("welcome");
  const form = new URLSearchParams({ payload: JSON.stringify({ text: "hello @Ann" }) });
  assertEquals((await post(`${form}`, "application/x-www-form-urlencoded")).status, 200);
  const { text, to } = await newest();
  assertEquals([text, to], ["hello @Ann", undefined]);
});

test("postHook: says what is wrong with a payload, and cuts a text that is too long", async () => {
  await using server = await serveInvited("--max-message", "100");
  const { post, newest } = await hooked(server);
  for (const bad of ["", "x", "[]", {}, { text: "" }, { text: "\u200b" }]) {
    assertEquals((await post(bad)).status, 400, JSON.stringify(bad));
  }
  assertEquals((await post({ text: "x".repeat(300_000) })).status, 413);
  assertEquals((await post({ text: "é".repeat(400) })).status, 200);
  const { text } = await newest();
  assert(text.endsWith("é…") && new TextEncoder().encode(text).length <= 100);
});

test("postHook: counts no longer once its bot is deleted, and a guess is a 404", async () => {
  await using server = await serveInvited();
  const { id, post } = await hooked(server);
  await server.admin.ask("DELETE", `/bots/${id}`);
  assertEquals((await post({ text: "x" })).status, 404);
  const guess = await fetch(`http://${server.host}/hooks/x`, { method: "POST", body: "{}" });
  await guess.body?.cancel();
  assertEquals(guess.status, 404);
});

test("postHook: is refused to the pages of other origins, and limited by rate", async () => {
  await using server = await serveInvited("--rate", "1", "--burst", "2");
  const { post } = await hooked(server);
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await post({ text: `${n}` })).status);
  assertEquals(statuses.slice(0, 2), [200, 200]);
  assert(statuses.includes(429));
  await using other = await serveChat();
  const foreign = await fetch(`http://${server.host}/hooks/x`, {
    method: "POST",
    body: "{}",
    headers: { origin: `http://${other.host}` },
  });
  await foreign.body?.cancel();
  assertEquals(foreign.status, 403);
});
