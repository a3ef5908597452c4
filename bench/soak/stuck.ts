/**
 * 500 clients that stop reading beside 50 good ones: the same talk twice, without them and with
 * them, each against a server of its own.
 *
 * What the kernel holds for a peer, some MiB on this machine's own network, must be full before
 * anybody is stuck; a network like the one outside has less. So give it one of its own, as root:
 *
 *     unshare -n sh -c 'ip link set lo up
 *       echo 4096 16384 65536 | tee /proc/sys/net/ipv4/tcp_wmem > /proc/sys/net/ipv4/tcp_rmem
 *       deno run -A … tests/soak.ts stuck --seconds 60'
 */

import type { Child } from "../../testing/child.ts";
import type { Row } from "./main.ts";
import { closeAll, collected, endings, failures, pause, quantile, startWatched } from "./watch.ts";
import { Peer, RawPeer } from "../../testing/support.ts";

const GOOD = 50;
const STUCK = 500;
const STALL = 15;
const PER_SECOND = 20;
/** Longer frames Deno's own client sends in two parts, the second 40 ms later. */
const TEXT = 800;
const PATH = "/rooms/lobby?name=Good&replay=0";

interface Run {
  readonly latencies: number[];
  /** MiB: when all were there, the most after that, and after a collection at the end. */
  readonly memory: { before: number; peak: number; after: number };
  /** Seconds until presence told of the good ones alone. */
  readonly leftAfter: number;
  readonly stalled: number;
  readonly failures: string[];
}

async function hold(seconds: number, stuckCount: number): Promise<Run> {
  const flags = ["--stall", `${STALL}`, "--rate", "0", "--max-clients-per-ip", "0"];
  await using child = await startWatched(flags);
  const peers: Peer[] = [];
  for (let n = 0; n < GOOD; n++) peers.push(await Peer.join(child.host, PATH));
  const stuck: RawPeer[] = [];
  for (let n = 0; n < stuckCount; n++) {
    stuck.push(await RawPeer.upgrade(child.host, "/rooms/lobby?replay=0"));
  }
  await child.until(() => counts(peers[0]).at(-1) === GOOD + stuckCount, "all to be there");
  const run = await talk(child, peers, seconds);
  await pause(1_000); // The log tells what it had no room for when the second is over.
  await child.stop();
  for (const raw of stuck) raw[Symbol.dispose]();
  await closeAll(peers.map(({ socket }) => socket));
  return { ...run, stalled: endings(child, "stalled"), failures: failures(child) };
}

/** How many were told to be here, each time. */
function counts(peer: Peer): number[] {
  return peer.lines.filter((line) => /"type":"(?:presence|welcome)"/.test(line))
    .map((line) => JSON.parse(line).count);
}

async function talk(
  child: Child,
  peers: Peer[],
  seconds: number,
): Promise<Omit<Run, "stalled" | "failures">> {
  const latencies: number[] = [];
  const before = (await collected(child)).resident;
  const start = performance.now();
  let leftAfter = NaN;
  for (const { socket } of peers) {
    socket.onmessage = ({ data }) => {
      for (const line of data.split("\n")) {
        const object = JSON.parse(line);
        if (object.type === "message") latencies.push(performance.now() - parseFloat(object.text));
        if (object.count === GOOD) leftAfter = (performance.now() - start) / 1000;
      }
    };
  }
  let peak = before;
  for (let n = 0; n < seconds * PER_SECOND; n++) {
    const due = start + n * 1000 / PER_SECOND;
    if (due > performance.now()) await pause(due - performance.now());
    peers[n % GOOD].say(`${performance.now()} `.padEnd(TEXT, "calm words "));
    if (n % PER_SECOND === 0) peak = Math.max(peak, child.memory);
  }
  await child.until(() => latencies.length === seconds * PER_SECOND * GOOD, "every message");
  const after = (await collected(child)).resident;
  return { latencies, memory: { before, peak: Math.max(peak, after), after }, leftAfter };
}

/** Holds both runs and compares them. */
export async function stuck(seconds: number): Promise<Row[]> {
  const calm = await hold(seconds, 0);
  const held = await hold(seconds, STUCK);
  const ms = (run: Run, part: number) => quantile(run.latencies, part);
  const growth = held.memory.peak - held.memory.before;
  const shown = (run: Run) =>
    [0.5, 0.99, 1].map((part) => `${ms(run, part).toFixed(2)} ms`).join(" / ");
  return [
    { what: `seconds, good clients, stuck ones`, found: `${seconds}, ${GOOD}, ${STUCK}` },
    { what: "p50 / p99 / worst without them", found: shown(calm) },
    {
      what: "p50 / p99 / worst with them",
      found: shown(held),
      must: "p99 under twice that without",
      good: ms(held, 0.99) < 2 * ms(calm, 0.99),
    },
    {
      what: "memory: all there, peak, collected",
      found: Object.values(held.memory).map((mib) => `${mib.toFixed(0)} MiB`).join(", "),
    },
    {
      what: "growth at the peak",
      found: `${growth.toFixed(0)} MiB`,
      must: "under 50 MiB",
      good: growth < 50,
    },
    {
      what: "growth at the peak without them",
      found: `${(calm.memory.peak - calm.memory.before).toFixed(0)} MiB`,
    },
    {
      what: `stalled (--stall ${STALL})`,
      found: `${held.stalled}`,
      must: `${STUCK}`,
      good: held.stalled === STUCK,
    },
    {
      what: "presence told of the good ones alone after",
      found: `${held.leftAfter.toFixed(1)} s`,
      must: "in time",
      good: held.leftAfter < seconds,
    },
    {
      what: "failures in the log",
      found: `${calm.failures.length + held.failures.length}`,
      must: "0",
      good: calm.failures.length + held.failures.length === 0,
    },
  ];
}
