import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { RateLimiter, RateLimits, TokenBucket } from "../../client/rate_limit.ts";
import { openClients } from "../../testing/clients.ts";
import { Peer, serveChat, test } from "../../testing/support.ts";
import { statusOf } from "../../testing/token_server.ts";
import { until } from "../../testing/wait.ts";

function taken(bucket: TokenBucket, tries: number, now: number): number {
  let count = 0;
  for (let n = 0; n < tries; n++) if (bucket.take(now)) count++;
  return count;
}

Deno.test("TokenBucket.take: gives the burst at once and no more", () => {
  const bucket = new TokenBucket(20, 200, 1_000);
  assertEquals(taken(bucket, 1_000, 1_000), 200);
});

Deno.test("TokenBucket.take: fills at the rate", () => {
  const bucket = new TokenBucket(20, 200, 0);
  taken(bucket, 200, 0);
  assertFalse(bucket.take(49));
  assert(bucket.take(50));
  assertEquals(taken(bucket, 100, 1_050), 20);
});

Deno.test("TokenBucket.take: never holds more than the burst", () => {
  const bucket = new TokenBucket(20, 5, 0);
  assertEquals(taken(bucket, 100, 1e9), 5);
});

Deno.test("TokenBucket.take: fills although somebody keeps trying", () => {
  const bucket = new TokenBucket(1, 1, 0);
  let count = 0;
  for (let now = 0; now <= 10_000; now += 10) if (bucket.take(now)) count++;
  assert(count >= 10 && count <= 11, String(count));
});

Deno.test("RateLimiter.take: has a bucket for each key", () => {
  const buckets = new RateLimiter(1, 2);
  assertEquals([0, 0, 0].map((now) => buckets.take("a", now)), [true, true, false]);
  assert(buckets.take("b", 0));
  assert(buckets.take("a", 1_000));
});

Deno.test("RateLimiter.take: has no limit with a rate of 0", () => {
  const buckets = new RateLimiter(0, 1);
  for (let n = 0; n < 100; n++) assert(buckets.take("a", 0));
});

Deno.test("RateLimiter.take: forgets the key that was used longest ago once there are too many", () => {
  const buckets = new RateLimiter(1, 1);
  assert(buckets.take("first", 0));
  assert(buckets.take("second", 0));
  for (let n = 0; n < LIMITS.bucketsRemembered - 2; n++) buckets.take(`a${n}`, 0);
  assertFalse(buckets.take("first", 0));
  buckets.take("one more", 0);
  assert(buckets.take("second", 0), "the oldest is still known");
  assertFalse(buckets.take("first", 0), "one that is in use was forgotten");
});

// Slow enough that nothing comes back during a test.
const SLOW = { rate: 0.001, burst: 10 };

function allowed(take: () => boolean, tries = 10_000): number {
  let count = 0;
  for (let n = 0; n < tries; n++) if (take()) count++;
  return count;
}

Deno.test("RateLimits.messages: counts a person on all connections and addresses, and again on none", () => {
  const limits = new RateLimits(SLOW);
  const first = limits.messages("ann", "a");
  const second = limits.messages("ann", "b");
  assertEquals(allowed(() => first.take() && second.take()), 5);
  // Whoever comes back finds what is left.
  assertFalse(limits.messages("ann", "a").take());
  assertFalse(limits.messages("ann", "c").take());
  assert(limits.messages("bob", "a").take());
});

Deno.test("RateLimits.messages: allows an address five times what a person may", () => {
  const limits = new RateLimits(SLOW);
  let person = 0;
  assertEquals(allowed(() => limits.messages(`${person++}`, "a").take()), 50);
  assert(limits.messages("new", "b").take());
});

Deno.test("RateLimits.request: allows an address 20 times what a person may", () => {
  const limits = new RateLimits(SLOW);
  assertEquals(allowed(() => limits.request("a")), 200);
  assert(limits.request("b"));
  assert(limits.messages("ann", "a").take(), "messages are counted apart");
});

Deno.test("RateLimits.newRoom: allows an address a burst of five times a person's, then few", () => {
  const limits = new RateLimits({ rate: 0, burst: 10 });
  assertEquals(allowed(() => limits.newRoom("a"), 100), 100);
  const slow = new RateLimits(SLOW);
  assertEquals(allowed(() => slow.newRoom("a")), 50);
  assert(slow.newRoom("b"));
});

Deno.test("RateLimits: are none with a rate of 0", () => {
  const limits = new RateLimits({ rate: 0, burst: 1 });
  const messages = limits.messages("ann", "a");
  assertEquals(allowed(() => messages.take() && limits.request("a")), 10_000);
});

test("RateLimits.messages: reconnecting and other tabs give no fresh burst", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "20");
  const path = `/rooms/lobby?token=${"k".repeat(32)}`;
  const answers = ({ lines }: Peer) => lines.filter((line) => /"(?:message|error)"/.test(line));
  const sayAll = async () => {
    await using peer = await Peer.join(server.host, `${path}&replay=0`);
    for (let n = 0; n < 30; n++) peer.say("x");
    await peer.until(() => answers(peer).length >= 30, "all answers");
    return peer.all("message").length;
  };
  const first = await sayAll();
  const second = await sayAll();
  assert(first >= 20 && first < 30, `${first}`);
  assert(second < 10, `${second} of a fresh burst`);
  // Somebody else at the same address is not held up.
  await using bob = await Peer.join(server.host, "/rooms/lobby?replay=0");
  bob.say("hello");
  assertEquals((await bob.next("message")).text, "hello");
});

test("RateLimits.request: requests and handshakes of an address are answered with 429, the page is not", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "1");
  const ask = (path: string, headers = {}) => statusOf(server, path, { headers });
  const statuses: number[] = [];
  for (let n = 0; n < 60; n++) statuses.push(await ask("/rooms"));
  assertEquals(statuses.slice(0, 20), Array(20).fill(200));
  assert(statuses.includes(429), statuses.join());
  await until(async () => await ask("/me") === 429, "a request over the limit");
  const why = { accept: "application/problem+json" };
  await until(async () => await ask("/rooms/lobby", why) === 429, "the same of a refusal's reason");
  for (const path of ["/", "/rooms/lobby", "/healthz", "/readyz"]) {
    assertEquals(await ask(path), 200, path);
  }
});

/** A chat in which one address, that of most clients here, may create no more rooms. */
function openDrained() {
  const place = openClients("--rate", "1", "--burst", "200");
  while (place.limits.newRoom("192.0.2.1"));
  return place;
}

const say = (text: string, id: string) => JSON.stringify({ type: "say", text, id });

Deno.test("RateLimits.newRoom: a first message is refused where the address created too many rooms", async () => {
  await using place = openDrained();
  const { client, sink } = await place.enter("ann", { room: "new" });
  client.receive(say("one", "x"));
  await until(() => sink.all("error", "message").length > 0, "the answer");
  assertEquals(sink.all("error", "message").map(({ code, id }) => [code, id]), [[
    "rate_limited",
    "x",
  ]]);
  // From elsewhere it can be created, and then everybody may speak there.
  const other = await place.enter("bob", { room: "new", address: "192.0.2.2" });
  other.client.receive(say("two", "y"));
  await until(() => sink.all("message").length > 0, "the first message");
  client.receive(say("three", "z"));
  await until(() => sink.all("message").length > 1, "the second message");
  assertEquals(sink.all("message").map(({ text }) => text), ["two", "three"]);
});

Deno.test("RateLimits.newRoom: a topic is refused where the address created too many rooms", async () => {
  await using place = openDrained();
  const { client, sink } = await place.enter("ann", { room: "new" });
  client.receive(JSON.stringify({ type: "room", topic: "tea", id: "x" }));
  await until(() => sink.all("error", "room").length > 0, "the answer");
  const [{ code, id }] = sink.all("error", "room");
  assertEquals([code, id], ["rate_limited", "x"]);
});

Deno.test("RateLimits.newRoom: a room that has messages costs nothing", async () => {
  await using place = openDrained();
  const other = await place.enter("bob", { address: "192.0.2.2" });
  other.client.receive(say("one", "x"));
  await until(() => other.sink.all("message").length > 0, "the message");
  const { client, sink } = await place.enter("ann");
  client.receive(say("two", "y"));
  await until(() => sink.all("error", "message").length > 0, "the answer");
  assertEquals(sink.all("error"), []);
});

Deno.test("RateLimits.newRoom: what is said before a room's first message is kept counts once", async () => {
  await using place = openClients("--rate", "1", "--burst", "3");
  const { client, sink } = await place.enter("ann", { room: "new" });
  for (const text of ["one", "two", "three"]) client.receive(say(text, text));
  await until(() => sink.all("message").length === 3, "three messages");
  let left = 0;
  while (place.limits.newRoom("192.0.2.1")) left++;
  assertEquals(left, 14);
});

test("RateLimits.newRoom: a POST that would create one room too many is answered with 429", async () => {
  await using server = await serveChat("--rate", "8", "--burst", "4");
  const post = async (room: string) => {
    const response = await fetch(`http://${server.host}/rooms/${room}/messages`, {
      method: "POST",
      body: "x",
      headers: { "content-type": "text/plain" },
    });
    return { status: response.status, detail: (await response.json()).detail };
  };
  await post("old");
  let created = 0;
  await until(async () => {
    const { status, detail } = await post(`new${created}`);
    if (status === 201) created++;
    return /new rooms/.test(detail);
  }, "the refusal");
  assert(created >= 19, `${created} rooms`);
  for (let kept = 0; kept < 5;) {
    const { status, detail } = await post("old");
    if (status === 201) kept++;
    else assertMatch(detail, /too many (?:messages|requests)/);
  }
});
