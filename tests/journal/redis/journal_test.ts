/** What is particular to the journal in Redis; the rest is in the suite over all journals. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { FaultyLink } from "../../../testing/faulty_link.ts";
import { OwnRedis } from "../../../testing/redis_server.ts";
import { AppendError, type Message } from "../../../journal/journal.ts";
import { change, draft } from "../../../testing/fakes.ts";
import { openJournal, redisTest } from "../../../testing/redis.ts";
import { Peer, serveChat, within } from "../../../testing/support.ts";

const drafts = (count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => draft(`m${n + 1}`, { id: `i${n + 1}`, ...more }));

redisTest("RedisJournal.append: writes the keys that are documented", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  const { journal } = opened;
  const one = draft("hello", { room: "東京", id: "x", from: "f", name: "Ann", at: 5 });
  await journal.append([one, draft("bare", { room: "東京", at: 6, reply: 1 })]);
  const edit = { type: "edit", of: 1, text: "bye" } as const;
  await journal.append([change(edit, { room: "東京", at: 7, id: "y" })]);
  assertEquals(await redis.ask("GET", "hubbub:epoch"), journal.epoch);
  assertEquals(await redis.ask("GET", "hubbub:secret"), journal.secret);
  assertEquals(await redis.ask("ZRANGE", "{hubbub}:rooms", "0", "-1", "WITHSCORES"), ["東京", "6"]);
  assertEquals(await redis.ask("ZRANGE", "{hubbub}:names", "0", "-1"), ["東京\0東京"]);
  assertEquals(await redis.ask("HGETALL", "{hubbub}:folds"), ["東京", "東京"]);
  const entries = await redis.ask("LRANGE", "hubbub:{東京}:entries", "0", "-1");
  const changed = '{"v":3,"edited":7,"textVersion":3}';
  const [first, ...others] = (entries as string[]).map((entry) => entry.split("\n"));
  assertEquals(first.slice(0, 5), ["m1 5", '"x"', '{"from":"f","name":"Ann"}', "", '"bye"']);
  assertEquals(JSON.parse(first[5]), JSON.parse(changed));
  assertEquals(others, [
    ["m2 6", "", '{"from":"f","name":""}', '{"reply":1}', '"bare"', ""],
    ["c2 7", '"y"', '{"from":"f","name":""}', '{"type":"edit","of":1,"text":"bye"}', ""],
  ]);
  assertEquals(await redis.ask("HGETALL", "hubbub:{東京}:commands"), ['"x"', "1", '"y"', "3"]);
  assertEquals(await redis.ask("ZRANGE", "hubbub:{東京}:changes", "0", "-1"), ["1/text\x003\x001"]);
});

redisTest("RedisJournal.append: trims exactly, and the ids with the messages", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis, 5);
  const { journal } = opened;
  for (const count of [3, 4, 1, 9]) await journal.append(drafts(count, { id: undefined }));
  await journal.append(drafts(7));
  assertEquals(await redis.ask("LLEN", "hubbub:{r}:entries"), 5);
  const ids = (await redis.ask("HKEYS", "hubbub:{r}:commands") as string[]).sort();
  assertEquals(ids, ['"i3"', '"i4"', '"i5"', '"i6"', '"i7"']);
});

redisTest("RedisJournal.append: keeps all or none of a room, and answers which", async () => {
  await using redis = await OwnRedis.start();
  await using opened = await openJournal(redis);
  await redis.ask("SET", "hubbub:{bad}:commands", "x");
  const [a, b, c] = await opened.journal.append([
    draft("a"),
    draft("b", { room: "bad", id: "x" }),
    draft("c"),
  ]);
  assertInstanceOf(b, AppendError);
  assertEquals([(a as Message).seq, (c as Message).seq], [1, 2]);
  assertEquals(await redis.ask("EXISTS", "hubbub:{bad}:entries"), 0);
});

redisTest("Hub: refuses only the message that could not be kept", async () => {
  await using redis = await OwnRedis.start();
  await redis.ask("SET", "hubbub:{bad}:commands", "x");
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

redisTest("RedisEpoch: changes when Redis has lost messages, and clients begin again", async () => {
  await using redis = await OwnRedis.start();
  await using here = await serveChat("--db", redis.url);
  await using there = await serveChat("--db", redis.url);
  await using ann = await Peer.join(here.host, "/rooms/r?name=Ann");
  await using bob = await Peer.join(there.host, "/rooms/r?name=Bob");
  const { epoch } = await bob.next("welcome");
  for (let n = 0; n < 5; n++) ann.say(`m${n}`);
  await bob.until(() => bob.all("message").length === 5, "five messages");
  await redis.ask("DEL", "hubbub:{r}:entries", "hubbub:{r}:state");
  ann.say("lost", "x");
  assertEquals((await ann.next("error")).code, "overloaded");
  assertEquals((await within(ann.closed, "Ann to be sent away")).code, 1013);
  assertEquals((await within(bob.closed, "Bob to be sent away")).code, 1013);
  await using back = await Peer.join(there.host, `/rooms/r?since=5&epoch=${epoch}`);
  const welcome = await back.next("welcome");
  assertEquals([welcome.reset, welcome.seq, welcome.epoch === epoch], [true, 0, false]);
});

redisTest("Hub: a client that knows more than its server yet is not reset", async () => {
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
