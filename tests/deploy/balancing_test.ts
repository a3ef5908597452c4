/** How `deploy/nginx.conf` spreads handshakes over two servers that are not equally ready. */

import { assertEquals } from "@std/assert";
import { freePort } from "../../testing/redis_server.ts";
import { Child } from "../../testing/child.ts";
import { Nginx, nginxTest } from "../../testing/nginx.ts";
import { Peer } from "../../testing/support.ts";
import { shake } from "./front.ts";

const start = (...flags: string[]) => Child.start(["--trust-proxy", ...flags]);

/** Opens as many sockets, and keeps them open. */
async function open(nginx: Nginx, count: number, into: DisposableStack): Promise<string[]> {
  const statuses: string[] = [];
  for (let n = 0; n < count; n++) {
    const { status, connection } = await shake(nginx);
    into.defer(() => connection.close());
    statuses.push(status);
  }
  return statuses;
}

nginxTest("leaves a server that answers 503 for another one", [], async () => {
  await using full = await start("--max-clients", "1");
  await using other = await start();
  await using _only = await Peer.join(full.host, "/ws");
  await using nginx = await Nginx.start([full.host, other.host]);
  using sockets = new DisposableStack();
  assertEquals(await open(nginx, 6, sockets), Array(6).fill("101"));
});

nginxTest("fills up a server that has been restarted", [], async () => {
  await using old = await start();
  const host = `127.0.0.1:${freePort()}`;
  await using nginx = await Nginx.start([old.host, host]);
  using sockets = new DisposableStack();
  const before = await open(nginx, 6, sockets);
  await using restarted = await start("--addr", host);
  const after = await open(nginx, 6, sockets);
  assertEquals([...before, ...after], Array(12).fill("101"));
  for (const child of [old, restarted]) {
    const [count] =
      /(?<=^hubbub_connections\{wire="\w*"\} )6$/m.exec(await child.get("/metrics")) ?? [];
    assertEquals(count, "6", child.host);
  }
});
