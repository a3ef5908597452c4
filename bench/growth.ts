/**
 * What this server costs as it grows: more clients, more rooms, longer messages, more history.
 *
 *     deno run -A bench/growth.ts [--seconds N] [--series clients|rooms|size|history]...
 *
 * Prints one Markdown table a series. The CPU time is that of the server's process, over what was
 * delivered; its memory is what it had at the end.
 */

import { number, parseWords, repeatable, text, valuesOf } from "../config/flags.ts";
import { SqliteJournal } from "../journal/sqlite/journal.ts";
import { Contestant } from "./contestant.ts";
import { Histogram } from "./histogram.ts";
import { hubbub } from "./hubbub.ts";
import { loadBound, type Run } from "./loads.ts";
import { measure } from "./measure.ts";
import { draft } from "./samples.ts";
import { cost, many, markdown, time } from "./table.ts";
import type { LoadOptions } from "./task.ts";

type Row = string[];

const MESSAGES = 1_000_000;
const BATCH = 4_000;
const PAGES = 500;
const HEAD = ["said a second", "delivered a second", "CPU a delivery", "median latency"];

const tell = (line: string) => console.error(line);

async function run(options: Partial<LoadOptions>, path: string, seconds: number): Promise<Run> {
  const recipe = hubbub("text", "--max-clients", "20000");
  await using server = await Contestant.start(recipe);
  return await measure(server, {
    ...{ json: false, clients: 100, senders: 100, window: 200, rate: 0, turns: false, size: 32 },
    ...options,
    ...{ port: server.port, path, seconds },
  });
}

function figures(run: Run): Row {
  const { sent, delivered, serverCpu, p50, memory } = run;
  const each = cost((serverCpu ?? NaN) / delivered);
  const mib = memory === undefined ? "?" : `${Math.round(memory / 1024 / 1024)} MiB`;
  return [many(sent), many(delivered) + (loadBound(run) ? " or more" : ""), each, time(p50), mib];
}

async function clients(seconds: number): Promise<Row[]> {
  const rows: Row[] = [["clients in one room", ...HEAD, "memory"]];
  for (const count of [10, 32, 100, 320, 1000, 2000, 5000, 10_000]) {
    tell(`${count} clients`);
    const senders = Math.min(count, 100);
    const measured = await run({ clients: count, senders }, "/ws", seconds);
    rows.push([count.toLocaleString("en"), ...figures(measured)]);
  }
  return rows;
}

async function rooms(seconds: number): Promise<Row[]> {
  const rows: Row[] = [["rooms, one client in each", ...HEAD, "memory"]];
  for (const count of [1, 10, 100, 1000, 5000, 10_000]) {
    tell(`${count} rooms`);
    const options = { clients: count, senders: count, turns: true };
    const measured = await run(options, "/ws?room=r{n}", seconds);
    rows.push([count.toLocaleString("en"), ...figures(measured)]);
  }
  return rows;
}

async function size(seconds: number): Promise<Row[]> {
  const rows: Row[] = [["bytes a message, 100 clients", ...HEAD, "memory"]];
  for (const bytes of [16, 64, 256, 1024, 4096]) {
    tell(`${bytes} bytes`);
    rows.push([bytes.toLocaleString("en"), ...figures(await run({ size: bytes }, "/ws", seconds))]);
  }
  return rows;
}

/** A file with a long history in one room. */
function write(path: string, messages: number): void {
  const journal = new SqliteJournal(path, { keep: 0, sync: "normal" });
  for (let from = 0; from < messages; from += BATCH) {
    journal.append(Array.from({ length: BATCH }, (_, n) => draft(from + n)));
  }
  journal.close();
}

async function history(): Promise<Row[]> {
  const rows: Row[] = [["messages in the room", "a page of 50: median", "99 %", "longest"]];
  const folder = await Deno.makeTempDir({ prefix: "hubbub-bench-" });
  try {
    for (const messages of [10_000, 100_000, MESSAGES]) {
      tell(`${messages} messages`);
      const path = `${folder}/${messages}.db`;
      write(path, messages);
      // Of two flags of one name the last counts: this file instead of a new one.
      await using server = await Contestant.start(hubbub("text", "--keep", "0", "--db", path));
      rows.push([messages.toLocaleString("en"), ...await pages(server.port, messages)]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return rows;
}

/** How long pages of history take, at places all over the room. */
async function pages(port: number, messages: number): Promise<Row> {
  const times = new Histogram();
  let longest = 0;
  for (let n = 0; n < PAGES; n++) {
    const before = 51 + Math.floor((messages - 51) * ((n * 0.618) % 1));
    const url = `http://127.0.0.1:${port}/rooms/lobby/messages?limit=50&before=${before}`;
    const from = performance.now();
    const page = await (await fetch(url)).json();
    const took = (performance.now() - from) * 1000;
    if (page.messages.length !== 50) throw new Error(`${page.messages.length} before ${before}`);
    times.record(took);
    longest = Math.max(longest, took);
  }
  return [time(times.quantile(0.5)), time(times.quantile(0.99)), time(longest)];
}

const SERIES = { clients, rooms, size, history };

if (import.meta.main) {
  const FLAGS = {
    seconds: number("N", 3, "how long each figure is measured", 1, 60),
    series: repeatable(text("NAME", "what is measured", "clients, rooms, size or history")),
  };
  const { seconds, series } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
  for (const [name, measureSeries] of Object.entries(SERIES)) {
    if (series.length > 0 && !series.includes(name)) continue;
    const before = Deno.loadavg()[0].toFixed(1);
    console.log(markdown(await measureSeries(seconds), 0));
    console.log(`\nLoad average before: ${before}.\n`);
  }
}
