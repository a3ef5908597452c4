/** The board for Grafana: it shows every metric of the chat, and no other. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { OwnRedis } from "../../testing/redis_server.ts";
import { redisTest } from "../../testing/redis.ts";
import { Peer, startServer, test } from "../../testing/support.ts";

interface Query {
  expr: string;
  legendFormat: string;
}

async function queries(): Promise<Query[]> {
  const text = await Deno.readTextFile(new URL("../../deploy/grafana.json", import.meta.url));
  const { panels }: { panels: { targets: Query[] }[] } = JSON.parse(text);
  return panels.flatMap(({ targets }) => targets);
}

/** The names of metrics in a query: words that are no function, keyword or label. */
function namesIn(query: string): string[] {
  const bare = query.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, "");
  return (bare.match(/[a-z_]\w*(?!\w*\()/g) ?? []).filter((word) => word.includes("_"));
}

/** Compares the board with a scrape, apart from the metrics that such a server does not have. */
async function compare(host: string, isOther: (name: string) => boolean): Promise<void> {
  await using peer = await Peer.join(host, "/rooms/lobby");
  await peer.next("welcome");
  await fetch(`http://${host}/nothing`).then((response) => response.body?.cancel());
  const text = await (await fetch(`http://${host}/metrics`)).text();
  const series = text.split("\n").filter((line) => /^[a-z]/.test(line));
  const shown = new Set<string>(["hubbub_info"]);
  for (const { expr, legendFormat } of await queries()) {
    const names = namesIn(expr);
    assertGreater(names.length, 0, expr);
    for (const name of names.filter((name) => !isOther(name))) {
      shown.add(name.replace(/_bucket$/, ""));
      const found = series.filter((one) =>
        one.startsWith(`${name} `) || one.startsWith(`${name}{`)
      );
      assertGreater(found.length, 0, `${name} of ${expr}`);
      const label = /\{\{(\w+)\}\}/.exec(legendFormat)?.[1];
      if (label) assert(found.every((one) => one.includes(`${label}="`)), `${label} of ${name}`);
    }
  }
  const ours = Array.from(text.matchAll(/^# TYPE (hubbub_\w+)/gm), ([, name]) => name);
  assertGreater(ours.length, 15);
  assertEquals([...shown].filter((name) => name.startsWith("hubbub_")).sort(), ours.sort());
}

Deno.test("namesIn: finds metrics, but no functions, keywords or labels", () => {
  assertEquals(namesIn('sum by (le_x) (rate(no_such{a_b=~"b_c"}[5m])) / 2'), ["no_such"]);
});

test("grafana.json: shows every metric of a server, by labels that it has", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using server = await startServer("--files", folder);
    await compare(server.host, (name) => name.startsWith("hubbub_redis_"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

redisTest(
  "grafana.json: shows every metric of a server on Redis, by labels that it has",
  async () => {
    await using redis = await OwnRedis.start();
    await using server = await startServer("--db", redis.url);
    await compare(server.host, (name) => /^hubbub_(files|uploads)/.test(name));
  },
);
