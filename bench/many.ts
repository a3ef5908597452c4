/**
 * What several servers on one Redis do together: 32 clients on each of two, all in one room, JSON.
 *
 *     deno task bench:many [--seconds N] [--tail N] [--window N]... [--rate N]...
 *
 * Prints a row for each window (messages on their way in the closed loop) and each rate (messages a
 * second). Servers and Redis have all cores, the load its own.
 */

import { parseArgs } from "node:util";
import { OwnRedis } from "../testing/redis_server.ts";
import { Contestant, usageOf } from "./contestant.ts";
import { hubbub } from "./hubbub.ts";
import { measure, share } from "./measure.ts";
import { many, markdown, time } from "./table.ts";

const HEAD = ["load", "in /s", "delivered /s", "median", "99 %", "CPU: servers, Redis", "missing"];
const SERVERS = 2;
const CLIENTS = 32;

async function run(window: number, rate: number, tail: string, seconds: number): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await OwnRedis.start());
  const recipe = hubbub("json", "--db", redis.url, "--tail", tail);
  const command = ["taskset", "-c", "0,1", ...recipe.command];
  const servers: Contestant[] = [];
  for (let n = 0; n < SERVERS; n++) {
    servers.push(stack.use(await Contestant.start({ ...recipe, command })));
  }
  const [first, ...others] = servers;
  const samples = new Map(
    [...others, redis].map((part) => [part, [] as Parameters<typeof share>[0][number][]]),
  );
  const sampling = setInterval(async () => {
    for (const [part, taken] of samples) {
      const usage = part instanceof Contestant ? part.usage() : usageOf(part.pid);
      taken.push({ at: Date.now(), ...await usage });
    }
  }, 50);
  const clients = SERVERS * CLIENTS;
  const result = await measure(first, {
    ...{ port: first.port, others: others.map(({ port }) => port), path: recipe.path, json: true },
    ...{ clients, senders: clients, window, rate, turns: false, size: 32, seconds },
  }).finally(() => clearInterval(sampling));
  const cpu = [
    result.serverCpu,
    ...[...samples.values()].map((taken) => share(taken, "cpu", result)),
  ];
  return [
    rate ? `${rate} messages a second` : `${window} on their way`,
    ...[many(result.sent), many(result.delivered), time(result.p50), time(result.p99)],
    ...[cpu.map((part) => part?.toFixed(2) ?? "?").join(", "), String(result.missing)],
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      tail: { type: "string", default: "1024" },
      window: { type: "string", multiple: true, default: ["128", "512"] },
      rate: { type: "string", multiple: true, default: ["500"] },
    },
  });
  const rows = [HEAD];
  for (const window of values.window) {
    rows.push(await run(Number(window), 0, values.tail, Number(values.seconds)));
  }
  for (const rate of values.rate) {
    rows.push(await run(0, Number(rate), values.tail, Number(values.seconds)));
  }
  console.log(markdown(rows, 0));
}
