/**
 * `deploy/nginx.conf` in front of three servers on one Redis, which are restarted one after another
 * as docs/SCALING.md says, while clients keep coming.
 */

import { assertEquals } from "@std/assert";
import { Child } from "../../testing/child.ts";
import { Nginx, nginxTest } from "../../testing/nginx.ts";
import { freePort, hasRedis, OwnRedis } from "../../testing/redis_server.ts";
import { allowed } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";
import { shake } from "./front.ts";

const isLacking = allowed && !Deno.env.has("CI") && !hasRedis();

/** Clients that open sockets through nginx, two at a time, and count the answers. */
class Callers implements AsyncDisposable {
  readonly statuses: Record<string, number> = {};
  readonly #nginx: Nginx;
  readonly #loops: Promise<void>[];
  #isOver = false;

  constructor(nginx: Nginx) {
    this.#nginx = nginx;
    this.#loops = Array.from({ length: 2 }, () => this.#call());
  }

  async #call(): Promise<void> {
    while (!this.#isOver) {
      const { status, connection } = await shake(this.#nginx);
      connection.close();
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    }
  }

  /** Waits until as many more handshakes have been answered. */
  async answered(count: number): Promise<void> {
    const sum = () => Object.values(this.statuses).reduce((all, one) => all + one, 0);
    const end = sum() + count;
    await until(() => sum() >= end, "handshakes to be answered");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }
}

async function isReady(host: string): Promise<boolean> {
  const response = await fetch(`http://${host}/readyz`);
  await response.body?.cancel();
  return response.ok;
}

nginxTest("loses no handshake in a rolling restart", isLacking ? ["redis"] : [], async () => {
  await using redis = await OwnRedis.start();
  const start = (host: string) =>
    Child.start(["--trust-proxy", "--db", redis.url, "--addr", host, "--max-clients-per-ip", "0"]);
  const hosts = Array.from({ length: 3 }, () => `127.0.0.1:${freePort()}`);
  await using servers = new AsyncDisposableStack();
  const running = await Promise.all(hosts.map(start));
  for (const child of running) servers.use(child);
  await using nginx = await Nginx.start(hosts);
  await using callers = new Callers(nginx);
  for (const child of running) {
    await callers.answered(20);
    assertEquals((await child.stop()).code, 0);
    await callers.answered(20); // it is down
    servers.use(await start(child.host));
    await until(() => isReady(child.host), "the server to be ready");
  }
  await callers.answered(20);
  assertEquals(Object.keys(callers.statuses), ["101"], JSON.stringify(callers.statuses));
});
