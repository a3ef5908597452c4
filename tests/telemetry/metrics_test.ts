/** What is counted, as a scrape shows it. */

import {
  assert,
  assertEquals,
  assertGreater,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { Counters } from "../../telemetry/counters.ts";
import { Histogram } from "../../telemetry/histogram.ts";
import { CLOSE_REASONS } from "../../client/close_reasons.ts";
import {
  type ChatServer,
  Peer,
  RawPeer,
  serveChat,
  startServer,
  test,
  within,
} from "../../testing/support.ts";

const KEY = "k".repeat(32);

async function scrape(host: string): Promise<Map<string, number>> {
  const response = await fetch(`http://${host}/metrics`);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const [, name, value] = /^(.+) (\S+)$/.exec(line)!;
    return [name, Number(value)];
  }));
}

/** Scrapes until it is so; what it waits for follows from what was awaited, a few turns later. */
async function until(host: string, name: string, value: number): Promise<void> {
  const scraped = async () => {
    while ((await scrape(host)).get(name) !== value);
  };
  await within(scraped(), `${name} to be ${value}`);
}

const join = async (server: ChatServer, path: string) => {
  const peer = await Peer.join(server.host, path);
  if (path.startsWith("/rooms")) await peer.next("welcome");
  return peer;
};

test("Metrics.text: gives connections by wire, rooms and members", async () => {
  await using server = await serveChat();
  await using _lines = await join(server, "/ws");
  await using _json = await join(server, `/rooms/lobby?token=${KEY}`);
  await using _same = await join(server, `/rooms/lobby?token=${KEY}`);
  await using _other = await join(server, "/rooms/other");
  await until(server.host, "hubbub_rooms", 2);
  const found = await scrape(server.host);
  assertEquals(found.get('hubbub_connections{wire="lines"}'), 1);
  assertEquals(found.get('hubbub_connections{wire="json"}'), 3);
  assertEquals(found.get("hubbub_members"), 3);
});

test("Metrics.text: counts messages in, messages delivered, frames and batches", async () => {
  await using server = await serveChat("--replay", "0");
  await using ann = await join(server, "/rooms/lobby");
  await using ben = await join(server, "/rooms/lobby");
  for (const text of ["one", "two", "three"]) ann.say(text);
  for (const peer of [ann, ben]) {
    await peer.until(() => peer.all("message").length === 3, "three messages");
  }
  const body = { method: "POST", body: "four", headers: { "content-type": "text/plain" } };
  const post = await fetch(`http://${server.host}/rooms/lobby/messages`, body);
  await post.body?.cancel();
  await until(server.host, 'hubbub_messages_delivered_total{wire="json"}', 8);
  await using late = await join(server, "/rooms/lobby?replay=3");
  await late.until(() => late.all("message").length === 3, "what is replayed");
  // Before the scrape, since more may come at any time.
  const frames = ann.frames.length + ben.frames.length + late.frames.length;
  const found = await scrape(server.host);
  assertEquals(found.get('hubbub_messages_delivered_total{wire="json"}'), 11);
  assertEquals(found.get('hubbub_messages_in_total{wire="json"}'), 3);
  assertEquals(found.get('hubbub_messages_in_total{wire="http"}'), 1);
  assertGreater(found.get('hubbub_frames_total{wire="json"}')!, 0);
  assert(found.get('hubbub_frames_total{wire="json"}')! >= frames);
  assertEquals(found.get("hubbub_batch_messages_sum"), 4);
  assertEquals(
    found.get("hubbub_journal_append_seconds_count"),
    found.get("hubbub_batch_messages_count"),
  );
  assertEquals(
    found.get('hubbub_batch_messages_bucket{le="4096"}'),
    found.get("hubbub_batch_messages_count"),
  );
  assertGreater(found.get("hubbub_journal_append_seconds_sum")!, 0);
});

test("Metrics.text: counts close reasons by name, from 0 on", async () => {
  await using server = await serveChat();
  const before = await scrape(server.host);
  for (const { name } of Object.values(CLOSE_REASONS)) {
    assertEquals(before.get(`hubbub_endings_total{ending="${name}"}`), 0, name);
  }
  const ann = await join(server, "/rooms/lobby");
  ann.socket.send(new Uint8Array([1]));
  await ann.closed;
  await (await join(server, "/rooms/lobby"))[Symbol.asyncDispose]();
  await until(server.host, 'hubbub_endings_total{ending="left"}', 1);
  assertEquals((await scrape(server.host)).get('hubbub_endings_total{ending="binary frame"}'), 1);
});

test("Metrics.text: counts refusals by reason and problems by status", async () => {
  await using server = await serveChat("--rate", "1", "--burst", "1", "--max-clients", "1");
  await using ann = await join(server, "/rooms/lobby");
  ann.send("{");
  ann.say("one");
  ann.say("two");
  const reasons = [await ann.next("error"), await ann.next("error")].map(({ code }) => code);
  assertEquals(reasons.sort(), ["bad_json", "rate_limited"]);
  using raw = await RawPeer.connect(server.host, "/rooms/lobby");
  assertStringIncludes(await raw.head(), "HTTP/1.1 503");
  const found = await scrape(server.host);
  for (const reason of reasons) {
    assertEquals(found.get(`hubbub_refused_total{reason="${reason}"}`), 1, reason);
  }
  assertEquals(found.get('hubbub_refused_total{reason="bad_name"}'), 0);
  assertEquals(found.get('hubbub_problems_total{status="503"}'), 1);
});

test("Metrics.text: shows that the event loop was blocked", async () => {
  await using server = await serveChat();
  const until = performance.now() + 600;
  while (performance.now() < until);
  const late = async () => {
    while (!(await scrape(server.host)).get("hubbub_event_loop_lag_seconds_count"));
  };
  await within(late(), "the first look at the loop");
  const found = await scrape(server.host);
  assertGreater(
    found.get('hubbub_event_loop_lag_seconds_bucket{le="+Inf"}')!,
    found.get('hubbub_event_loop_lag_seconds_bucket{le="0.1"}')!,
  );
});

test("Metrics.text: keeps two chats in one process apart", async () => {
  await using one = await serveChat();
  await using two = await serveChat();
  await using _peer = await join(one, "/rooms/lobby");
  await until(one.host, "hubbub_rooms", 1);
  assertEquals((await scrape(two.host)).get("hubbub_rooms"), 0);
});

test("metrics: is Prometheus' text, and needs a token where all do", async () => {
  await using open = await serveChat();
  const response = await fetch(`http://${open.host}/metrics`);
  assertMatch(response.headers.get("content-type")!, /^text\/plain; version=/);
  await response.body?.cancel();
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "a secret of some length, for the tests");
  await using closed = await serveChat("--auth-secret-file", file);
  const refused = await fetch(`http://${closed.host}/metrics`);
  assertEquals(refused.status, 401);
  await refused.body?.cancel();
  await Deno.remove(file);
});

test("Metrics.text: gives the process's figures, and none that are not true", async () => {
  await using server = await startServer();
  const found = await scrape(server.host);
  for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes"]) {
    assertGreater(found.get(name)!, 0, name);
  }
  assertEquals([...found.keys()].filter((name) => /nodejs_eventloop|open_fds/.test(name)), []);
});

test("OPERATIONS.md: lists every metric of the chat, and no other", async () => {
  // The folder is made with the first attachment, and there is none.
  await using server = await serveChat("--files", "no such folder");
  const scraped = await (await fetch(`http://${server.host}/metrics`)).text();
  const ours = Array.from(scraped.matchAll(/^# TYPE (hubbub_\w+)/gm), ([, name]) => name);
  const text = await Deno.readTextFile(new URL("../../docs/OPERATIONS.md", import.meta.url));
  const listed = text.match(/^\| `hubbub_.*?\|/gm)!.flatMap((cell) => cell.match(/hubbub_\w+/g)!);
  assertGreater(ours.length, 15);
  // Those of Redis are compared where there is one.
  assertEquals(listed.filter((name) => !name.startsWith("hubbub_redis_")).sort(), ours.sort());
});

Deno.test("Counters: starts every close reason and refusal at 0, and counts them", () => {
  const counts = new Counters();
  counts.closed(CLOSE_REASONS.stalled);
  counts.refused("too_large");
  counts.problem(404);
  counts.problem(404);
  assertEquals([counts.closeReasons.get("stalled"), counts.closeReasons.get("left")], [1, 0]);
  assertEquals([counts.refusals.get("too_large"), counts.refusals.get("bad_name")], [1, 0]);
  assertEquals([...counts.problems], [[404, 2]]);
  assertEquals(counts.wire("json"), counts.wire("json"));
});

Deno.test("Histogram.add: counts a value at the first bound that is not below it", () => {
  const spread = new Histogram([1, 10]);
  for (const value of [0, 1, 1.5, 10, 11]) spread.add(value);
  assertEquals([spread.counts, spread.sum], [[2, 2, 1], 23.5]);
});
