/**
 * 200 clients in ten rooms, who say ten messages a second each, half of what is allowed, and come
 * and go all the time; on a SQLite file. Everybody checks the order of all
 * that they hear. Memory is looked at after a forced collection, twenty times.
 */

import type { Child } from "../../testing/child.ts";
import type { Row } from "./main.ts";
import { collected, drift, failures, type Memory, pause, quantile, startWatched } from "./watch.ts";
import { within } from "../../testing/support.ts";

const CLIENTS = 200;
const ROOMS = 10;
const PER_SECOND = 10;
const LOOKS = 20;
/** Milliseconds that a connection lasts. */
const STAY = { least: 5_000, most: 40_000 };

interface Tally {
  said: number;
  heard: number;
  joins: number;
  wrong: number;
  refused: number;
  latencies: number[];
}

/** Somebody who comes, talks, leaves and comes again where they stopped. */
class Regular {
  #socket!: WebSocket;
  #seq = -1;
  #leaveAt = 0;
  #leaving: Promise<void> | undefined;
  readonly #url: string;
  readonly #tally: Tally;

  constructor(host: string, n: number, tally: Tally) {
    this.#url = `ws://${host}/rooms/soak-${n % ROOMS}?name=Regular%20${n}&email=r${n}@example.org`;
    this.#tally = tally;
  }

  async come(): Promise<void> {
    const since = this.#seq < 0 ? "replay=0" : `since=${this.#seq}`;
    const socket = this.#socket = new WebSocket(`${this.#url}&${since}`);
    socket.onmessage = ({ data }) => this.#hear(data);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.onopen = () => resolve();
        socket.onerror = () => reject(new Error("a client is not let in"));
      }),
      "a client to come in",
    );
    socket.onerror = null;
    this.#tally.joins++;
    this.#leaveAt = performance.now() + STAY.least + Math.random() * (STAY.most - STAY.least);
  }

  #hear(data: string): void {
    const tally = this.#tally;
    for (const line of data.split("\n")) {
      const { type, seq, text } = JSON.parse(line);
      if (type === "welcome" && this.#seq < 0) this.#seq = seq;
      if (type === "error") tally.refused++;
      if (type !== "message") continue;
      tally.heard++;
      if (seq !== this.#seq + 1) tally.wrong++;
      this.#seq = seq;
      // One in a hundred is enough for the figures.
      if (tally.heard % 100 === 0) tally.latencies.push(performance.now() - parseFloat(text));
    }
  }

  /** Says something, or leaves and comes again when it is time. */
  act(): void {
    if (this.#leaving) return;
    if (performance.now() > this.#leaveAt) {
      this.#leaving = this.leave().then(() => this.come()).then(() => {
        this.#leaving = undefined;
      });
      return;
    }
    this.#tally.said++;
    this.#socket.send(JSON.stringify({
      type: "say",
      text: `${performance.now()} is the time at which this was said`,
      id: crypto.randomUUID(),
    }));
  }

  async leave(): Promise<void> {
    const socket = this.#socket;
    const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
    socket.close();
    await within(closed, "a client to leave");
    socket.onmessage = null;
  }

  /** Leaves for good. */
  async stop(): Promise<void> {
    await this.#leaving;
    await this.leave();
  }
}

async function run(child: Child, seconds: number, looks: Memory[], tally: Tally): Promise<void> {
  const regulars = Array.from({ length: CLIENTS }, (_, n) => new Regular(child.host, n, tally));
  for (const regular of regulars) await regular.come();
  const start = performance.now();
  // A slice of the clients at a time, so that they do not all speak at once.
  const slices = 20;
  for (let n = 0; performance.now() - start < seconds * 1000; n++) {
    for (let i = n % slices; i < CLIENTS; i += slices) regulars[i].act();
    const due = start + (n + 1) * 1000 / PER_SECOND / slices;
    if (due > performance.now()) await pause(due - performance.now());
    if (performance.now() - start < (looks.length + 1) * seconds * 1000 / LOOKS) continue;
    looks.push(await collected(child));
    const { heap, resident } = looks.at(-1)!;
    console.error(
      `${looks.length}/${LOOKS}: heap ${heap.toFixed(1)}, resident ${resident.toFixed(1)} MiB, ` +
        `${tally.said} said, ${tally.joins} joins`,
    );
  }
  await Promise.all(regulars.map((regular) => regular.stop()));
}

/** Holds the soak. */
export async function soak(seconds: number): Promise<Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    await using child = await startWatched(["--db", `${folder}/chat.db`, "--keep", "5000"]);
    await child.get("/healthz");
    const descriptors = child.descriptors;
    const looks: Memory[] = [];
    const tally: Tally = { said: 0, heard: 0, joins: 0, wrong: 0, refused: 0, latencies: [] };
    await run(child, seconds, looks, tally);
    await child.until(() => child.descriptors <= descriptors, "the descriptors").catch(() => {});
    const left = child.descriptors - descriptors;
    const drifts = [
      drift(looks.map(({ heap }) => heap)),
      drift(looks.map(({ resident }) => resident)),
    ];
    const { said, heard, joins, wrong, refused, latencies } = tally;
    const failed = failures(child);
    const [first, last] = [looks[LOOKS / 5], looks.at(-1)!];
    const flat = (percent: number) => Math.abs(percent) < 10 || percent < 0;
    return [
      { what: "seconds, clients, rooms", found: `${seconds}, ${CLIENTS}, ${ROOMS}` },
      { what: "said, heard, joins", found: `${said}, ${heard}, ${joins}` },
      {
        what: "p50 / p99 / worst latency",
        found: [0.5, 0.99, 1].map((part) => `${quantile(latencies, part).toFixed(1)} ms`).join(
          " / ",
        ),
      },
      { what: "out of order, lost or doubled", found: `${wrong}`, must: "0", good: wrong === 0 },
      { what: "refused", found: `${refused}`, must: "0", good: refused === 0 },
      {
        what: "heap after a collection, first and last",
        found: `${first.heap.toFixed(1)}, ${last.heap.toFixed(1)} MiB`,
      },
      {
        what: "its drift",
        found: `${drifts[0].toFixed(1)} %`,
        must: "within 10 %",
        good: flat(drifts[0]),
      },
      {
        what: "resident after a collection, first and last",
        found: `${first.resident.toFixed(1)}, ${last.resident.toFixed(1)} MiB`,
      },
      {
        what: "its drift",
        found: `${drifts[1].toFixed(1)} %`,
        must: "within 10 %",
        good: flat(drifts[1]),
      },
      { what: "descriptors left", found: `${left}`, must: "0", good: left <= 0 },
      {
        what: "failures in the log",
        found: failed[0] ?? "0",
        must: "0",
        good: failed.length === 0,
      },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
