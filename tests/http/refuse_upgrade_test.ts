/** Why an upgrade would be refused: browsers do not say, so a plain request asks. */

import { assertEquals, assertMatch } from "@std/assert";
import { serveChat, test } from "../../testing/support.ts";

test("refuseUpgrade: says what a socket would be refused with, or 426", async () => {
  await using server = await serveChat();
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const accept = "application/problem+json";
    const answer = await fetch(`http://${server.host}${path}`, { headers: { accept, ...headers } });
    const { status, detail } = await answer.json();
    assertEquals(answer.status, status);
    return { status, detail };
  };
  assertEquals((await ask("/rooms/tea?name=Ann")).status, 426);
  assertEquals((await ask("/rooms/a%20b")).status, 400);
  const email = await ask(`/rooms/tea?email=${"e".repeat(300)}`);
  assertEquals(email.status, 400);
  assertMatch(email.detail, /email/);
  assertEquals((await ask("/rooms/tea?since=x")).status, 400);
  assertEquals((await ask("/rooms/tea", { origin: "https://elsewhere.example" })).status, 403);
});

test("refuseUpgrade: takes no connection's place", async () => {
  await using server = await serveChat("--max-clients", "1");
  for (let i = 0; i < 3; i++) {
    const headers = { accept: "application/problem+json" };
    const answer = await fetch(`http://${server.host}/rooms/tea`, { headers });
    await answer.body?.cancel();
    assertEquals(answer.status, 426);
  }
});

test("refuseUpgrade: leaves the page to everybody else", async () => {
  await using server = await serveChat();
  for (const accept of ["text/html", "*/*"]) {
    const answer = await fetch(`http://${server.host}/rooms/tea`, { headers: { accept } });
    assertMatch(await answer.text(), /<!doctype html>/);
  }
});
