/** The benchmark: its loads, its contestants, and what it makes of their figures. */

import { assert, assertEquals, assertFalse, assertMatch, assertThrows } from "@std/assert";
import { chart } from "../../bench/chart.ts";
import { parseCompare } from "../../bench/compare.ts";
import { Contestant, usageByPs } from "../../bench/contestant.ts";
import { Histogram } from "../../bench/histogram.ts";
import { runLoad } from "../../bench/load.ts";
import { loadBound, LOADS, type Run } from "../../bench/loads.ts";
import { share } from "../../bench/measure.ts";
import { doubts, median, ratio, type Result } from "../../bench/result.ts";
import { cost, table } from "../../bench/table.ts";
import type { LoadOptions } from "../../bench/task.ts";
import { UsageError } from "../../config/flags.ts";
import { serveChat, test } from "../../testing/support.ts";

Deno.test("Histogram: gives quantiles to a hundredth", () => {
  const times = new Histogram();
  assertEquals(times.quantile(0.5), 0);
  for (let micros = 1; micros <= 10_000; micros++) times.record(micros);
  for (const [q, exact] of [[0.5, 5000], [0.99, 9900]]) {
    assert(Math.abs(times.quantile(q) / exact - 1) < 0.011, `${q}`);
  }
});

const small: Omit<LoadOptions, "port" | "path" | "json"> = {
  clients: 8,
  senders: 4,
  window: 16,
  rate: 0,
  turns: false,
  size: 32,
  seconds: 0.2,
};

/** Runs a load on a server in this process, and compares what it counted with what was kept. */
async function counts(path: string, more: Partial<LoadOptions> = {}, rooms = ["lobby"]) {
  await using server = await serveChat("--rate", "0", "--keep", "0");
  const port = Number(server.host.split(":")[1]);
  const result = await runLoad({ ...small, json: false, port, path, ...more });
  let kept = 0;
  for (const room of rooms) {
    const page = await (await fetch(`http://${server.host}/rooms/${room}/messages?limit=1`)).json();
    kept += page.messages[0].seq;
  }
  assert(result.said > 0);
  assertEquals([kept, result.missing, result.closed], [result.said, 0, 0]);
  assert(result.p50 > 0 && result.p99 >= result.p50);
  return result;
}

test("load: counts every message that everybody got, on the plain-text wire", async () => {
  const { delivered, sent } = await counts("/ws");
  assert(delivered > sent);
});

test("load: counts every message that everybody got, on the JSON wire", async () => {
  await counts("/rooms/lobby?name=guest-{n}", { json: true });
});

test("load: keeps to a pace", async () => {
  const { said } = await counts("/ws", { rate: 200, seconds: 0.5 });
  assert(said >= 100 && said <= 150, `said ${said}`);
});

test("load: speaks in turns, each client in a room of its own", async () => {
  const rooms = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"];
  await counts("/ws?room=r{n}", { turns: true, senders: 8, size: 16 }, rooms);
});

test("load: says which upgrade was refused", async () => {
  await using server = await serveChat("--max-clients", "2");
  const port = Number(server.host.split(":")[1]);
  const error = await runLoad({ ...small, json: false, port, path: "/ws" }).catch((e) => e);
  assertMatch(error.message, /^\/ws: HTTP\/1\.1 503/);
});

test("Contestant: ends with its folder, whatever it does", async () => {
  const says = 'trap "" TERM; echo "$0" http://127.0.0.1:4321/; while :; do sleep 1; done';
  const recipe = { name: "it", command: ["sh", "-c", says, "{folder}"], path: "/" };
  let usage;
  {
    await using contestant = await Contestant.start(recipe);
    assertEquals(contestant.port, 4321);
    usage = () => contestant.usage();
    assert((await usage()).memory! > 0);
  }
  assertEquals((await usage()).memory, undefined);
});

test("Contestant: reports the output of one that does not start", async () => {
  const command = ["sh", "-c", "echo no more room >&2"];
  const error = await Contestant.start({ name: "it", command, path: "/" }).catch((e) => e);
  assertMatch(error.message, /^it does not start: it said "no more room"$/);
});

function run(delivered: number, more: Partial<Run> = {}): Run {
  return {
    ...{ sent: delivered / 32, delivered, frames: delivered, p50: 1000, p99: 2000, cpu: 0.5 },
    ...{ from: 0, to: 1, closed: 0, said: delivered, missing: 0 },
    ...{ serverCpu: 0.99, serverWaited: 0, loadWaited: 0, memory: 1 },
    ...more,
  };
}

const results: Result[] = [
  {
    load: LOADS[0],
    entries: [
      { name: "Hubbub", runs: [run(6e6), run(5e6), run(9e6)] },
      { name: "Bun <publish>", runs: [run(3e6), run(2e6), run(9e6)] },
    ],
  },
  {
    load: LOADS[3],
    entries: [
      { name: "Hubbub", runs: [run(64_000, { p50: 300 })] },
      { name: "Bun <publish>", runs: [run(64_000, { p50: 200, cpu: 0.95, serverCpu: 0.2 })] },
    ],
  },
];

Deno.test("ratio: is the median of the pairs, not the pair of the medians", () => {
  const [{ entries: [ours, theirs] }] = results;
  assertEquals(median(ours.runs.map((one) => one.delivered)), 6e6);
  assertEquals(median([1, 2, 3, 10]), 2.5);
  assertEquals(ratio(ours, theirs, "delivered"), 2);
});

Deno.test("table: shows medians, ratios and doubts", () => {
  const text = table(results);
  assertMatch(text, /\| Plain text, 32 clients +\| Hubbub +\| +\*\*6\.00 million\*\* /);
  assertMatch(text, /\| Bun <publish> \| +\*\*3\.00 million\*\* .* 2\.00 \|\n/);
  assertMatch(text, /\*\*0\.30 ms\*\*.*\n.*\*\*0\.20 ms\*\*.* 1\.50 \|\n/);
  assertMatch(text, /a second: the load was the bottleneck, .* \(Bun <publish>\)\.$/m);
  const lengths = new Set(text.split("\n").filter((l) => l.startsWith("|")).map((l) => l.length));
  assertEquals(lengths.size, 1);
});

Deno.test("cost: has two digits, and never a power of ten", () => {
  const shown = [0.0611e-6, 2.345e-6, 98.4e-6, 99.9e-6, 123e-6].map(cost);
  assertEquals(shown, ["0.061 µs", "2.3 µs", "98 µs", "99.9 µs", "123 µs"]);
});

Deno.test("chart: is one SVG, escaped, with a bar for each server", () => {
  const svg = chart(results, "a machine & its versions");
  assertEquals(svg.match(/<rect .*class="(ours|theirs)"/g)?.length, 4);
  assertMatch(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  assertMatch(svg, /prefers-color-scheme: dark/);
  assertMatch(svg, />Bun &lt;publish></);
  assertMatch(svg, /a machine &amp; its versions<\/text>/);
  assertFalse(/NaN|undefined|Infinity|font-face|url\(/.test(svg));
});

Deno.test("table: doubts a load that never rests while the server does", () => {
  assert(loadBound(run(1, { cpu: 0.97, serverCpu: 0.6 })));
  assert(loadBound(run(1, { cpu: 0.5, loadWaited: 0.45, serverCpu: 0.6 })));
  assert(loadBound(run(1, { cpu: 0.97, serverCpu: undefined })));
  assertFalse(loadBound(run(1, { cpu: 0.97, serverCpu: 0.95 })));
  assertFalse(loadBound(run(1, { cpu: 0.6, serverCpu: 0.6 })));
  const entry = {
    name: "it",
    runs: [run(1, { closed: 2, missing: 3, serverWaited: 0.2 }), run(1)],
  };
  assertEquals(doubts(entry), [
    "other programs took the cores in some of the rounds",
    "2 connections were closed",
    "3 deliveries never came",
  ]);
});

Deno.test("share: is what was used within the time, over the time", () => {
  const sample = (at: number, cpu: number | undefined) => ({
    at,
    cpu,
    waited: undefined,
    memory: 1,
  });
  const samples = [sample(0, 0), sample(1000, 1), sample(2000, 1.5), sample(3000, 9)];
  assertEquals(share(samples, "cpu", { from: 500, to: 2500 }), 0.5);
  assertEquals(share(samples, "waited", { from: 500, to: 2500 }), undefined);
  assertEquals(share(samples, "cpu", { from: 500, to: 1500 }), undefined);
});

Deno.test("usageByPs: reads what ps prints on Linux and on macOS", () => {
  const waited = undefined;
  assertEquals(usageByPs("01:02:03  2048\n"), { cpu: 3723, waited, memory: 2 * 1024 * 1024 });
  assertEquals(usageByPs("  0:01.50 1024"), { cpu: 1.5, waited, memory: 1024 * 1024 });
  assertEquals(usageByPs(""), { cpu: undefined, waited, memory: undefined });
});

Deno.test("parseCompare: accepts all loads, or those that are named, within bounds", () => {
  assertEquals(parseCompare([]), { loads: LOADS, rounds: 3, seconds: 3, svg: undefined });
  const options = parseCompare(["--load", "text-32", "--rounds", "2", "--svg", "x.svg"]);
  assertEquals(options.loads.map(({ name }) => name), ["text-32"]);
  assertEquals([options.rounds, options.seconds, options.svg], [2, 3, "x.svg"]);
  assertThrows(() => parseCompare(["--load", "text-33"]), UsageError, "one of text-32, ");
  assertThrows(() => parseCompare(["--seconds", "soon"]), UsageError, '--seconds: "soon" is not');
  assertThrows(
    () => parseCompare(["--rounds", "1000"]),
    UsageError,
    "from 1 to 100",
  );
});
