/** Every limit of the protocol, at the limit and one past it: what is over costs its sender only. */

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { exchange, get } from "../../testing/raw_http.ts";
import {
  type ChatServer,
  Peer,
  RawPeer,
  serveChat,
  test,
  UPGRADE,
  within,
} from "../../testing/support.ts";

/** How an upgrade of this path is answered, or that of a plain request. */
async function status({ host }: ChatServer, path: string, headers = UPGRADE): Promise<string> {
  using raw = await RawPeer.connect(host, path, headers);
  return (await raw.head()).slice(9, 12);
}

/** What a wire calls a message, and where it shows that one was refused. */
const WIRES = {
  "/ws": { say: (text: string) => text, refused: /^-- not sent: / },
  "/chat?email=ann@example.org": { say: (text: string) => text, refused: /"not sent: .*"server"/ },
  "/rooms/lobby": {
    say: (text: string) => JSON.stringify({ type: "say", text }),
    refused: /^{"type":"error","code":"(?:too_large|rate_limited)"/,
  },
};

for (const [path, { say, refused }] of Object.entries(WIRES)) {
  test(`Client.receive: accepts --max-message bytes of UTF-8 on ${path}, and not one more`, async () => {
    await using server = await serveChat("--max-message", "48", "--rate", "0");
    await using bob = await Peer.join(server.host, "/rooms/lobby");
    await using ann = await Peer.join(server.host, path);
    const fitting: string[] = [];
    for (const [unit, times] of [["x", 48], ["é", 24], ["日", 16], ["😀", 12]] as const) {
      const text = unit.repeat(times);
      fitting.push(text);
      ann.send(say(text));
      const before = ann.lines.filter((line) => refused.test(line)).length;
      ann.send(say(`${text}x`));
      await ann.until(
        () => ann.lines.filter((line) => refused.test(line)).length > before,
        "the refusal",
      );
    }
    ann.send(say("end"));
    await bob.until(() => bob.all("message").length > 4, "the end");
    assertEquals(bob.all("message").map(({ text }) => text), [...fitting, "end"]);
    assertEquals(bob.all("error"), []);
  });

  test(`Client.receive: accepts --burst messages on ${path}, then refuses, then closes with 4029`, async () => {
    const burst = 20;
    await using server = await serveChat("--rate", "1", "--burst", `${burst}`);
    await using bob = await Peer.join(server.host, "/rooms/lobby");
    await bob.next("welcome");
    const ann = await Peer.join(server.host, path);
    const refusals = () => ann.lines.filter((line) => refused.test(line)).length;
    for (let n = 0; n < burst; n++) ann.send(say(`word ${n}`));
    await bob.until(() => bob.all("message").length === burst, "the burst");
    assertEquals(refusals(), 0);
    for (let n = 0; n < LIMITS.floodRefusals - 5; n++) ann.send(say("too much"));
    await ann.until(() => refusals() >= LIMITS.floodRefusals - 10, "the warnings");
    bob.say("still here");
    await ann.until(() => ann.lines.some((line) => line.includes("still here")), "the others");
    for (let n = 0; n < 50; n++) ann.send(say("far too much"));
    assertEquals(await within(ann.closed, "the end"), { code: 4029, reason: "flooding" });
    // A few seconds may have gone by, each good for one message.
    const said = bob.all("message").length - burst - 1;
    assert(said < 10, `${said} were let through`);
    await bob.until(() => bob.all("presence").at(-1)?.count === 1, "its leave");
  });
}

test("MessageLimit.take: lets a client that was too quick go on at --rate, and others all the time", async () => {
  await using server = await serveChat("--rate", "50", "--burst", "2");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  await using bob = await Peer.join(server.host, "/rooms/lobby");
  for (let n = 0; n < 10; n++) ann.say(`${n}`, `id ${n}`);
  const { code, id } = await ann.next("error");
  assertEquals(code, "rate_limited");
  assertMatch(id, /^id \d$/);
  bob.say("mine");
  await ann.until(() => ann.all("message").some(({ text }) => text === "mine"), "the other");
  assertEquals(bob.all("error"), []);
  const start = performance.now();
  let accepted = 0;
  // At 50 a second, ten more take 200 ms and never less than what is in the bucket allows.
  for (let tries = 0; accepted < 10; tries++) {
    assertLess(tries, 10_000);
    ann.say("again", `again ${tries}`);
    const mine = () =>
      [...ann.all("message"), ...ann.all("error")].some(({ id }) => id === `again ${tries}`);
    await ann.until(mine, "an answer");
    if (ann.all("message").some(({ id }) => id === `again ${tries}`)) accepted++;
    else await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert(performance.now() - start > 8 / 50 * 1000);
});

test("MessageLimit.take: counts a new name as a message, and typing not at all", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "4");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  for (let n = 0; n < 50; n++) ann.send({ type: "typing" });
  ann.send({ type: "name", name: "Ann" });
  for (let n = 1; n <= 4; n++) ann.say(`${n}`, `${n}`);
  assertEquals((await ann.next("error")).id, "4");
  assertEquals(ann.all("message").map(({ text }) => text), ["1", "2", "3"]);
});

test("ConnectionLimits.frame: closes a client that sends very much typing in one frame", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "4");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  await using bob = await Peer.join(server.host, "/rooms/lobby");
  const typing = (count: number) => Array(count).fill('{"type":"typing"}').join("\n");
  ann.send(typing(100));
  ann.say("still here");
  await bob.until(() => bob.all("message").length === 1, "the word");
  ann.send(typing(100));
  assertEquals(await within(ann.closed, "the end"), { code: 4029, reason: "flooding" });
  assertEquals(bob.all("typing").length, 1);
});

test("json.decode: accepts LIMITS.frameLines lines in a frame, and nothing of one with more", async () => {
  await using server = await serveChat("--rate", "0");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  const lines = (count: number) => '{"type":"say","text":"x"}' + "\n".repeat(count - 1);
  ann.send(lines(LIMITS.frameLines + 1));
  assertEquals((await ann.next("error")).code, "too_large");
  ann.send(lines(LIMITS.frameLines));
  assertEquals((await ann.next("message")).seq, 1);
});

test("cleanName: accepts 64 characters, in the query and later, and not one more", async () => {
  await using server = await serveChat();
  for (const unit of ["x", "é", "😀"]) {
    const fits = unit.repeat(LIMITS.userName);
    for (const path of ["/ws?", "/chat?email=a@b.c&", "/rooms/lobby?"]) {
      const asked = (name: string) => status(server, `${path}name=${encodeURIComponent(name)}`);
      assertEquals([await asked(fits), await asked(fits + "x")], ["101", "400"], path + unit);
    }
    await using ann = await Peer.join(server.host, "/rooms/lobby");
    ann.send({ type: "name", name: fits });
    assertEquals((await ann.next("renamed")).name, fits);
    ann.send({ type: "name", name: fits + "x" });
    assertEquals((await ann.next("error")).code, "bad_name");
  }
});

test("isRoomName: accepts 64 characters on every wire, and not one more", async () => {
  await using server = await serveChat();
  for (const unit of ["x", "日", "𐌰"]) {
    const fits = encodeURIComponent(unit.repeat(LIMITS.roomName));
    for (const path of ["/ws?room=", "/chat?email=a@b.c&room=", "/rooms/"]) {
      const both = [await status(server, path + fits), await status(server, `${path}${fits}x`)];
      assertEquals(both, ["101", "400"], path + unit);
    }
  }
});

test("joinRequestOf: accepts an email of 254 characters, and not one more", async () => {
  await using server = await serveChat();
  const fits = `${"x".repeat(LIMITS.emailLength - 12)}@example.org`;
  for (const path of ["/chat?email=", "/rooms/lobby?email="]) {
    assertEquals(await status(server, path + fits), "101", path);
    assertEquals(await status(server, `${path}x${fits}`), "400", path);
  }
});

test("isId: accepts 64 characters, over a socket and over HTTP, and not one more", async () => {
  await using server = await serveChat();
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  const posted = async (id: string) => {
    const response = await fetch(`http://${server.host}/rooms/lobby/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: "x", id }),
    });
    await response.body?.cancel();
    return response.status;
  };
  for (const unit of ["x", "é", "😀"]) {
    const fits = unit.repeat(LIMITS.idLength);
    assertEquals([await posted(fits), await posted(fits + "x")], [201, 400], unit);
    ann.say("x", fits + "x");
    assertEquals((await ann.next("error")).code, "bad_command");
    ann.say("x", fits);
    assertEquals((await ann.next("message")).id, fits);
  }
});

test("urlOf: accepts 8192 characters, and not one more", async () => {
  await using server = await serveChat();
  for (const path of ["/ws?x=", "/rooms/lobby?x=", "/rooms/lobby/messages?x=", "/?x="]) {
    const fits = path + "x".repeat(LIMITS.urlLength - `http://${server.host}${path}`.length);
    const socket = /^\/(?:ws|rooms\/lobby)\?/.test(path);
    const ask = socket ? status : async ({ host }: ChatServer, path: string) => {
      return (await get(host, path)).slice(9, 12);
    };
    const both = [await ask(server, fits), await ask(server, fits + "x")];
    assertEquals(both, [socket ? "101" : "200", "400"], path);
  }
});

test("readPost: accepts four times --max-message bytes and what LIMITS adds, and not one more", async () => {
  await using server = await serveChat("--max-message", "64");
  const post = async (spaces: number, chunked: boolean) => {
    const body = `{"text":"x"${" ".repeat(spaces - 12)}}`;
    const size = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
    const content = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body;
    const answer = await exchange(
      server.host,
      `POST /rooms/lobby/messages HTTP/1.1\r\nHost: ${server.host}\r\nConnection: close\r\n` +
        `Content-Type: application/json\r\n${size}\r\n\r\n${content}`,
      "\r\n\r\n",
    );
    return answer.slice(9, 12);
  };
  const most = LIMITS.frameFactor * 64 + LIMITS.bodyBytes;
  for (const chunked of [false, true]) {
    assertEquals([await post(most, chunked), await post(most + 1, chunked)], ["201", "413"]);
  }
});

test("history: accepts a limit of 200, and not one more", async () => {
  await using server = await serveChat();
  const asked = (limit: number) =>
    status(server, `/rooms/lobby/messages?limit=${limit}`, "Connection: close\r\n");
  const { historyPage } = LIMITS;
  assertEquals([await asked(historyPage), await asked(historyPage + 1)], ["200", "400"]);
});
