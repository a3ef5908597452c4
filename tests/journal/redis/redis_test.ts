/** What is particular to the journal in Redis; the rest is in the suite over all journals. */

import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { RedisJournal } from "../../../journal/redis/journal.ts";
import { PartialAppendError, UnreachableError } from "../../../journal/journal.ts";
import { pause, until } from "../../../testing/wait.ts";
import { draft } from "../../../testing/fakes.ts";
import { makeCertificate } from "../../../testing/nginx.ts";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { freePort, OwnRedis } from "../../../testing/redis_server.ts";
import { redisTest, startCluster } from "../../../testing/redis.ts";
import { Peer, rememberingLog, run, serveChat, test, within } from "../../../testing/support.ts";

async function open(redis: { url: string }, keep = 0) {
  const log = rememberingLog();
  return { log, journal: await RedisJournal.open(redis.url, { keep, log }) };
}

const drafts = (count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { id: `i${n + 1}`, ...more }));

redisTest("RedisJournal writes the keys that are documented", async () => {
  await using redis = await OwnRedis.start();
  const { journal } = await open(redis);
  const { room: _, id, ...fields } = draft("hello", { room: "東京", id: "x", name: "Ann" });
  await journal.append([{ room: "東京", id, ...fields }, draft("bare", { room: "東京" })]);
  assertEquals(await redis.ask("GET", "hubbub:epoch"), journal.epoch);
  assertEquals(await redis.ask("SMEMBERS", "hubbub:rooms"), ["東京"]);
  const [full, bare] = await redis.ask("XRANGE", "hubbub:{東京}:log", "-", "+") as [
    string,
    string[],
  ][];
  assertEquals([full[0], full[1][0], full[1][2], full[1][3]], ["1-0", "m", "i", '"x"']);
  assertEquals(JSON.parse(full[1][1]), JSON.parse(JSON.stringify(fields)));
  assertEquals([bare[0], bare[1].length], ["2-0", 2]);
  assertEquals(await redis.ask("HGETALL", "hubbub:{東京}:ids"), ['"x"', "1"]);
  await journal.close();
});

redisTest("RedisJournal trims exactly, and the ids with the messages", async () => {
  await using redis = await OwnRedis.start();
  const { journal } = await open(redis, 5);
  for (const count of [3, 4, 1, 9]) await journal.append(drafts(count, { id: undefined }));
  await journal.append(drafts(7));
  assertEquals(await redis.ask("XLEN", "hubbub:{r}:log"), 5);
  assertEquals((await redis.ask("HKEYS", "hubbub:{r}:ids") as string[]).sort(), [
    '"i3"',
    '"i4"',
    '"i5"',
    '"i6"',
    '"i7"',
  ]);
  await journal.close();
});

redisTest("RedisJournal runs on a cluster, whichever of its nodes has a room", async () => {
  await using stack = new AsyncDisposableStack();
  const nodes = await startCluster(3);
  for (const node of nodes) stack.use(node);
  const here = stack.use(await serveChat("--db", nodes[0].url));
  const there = stack.use(await serveChat("--db", nodes[1].url));
  for (const room of ["a", "b", "c", "d", "e"]) {
    await using ann = await Peer.join(here.host, `/rooms/${room}?name=Ann`);
    await using bob = await Peer.join(there.host, `/rooms/${room}?name=Bob`);
    await ann.until(() => ann.all("presence").at(-1)?.count === 2, "Bob to be seen");
    ann.say("hello", "x");
    bob.say("hello", "x");
    bob.say("end");
    for (const peer of [ann, bob]) {
      await peer.until(() => peer.all("message").some(({ text }) => text === "end"), "the end");
      const texts = peer.all("message").map(({ seq, text }) => `${seq} ${text}`);
      assertEquals([...new Set(texts)], ["1 hello", "2 end"]);
    }
  }
  const { rooms } = await (await fetch(`http://${there.host}/rooms`)).json();
  assertEquals(rooms.length, 5);
  const logs = await Promise.all(nodes.map((node) => node.ask("KEYS", "hubbub:*:log")));
  assert(logs.every((keys) => (keys as string[]).length > 0), `all on one node: ${logs}`);
});

redisTest("RedisJournal goes on elsewhere when the node that it was told of dies", async () => {
  await using stack = new AsyncDisposableStack();
  const nodes = await startCluster(3, true);
  for (const node of nodes) stack.use(node);
  const { journal, log } = await open(nodes[0]);
  stack.defer(() => journal.close());
  const rooms = ["a", "b", "c", "d", "e"];
  const append = (room: string, ...texts: string[]) =>
    journal.append(texts.map((text) => draft(text, { room, id: text })));
  for (const room of rooms) await append(room, "one");
  const masters = nodes.slice(0, 3).map((node) => node.ask("WAIT", "1", "1000"));
  await Promise.all(masters);
  await nodes[0].signal("SIGKILL");
  await nodes[3].until("ROLE", "master");
  const tries = rooms.map(async (room) => {
    for (const end = performance.now() + 10_000; performance.now() < end; await pause(50)) {
      const kept = await append(room, "one", "two").catch(() => []);
      if (kept.length > 0) return assertEquals(kept.map(({ seq }) => seq), [1, 2]);
    }
    throw new Error(`room ${room} does not come back: ${log.events.join("; ")}`);
  });
  await Promise.all(tries);
  assertEquals(await journal.ready(), true);
});

redisTest("RedisJournal.append keeps all or none of a room, and says which", async () => {
  await using redis = await OwnRedis.start();
  const { journal } = await open(redis);
  await redis.ask("SET", "hubbub:{bad}:ids", "x");
  const error = await assertRejects(
    () => journal.append([draft("a"), draft("b", { room: "bad", id: "x" }), draft("c")]),
    PartialAppendError,
  );
  assertEquals(error.kept.map((message) => message?.seq), [1, undefined, 2]);
  assertEquals(await redis.ask("EXISTS", "hubbub:{bad}:log"), 0);
  await journal.close();
});

redisTest("Hub refuses only what could not be kept", async () => {
  await using redis = await OwnRedis.start();
  await redis.ask("SET", "hubbub:{bad}:ids", "x");
  await using house = await serveChat("--db", redis.url);
  await using ann = await Peer.join(house.host, "/rooms/good");
  await using bob = await Peer.join(house.host, "/rooms/bad");
  await bob.next("welcome");
  ann.say("kept", "a");
  bob.say("not kept", "b");
  const { code, id } = await bob.next("error");
  assertEquals([code, id], ["overloaded", "b"]);
  assertEquals((await ann.next("message")).text, "kept");
});

redisTest(
  "RedisJournal rejects at once while Redis is away, and goes on when it is back",
  async () => {
    await using redis = await OwnRedis.start("--appendonly", "yes");
    const { journal, log } = await open(redis);
    await journal.append(drafts(1));
    await redis.signal("SIGKILL");
    await assertRejects(async () => await journal.append(drafts(2)), UnreachableError);
    const begin = performance.now();
    for (let n = 0; n < 100; n++) {
      await assertRejects(async () => await journal.after("r", 0, 5), UnreachableError);
    }
    assert(performance.now() - begin < 500, "it waits while it is known to be away");
    assertEquals(await journal.ready(), false);
    await redis.start();
    await until(() => journal.ready(), "the journal to be back");
    assertEquals((await journal.append(drafts(2))).map(({ seq }) => seq), [1, 2]);
    const told = log.events.map((event) => event.split(" {")[0]);
    assertEquals(told, ["redis is away", "redis is back"]);
    await journal.close();
  },
);

redisTest("RedisJournal does not wait for a connection that hangs to try another", async () => {
  await using redis = await OwnRedis.start();
  await using link = new FaultyLink(redis.port);
  const { journal } = await open(link);
  link.dropAnswers();
  assertEquals(await journal.ready(), false);
  const { dropped } = link;
  await until(() => link.dropped > dropped, "a connection that hangs");
  link.repair();
  const begin = performance.now();
  await until(() => journal.ready(), "the journal to be back");
  assertLess(performance.now() - begin, LIMITS.redisCallMs);
  await journal.close();
});

redisTest(
  "A Redis that has lost messages gives the rooms a new epoch, and clients begin anew",
  async () => {
    await using redis = await OwnRedis.start();
    await using here = await serveChat("--db", redis.url);
    await using there = await serveChat("--db", redis.url);
    await using ann = await Peer.join(here.host, "/rooms/r?name=Ann");
    await using bob = await Peer.join(there.host, "/rooms/r?name=Bob");
    const { epoch } = await bob.next("welcome");
    for (let n = 0; n < 5; n++) ann.say(`m${n}`);
    await bob.until(() => bob.all("message").length === 5, "five messages");
    await redis.ask("XTRIM", "hubbub:{r}:log", "MAXLEN", "0");
    await redis.ask("DEL", "hubbub:{r}:log", "hubbub:{r}:ids");
    ann.say("lost", "x");
    assertEquals((await ann.next("error")).code, "overloaded");
    assertEquals((await within(ann.closed, "Ann to be sent away")).code, 1013);
    assertEquals((await within(bob.closed, "Bob to be sent away")).code, 1013);
    await using again = await Peer.join(there.host, `/rooms/r?since=5&epoch=${epoch}`);
    const welcome = await again.next("welcome");
    assertEquals([welcome.reset, welcome.seq, welcome.epoch === epoch], [true, 0, false]);
  },
);

redisTest("A client that has more than its server knows yet is not told to forget it", async () => {
  await using redis = await OwnRedis.start();
  await using link = new FaultyLink(redis.port);
  await using here = await serveChat("--db", link.url);
  await using there = await serveChat("--db", redis.url);
  await using ann = await Peer.join(here.host, "/rooms/r?name=Ann");
  await ann.next("welcome");
  await using bob = await Peer.join(there.host, "/rooms/r?name=Bob");
  bob.say("one");
  await ann.next("message");
  link.dropPublished();
  bob.say("two");
  bob.say("three");
  await bob.until(() => bob.all("message").length === 3, "three messages");
  await using late = await Peer.join(here.host, "/rooms/r?since=2");
  const { reset, seq } = await late.next("welcome");
  assertEquals([reset, seq], [undefined, 3]);
  assertEquals((await late.next("message")).text, "three");
});

redisTest("RedisJournal leaves out of the list a room whose key is another program's", async () => {
  await using redis = await OwnRedis.start();
  const { journal } = await open(redis);
  await journal.append(drafts(2));
  await redis.ask("SADD", "hubbub:rooms", "theirs");
  await redis.ask("SET", "hubbub:{theirs}:log", "something else");
  assertEquals(await journal.rooms(), [{ name: "r", seq: 2 }]);
  await journal.close();
});

async function refused(db: string, word: RegExp, env = {}): Promise<void> {
  const { code, stderr } = await run(["--db", db, "--addr", "127.0.0.1:0"], env);
  assertEquals([code, stderr.trim().split("\n").length], [1, 1], stderr);
  assert(word.test(stderr), stderr);
  assert(!stderr.includes("secret"), "it tells the password");
}

redisTest("--db tells in one line what is wrong with a Redis", async () => {
  await using redis = await OwnRedis.start("--requirepass", "secret1");
  const address = `127.0.0.1:${redis.port}`;
  await Promise.all([
    refused(`redis://${address}`, /password/),
    refused(`redis://:secret2@${address}`, /password/),
    refused(`redis://:secret1@${address}/99`, /database/),
    refused(`rediss://:secret1@${address}`, /rediss/),
    refused("redis://127.0.0.1:1", /no Redis answers/),
    refused("redis://no.such.host.invalid", /no Redis answers/),
  ]);
});

redisTest("--db trusts the certificate of a Redis if DENO_CERT does", async () => {
  const folder = await Deno.makeTempDir();
  await makeCertificate(folder);
  const cert = `${folder}/cert.pem`;
  const port = String(freePort());
  const files = ["--tls-cert-file", cert, "--tls-key-file", `${folder}/key.pem`];
  const flags = ["--tls-port", port, ...files, "--tls-auth-clients", "no"];
  await using _redis = await OwnRedis.start("--requirepass", "secret1", ...flags);
  const url = `rediss://:secret2@localhost:${port}`;
  await refused(url, /certificate is not trusted .*DENO_CERT/);
  // That far it comes only behind the handshake.
  await refused(url, /password/, { DENO_CERT: cert });
  await Deno.remove(folder, { recursive: true });
});

redisTest("--db refuses a Redis whose keys are another program's", async () => {
  await using redis = await OwnRedis.start();
  await redis.ask("LPUSH", "hubbub:epoch", "x");
  await refused(redis.url, /hubbub:epoch is a list and no string/);
});

test("--db refuses a Redis that is too old", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const info = "# Server\r\nredis_version:5.0.14\r\n";
  const serve = async (connection: Deno.TcpConn) => {
    for await (const bytes of connection.readable) {
      const asked = new TextDecoder().decode(bytes);
      const answer = asked.includes("INFO") ? `$${info.length}\r\n${info}\r\n` : "+OK\r\n";
      await connection.write(new TextEncoder().encode(answer)).catch(() => {});
    }
  };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const connection of listener) all.push(serve(connection));
    await Promise.allSettled(all);
  })();
  await refused(`redis://127.0.0.1:${listener.addr.port}`, /Redis 5\.0\.14, and 6\.2 or newer/);
  listener.close();
  await serving;
});

test("--db takes no URL but of a Redis, and ends with 2", async () => {
  const bad = ["redis:///1", "redis://host/x", "http://host", "redis://host?x=1", "redis://"];
  for (const { code, stderr } of await Promise.all(bad.map((url) => run(["--db", url])))) {
    assertEquals([code, /--db: .* is not accepted/.test(stderr)], [2, true], stderr);
  }
});
