/**
 * Good clients beside everything at once that somebody may do to a server: 20 that talk, listen and
 * count, and two event streams. Whatever is said in their room they must get once and in order, with
 * no delay that the server itself causes, and nothing may be left of the attacks afterwards.
 */

import type { Child } from "../../testing/child.ts";
import { type Findings, rowsOf } from "./attack_findings.ts";
import { abandonedBy, lagOf, watchHoldUps, watchMemory, watchOwnLoop } from "./attack_watch.ts";
import type { Order, Tallies } from "./attackers.ts";
import { GoodClients, ROOM } from "./good_clients.ts";
import type { Row } from "./main.ts";
import { collected, failures, startWatched } from "./watch.ts";

/** How long the server may take until it has closed everything that the attacks have opened. */
const CLOSING_MS = 90_000;

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

/** Holds the soak, and reports for each attack how often it was made. */
export async function attackSoak(seconds: number): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const watch = ["--preload", new URL("./loop_watch.ts", import.meta.url).pathname];
    const flags = ["--db", `${folder}/chat.db`, "--keep", "0", "--trust-proxy"];
    await using child = await startWatched(flags, watch);
    return rowsOf(await hold(child, seconds));
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
  const watches = [watchHoldUps(child), watchOwnLoop(), watchMemory(child, seconds)] as const;
  const tallies = await runAttackers({ host: child.host, room: ROOM, seconds });
  const [holdUp, ownMs, looks] = [watches[0].stop(), watches[1].stop(), watches[2].stop()];
  const lag = await lagOf(child);
  const { messages, ...account } = await good.compare();
  const { drops, doubts, echoesMs } = good;
  await good.leave();
  let left = 0;
  let abandoned = 0;
  const isFlat = async () => {
    abandoned = await abandonedBy(child);
    left = child.sockets - sockets;
    return left <= abandoned;
  };
  // If they do not, the verdict says so.
  await child.until(isFlat, "the sockets to be closed", CLOSING_MS).catch(() => {});
  return {
    ...{ seconds, account, messages, drops, doubts, echoesMs, holdUp, lag, ownMs, looks, tallies },
    ...{ left, abandoned },
    descriptors: [descriptors, child.descriptors],
    memory: [before, await collected(child)],
    failures: failures(child),
  };
}
