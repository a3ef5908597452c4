/**
 * Good clients beside everything at once that somebody may do to a server: 20 that talk, listen and
 * count, and two event streams. Whatever is said in their room they must get once and in order, with
 * no delay that the server itself causes, and nothing may be left of the attacks afterwards.
 */

import type { Account } from "../../drill/ledger.ts";
import type { Child } from "../../testing/child.ts";
import type { Order, Tallies } from "./attackers.ts";
import { GoodClients, ROOM, STREAMS, TALKERS } from "./good_clients.ts";
import type { Row } from "./main.ts";
import { collected, failures, type Memory, quantile, startWatched } from "./watch.ts";

/** Garbage may differ by so much, in MiB. */
const GROWTH = 32;
const STALL_MS = 250;

/** How long this process itself was held up, which delays what its clients see. */
function watchOwnLoop(): { stop(): number } {
  let worstMs = 0;
  let due = performance.now() + 10;
  const timer = setInterval(() => {
    worstMs = Math.max(worstMs, performance.now() - due);
    due = performance.now() + 10;
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      return worstMs;
    },
  };
}

async function runAttackers(order: Order): Promise<Tallies> {
  const worker = new Worker(new URL("./attackers.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Tallies>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}

/** The longest time for which the server's loop was held up since a line of its log. */
function holdUps(child: Child, since: number): { lateMs: number; ownMs: number } {
  const found = child.log.slice(since).filter((line) => line.startsWith("held up "))
    .map((line): { lateMs: number; usedMs: number } => JSON.parse(line.slice("held up ".length)));
  return {
    lateMs: Math.max(0, ...found.map(({ lateMs }) => lateMs)),
    ownMs: Math.max(0, ...found.map(({ lateMs, usedMs }) => Math.min(lateMs, usedMs))),
  };
}

/** How late a timer was at most, by the metrics: the bound of the last bucket that has any. */
async function lagOf(child: Child): Promise<string> {
  const text = await child.get("/metrics");
  const buckets = [...text.matchAll(/event_loop_lag_seconds_bucket\{le="(.+?)"\} (\d+)/g)];
  const all = Number(buckets.at(-1)?.[2]);
  return buckets.find(([, , count]) => Number(count) === all)?.[1] ?? "?";
}

/** What a soak has found. */
interface Findings {
  readonly account: Account & { messages: number };
  readonly drops: number;
  readonly echoesMs: number[];
  readonly held: { lateMs: number; ownMs: number };
  readonly ownMs: number;
  readonly lag: string;
  /** Sockets, and those of them that the runtime does not give back (see SECURITY). */
  readonly left: number;
  readonly abandoned: number;
  /** Descriptors of all kinds, before and after. */
  readonly open: readonly [number, number];
  readonly before: Memory;
  readonly after: Memory;
  readonly failed: string[];
  readonly tallies: Tallies;
}

/** How many upgrades were reset in a way that the runtime does not report. */
async function abandonedBy(child: Child): Promise<number> {
  return Number(
    /abandoned_total\{waiting_for="open"\} (\d+)/.exec(await child.get("/metrics"))![1],
  );
}

/** Holds the soak, and reports for each attack how often it was made. */
export async function attackSoak(seconds: number): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const watch = ["--preload", new URL("./loop_watch.ts", import.meta.url).pathname];
    const flags = ["--db", `${folder}/chat.db`, "--keep", "0", "--trust-proxy"];
    await using child = await startWatched(flags, watch);
    return rowsOf(seconds, await hold(child, seconds));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function hold(child: Child, seconds: number): Promise<Findings> {
  await child.get("/healthz");
  const { sockets, descriptors } = child;
  const good = new GoodClients(child.host);
  await good.talk();
  const before = await collected(child);
  const since = child.log.length;
  const ownLoop = watchOwnLoop();
  const tallies = await runAttackers({ host: child.host, room: ROOM, seconds });
  const ownMs = ownLoop.stop();
  const held = holdUps(child, since);
  const lag = await lagOf(child);
  const account = await good.compare();
  const { drops, echoesMs } = good;
  await good.leave();
  const isFlat = async () => child.sockets <= sockets + await abandonedBy(child);
  await child.until(isFlat, "them to close", 90_000).catch(() => {});
  const left = child.sockets - sockets;
  const abandoned = await abandonedBy(child);
  const open = [descriptors, child.descriptors] as const;
  const after = await collected(child);
  const failed = failures(child);
  return {
    account,
    drops,
    echoesMs,
    held,
    ownMs,
    lag,
    left,
    abandoned,
    open,
    before,
    after,
    failed,
    tallies,
  };
}

function rowsOf(seconds: number, findings: Findings): Row[] {
  const { account, drops, echoesMs, held, left, abandoned, before, after, tallies } = findings;
  const { failed } = findings;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const mib = (name: keyof Memory) =>
    [before, after].map((memory) => `${memory[name].toFixed(1)} MiB`).join(", ");
  const zero = (what: string, found: number, words = `${found}`): Row => (
    { what, found: words, must: "0", good: found <= 0 }
  );
  return [
    { what: "seconds, good clients, streams", found: `${seconds}, ${TALKERS}, ${STREAMS}` },
    {
      what: "messages in their room, said by them, refused",
      found: `${account.messages}, ${account.accepted}, ${account.refused}`,
    },
    zero("lost", account.lost, [account.lost, ...account.faults].join("; ")),
    zero("doubled", account.doubled),
    zero("out of order", account.disordered),
    zero("diverged", account.diverged),
    zero("good clients disconnected", drops),
    {
      what: "p50 / p99 / worst until their messages come back",
      found: [0.5, 0.99, 1].map((part) => ms(quantile(echoesMs, part))).join(" / "),
    },
    {
      what: "longest hold-up of the server, of that its own work",
      found: `${ms(held.lateMs)}, ${ms(held.ownMs)}`,
      must: `${STALL_MS} ms`,
      good: held.ownMs <= STALL_MS,
    },
    { what: "its timers late at most, by /metrics", found: `${findings.lag} s` },
    { what: "longest hold-up of the good clients' process", found: ms(findings.ownMs) },
    zero("sockets left, and abandoned", left - abandoned, `${left}, ${abandoned}`),
    { what: "descriptors, before and after", found: findings.open.join(", ") },
    {
      what: "heap after a collection, before and after",
      found: mib("heap"),
      must: `${GROWTH} MiB more`,
      good: after.heap - before.heap <= GROWTH,
    },
    { what: "resident, before and after", found: mib("resident") },
    zero("failures in the log", failed.length, [failed.length, ...failed.slice(0, 3)].join("; ")),
    ...Object.entries(tallies).map(([name, { done, refused }]) => (
      { what: `attack: ${name}, refused`, found: `${done}, ${refused}` }
    )),
  ];
}
