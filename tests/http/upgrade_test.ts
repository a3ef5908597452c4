/**
 * Handshakes that are broken off, and those that cannot be answered.
 *
 * Of a client that goes in the very moment in which its upgrade is
 * answered the runtime keeps the descriptor for ever. Here is counted how many the server loses so.
 */

import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { SignJWT } from "jose";
import { connect } from "node:net";
import { Child } from "../../testing/child.ts";
import { openChat } from "../../chat.ts";
import { chance, SEED } from "../../testing/fuzz.ts";
import { get } from "../../testing/raw_http.ts";
import {
  config,
  Peer,
  RawPeer,
  rememberingLog,
  test,
  UPGRADE,
  within,
} from "../../testing/support.ts";

const ROUNDS = 125;
const AT_ONCE = 8;
/** More than were seen on a busy machine, far fewer than the hundreds without the pause before the answer. */
const MOST = 40;
const SECRET = "a secret of the test, long enough for every algorithm of its kind";

type Break = "FIN" | "RST";

/** Begins a handshake and breaks it off: at once, or so many milliseconds later. */
function breakOff(host: string, path: string, how: Break, delay?: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const [hostname, port] = host.split(":");
  const socket = connect(Number(port), hostname);
  const go = () => how === "FIN" ? socket.destroy() : socket.resetAndDestroy();
  socket.on("error", () => {});
  socket.on("close", () => resolve());
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}\r\n`, () => {
    if (delay === undefined) go();
    else setTimeout(go, delay);
  });
  return promise;
}

/** The child's descriptors, once their number has not changed for a second. */
async function settled(child: Child): Promise<number> {
  let [count, since] = [NaN, 0];
  await child.until(() => {
    const now = performance.now();
    if (count !== child.descriptors) [count, since] = [child.descriptors, now];
    return now - since > 1_000;
  }, "the descriptors to settle");
  return count;
}

test(`Upgrades.settle: leaves only a few descriptors after 1,000 broken handshakes (${SEED})`, async () => {
  await using open = await Child.start([]);
  await using locked = await Child.start([], { env: { CHAT_AUTH_SECRET: SECRET } });
  const token = await new SignJWT({ sub: "ann" }).setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(SECRET));
  const doors = [[open, "/ws"], [locked, `/ws?token=${token}`]] as const;
  const before = open.descriptors + locked.descriptors;
  const random = chance(7);
  for (let round = 0; round < ROUNDS; round++) {
    const breaking = Array.from({ length: AT_ONCE }, (_, n) => {
      const [child, path] = doors[n % 2];
      const delay = random.chance(1, 2) ? undefined : random.int(31);
      return breakOff(child.host, path, random.pick(["FIN", "RST"]), delay);
    });
    await Promise.all(breaking);
  }
  const left = await settled(open) + await settled(locked) - before;
  assertLess(left, MOST + 1);
});

const COPIES: Record<string, (request: Request) => Request> = {
  "new Request(request)": (request) => new Request(request),
  "new Request(url, request)": (request) => new Request(request.url, request),
  "request.clone()": (request) => request.clone(),
};

for (const [how, copy] of Object.entries(COPIES)) {
  test(`Upgrades.upgrade: refuses ${how} clearly, and leaks nothing`, async () => {
    const chat = await openChat(config("--max-clients", "1"), rememberingLog());
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request, info) => chat.fetch(request.headers.has("x-copy") ? copy(request) : request, info),
    );
    const host = `127.0.0.1:${server.addr.port}`;
    for (let n = 0; n < 3; n++) {
      using raw = await RawPeer.connect(
        host,
        "/ws",
        `X-Copy: 1\r\nConnection: close\r\n${UPGRADE}`,
      );
      const head = await raw.head();
      assertMatch(head, /^HTTP\/1\.1 500 /);
    }
    const headers = { "x-copy": "1" };
    assertStringIncludes(await refusalOf(host, headers), "not a copy");
    assertEquals(chat.connections, 0);
    {
      await using _peer = await Peer.join(host, "/ws");
      assertEquals(chat.connections, 1);
    }
    await chat.close();
    await within(server.shutdown(), "the listener to close");
  });
}

/** The detail of the problem that an upgrade is refused with. */
async function refusalOf(host: string, headers: Record<string, string>): Promise<string> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const answer = await get(host, "/ws", `Host: ${host}\r\n${lines}${UPGRADE}`);
  return JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1)).detail;
}
