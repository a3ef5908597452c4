/**
 * The metrics of one chat, before anybody has asked for them: where they come from, and the event loop's
 * lag, which is measured ten times a second.
 *
 * What writes them, `telemetry/prometheus.ts`, is loaded with the first request: its library takes a third
 * of the time in which the server starts.
 */

import { LIMITS } from "../config/limits.ts";
import { Histogram } from "./histogram.ts";
import type { MetricsSources } from "./metrics_sources.ts";
import type { Prometheus } from "./prometheus.ts";

/** Whether the metrics of the process are still to be registered, which can be done once. */
let isProcessDue = false;

/**
 * Has the metrics of the process, too, from now on; for a program that is nothing but a chat. Another one
 * may have its own of the same names.
 */
export function includeProcess(): void {
  isProcessDue = true;
}

/** The metrics of one chat. */
export class Metrics {
  readonly #sources: MetricsSources;
  readonly #measuring: ReturnType<typeof setInterval>;
  #written: Promise<Prometheus> | undefined;

  /** Starts to measure the event loop, until {@linkcode Metrics.close}. */
  constructor(sources: Omit<MetricsSources, "lag">) {
    const lag = new Histogram();
    this.#sources = { ...sources, lag };
    let due = performance.now() + LIMITS.lagMs;
    this.#measuring = setInterval(() => {
      const now = performance.now();
      lag.add(Math.max(now - due, 0) / 1000);
      due = now + LIMITS.lagMs;
    }, LIMITS.lagMs);
  }

  /** What writes them, which is loaded now if it is not yet. */
  load(): Promise<Prometheus> {
    return this.#written ??= this.#load();
  }

  async #load(): Promise<Prometheus> {
    const { Prometheus, registerProcessMetrics } = await import("./prometheus.ts");
    if (isProcessDue) registerProcessMetrics();
    isProcessDue = false;
    return new Prometheus(this.#sources);
  }

  /** Stops measuring. */
  close(): void {
    clearInterval(this.#measuring);
  }
}
