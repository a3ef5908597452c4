/**
 * The metrics in Prometheus' text format: the answer to `GET /metrics`.
 *
 * Nothing is counted here. On request, {@linkcode Counters} are read and the current state is looked up.
 * `telemetry/metrics.ts` loads this file with the first request.
 *
 * The metrics of the process (memory, CPU time) are in prom-client's default registry, where those of the
 * program that includes the chat are, too.
 */

import process from "node:process";
import { Counter, Gauge, type Metric, register, Registry } from "prom-client";
import { LIMITS } from "../config/limits.ts";
import type { Counters } from "./counters.ts";
import type { Histogram } from "./histogram.ts";
import type { Connections, FileStats, MetricsSources } from "./metrics_sources.ts";
import type { RedisCounters } from "./redis_counters.ts";
import type { SearchCounters } from "./search_counters.ts";
import metadata from "../deno.json" with { type: "json" };
import type { HubStats } from "../hub/options.ts";

/** The metrics of one chat. */
export class Prometheus {
  readonly #registry = new Registry();

  constructor({ hub, connections, lag, redis, search, files }: MetricsSources) {
    this.#gauge("info", "The version that runs, as a label of 1.", (gauge) => {
      gauge.set({ version: metadata.version }, 1);
    }, "version");
    this.#describeClients(hub.counters, connections);
    const is = (field: keyof HubStats) => (gauge: Gauge) => gauge.set(hub.stats()[field]);
    this.#gauge("rooms", "Rooms with somebody in them.", is("rooms"));
    this.#gauge("members", "People in all rooms.", is("members"));
    this.#gauge("mailbox_commands", "Commands waiting for the hub.", is("commands"));
    this.#describeCounts(hub.counters);
    if (redis) this.#describeRedis(redis);
    if (search) this.#describeSearch(search);
    if (files) this.#describeFiles(files);
    const late = `How late a timer of ${LIMITS.lagMs} ms fires.`;
    this.#histogram("event_loop_lag_seconds", late, lag);
  }

  /** The media type of {@linkcode Prometheus.text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics, and those of the process, if they are registered. */
  async text(): Promise<string> {
    return await Registry.merge([this.#registry, register]).metrics();
  }

  #describeClients({ wires }: Counters, connections: Connections): void {
    this.#gauge("connections", "Connections that are open.", (gauge) => {
      gauge.reset();
      for (const wire of wires.keys()) gauge.set({ wire }, 0);
      for (const { wire } of connections.clients) gauge.inc({ wire });
    }, "wire");
    const are = (state: "isBehind" | "isStalled") => (gauge: Gauge) => {
      const now = performance.now();
      let clients = 0;
      for (const client of connections.clients) if (client[state](now)) clients++;
      gauge.set(clients);
    };
    const behind = "Clients that are being served from the journal, not from memory.";
    const stalled =
      "Clients that have taken nothing for some seconds though there is something for them.";
    this.#gauge("clients_behind", behind, are("isBehind"));
    this.#gauge("clients_stalled", stalled, are("isStalled"));
  }

  #describeCounts(counters: Counters): void {
    const { wires, closeReasons, refusals, problems, abandonments, batches, appends } = counters;
    const of = (field: "received" | "delivered" | "frames") => ({
      *[Symbol.iterator]() {
        for (const [wire, counts] of wires) yield [wire, counts[field]] as const;
      },
    });
    const delivered = "Messages that were sent, counted for each receiver.";
    this.#counter("messages_in_total", "Messages that were taken in.", "wire", of("received"));
    this.#counter("messages_delivered_total", delivered, "wire", of("delivered"));
    this.#counter("frames_total", "Frames that were sent.", "wire", of("frames"));
    this.#counter("endings_total", "Connections that ended.", "ending", closeReasons);
    this.#counter("refused_total", "Commands of clients that were refused.", "reason", refusals);
    this.#counter("problems_total", "Requests answered with a problem.", "status", problems);
    this.#counter("abandoned_total", "Connections given up.", "waiting_for", abandonments);
    this.#histogram("batch_messages", "Messages in one append.", batches);
    this.#histogram("journal_append_seconds", "Time of one append.", appends);
  }

  #describeRedis(redis: RedisCounters): void {
    const up = "Whether Redis can be reached: 1 or 0.";
    const reconnects = "How often Redis was connected again.";
    const epochs = "How often all rooms began a new epoch, since Redis had lost messages.";
    this.#gauge("redis_up", up, (gauge) => gauge.set(Number(redis.isUp)));
    this.#total("redis_reconnects_total", reconnects, () => redis.reconnects);
    this.#total("redis_epoch_changes_total", epochs, () => redis.epochChanges);
    this.#histogram("redis_call_seconds", "Time from a call to its answer.", redis.calls);
    this.#histogram("redis_open_seconds", "Time to subscribe to a room.", redis.opens);
  }

  #describeFiles(files: () => FileStats): void {
    const are = (field: keyof FileStats) => (gauge: Gauge) => gauge.set(files()[field]);
    this.#gauge("files", "Attachments.", are("files"));
    this.#gauge("files_bytes", "The bytes that they count as.", are("bytes"));
    this.#gauge("uploads", "Attachments that are being received.", are("uploads"));
  }

  #describeSearch(search: SearchCounters): void {
    const gauge = (name: string, help: string, value: () => number) => {
      this.#gauge(`search_${name}`, help, (gauge) => gauge.set(value()));
    };
    gauge("up", "Whether the search index can be used: 1 or 0.", () => Number(search.isUp));
    gauge(
      "building",
      "Whether all rooms are being gone through: 1 or 0.",
      () => Number(search.isBuilding),
    );
    gauge("behind_entries", "Entries that the index is known to lack.", () => search.behind);
    gauge("index_bytes", "The size of the index.", () => search.bytes);
    this.#histogram("search_seconds", "Time from a search to its answer.", search.searches);
  }

  #gauge(name: string, help: string, set: (gauge: Gauge) => void, ...labelNames: string[]): void {
    new Gauge({
      name: `hubbub_${name}`,
      help,
      labelNames,
      collect() {
        set(this);
      },
      ...this.#place,
    });
  }

  #counter(
    name: string,
    help: string,
    label: string,
    counts: Iterable<readonly [string | number, number]>,
  ): void {
    new Counter({
      name: `hubbub_${name}`,
      help,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
      ...this.#place,
    });
  }

  #total(name: string, help: string, value: () => number): void {
    new Counter({
      name: `hubbub_${name}`,
      help,
      collect() {
        this.reset();
        this.inc(value());
      },
      ...this.#place,
    });
  }

  /** A metric for the registry, over a histogram of ours. */
  #histogram(name: string, help: string, spread: Histogram): void {
    name = `hubbub_${name}`;
    const sample = (end: string, value: number, labels = {}) => (
      { metricName: `${name}_${end}`, labels, value }
    );
    const get = () => {
      let count = 0;
      const buckets = spread.counts.map((more, index) =>
        sample("bucket", count += more, { le: spread.bounds[index] ?? "+Inf" })
      );
      const values = [...buckets, sample("sum", spread.sum), sample("count", count)];
      return Promise.resolve({ name, help, type: "histogram", values });
    };
    this.#registry.registerMetric({ name, get } as unknown as Metric);
  }

  get #place(): { registers: Registry[] } {
    return { registers: [this.#registry] };
  }
}

/**
 * Registers metrics of the process; call it once in a process.
 *
 * The library's own are not used. Most of them are wrong under Deno, or read `/proc`, which needs all
 * permissions; and they start `monitorEventLoopDelay`, which wakes the process a hundred times a second,
 * and ended it in Deno 2.4 with the next full garbage collection.
 */
export function registerProcessMetrics(): void {
  const cpu = (kind: "user" | "system") => process.cpuUsage()[kind] / 1e6;
  const both = () => cpu("user") + cpu("system");
  const of = (kind: keyof Deno.MemoryUsage) => () => Deno.memoryUsage()[kind];
  const start = () => performance.timeOrigin / 1000;
  tell(Counter, "process_cpu_user_seconds_total", "CPU time of its own.", () => cpu("user"));
  tell(Counter, "process_cpu_system_seconds_total", "In the kernel.", () => cpu("system"));
  tell(Counter, "process_cpu_seconds_total", "Both together.", both);
  tell(Gauge, "process_start_time_seconds", "When it started, since 1970.", start);
  tell(Gauge, "process_resident_memory_bytes", "Memory that it takes.", of("rss"));
  tell(Gauge, "nodejs_heap_size_total_bytes", "JavaScript's heap.", of("heapTotal"));
  tell(Gauge, "nodejs_heap_size_used_bytes", "What is used of it.", of("heapUsed"));
  tell(Gauge, "nodejs_external_memory_bytes", "What it holds outside.", of("external"));
}

/** Registers one metric of the process. */
function tell(
  Kind: typeof Counter | typeof Gauge,
  name: string,
  help: string,
  value: () => number,
): void {
  new Kind({
    name,
    help,
    collect() {
      this.reset();
      this.inc(value());
    },
  });
}
