/**
 * What several servers on one Redis do together: 32 clients on each of two, all in one room, JSON.
 *
 *     deno task bench:many [--seconds N] [--tail N] [--window N]... [--rate N]...
 *
 * Prints a row for each window (messages on their way in the closed loop) and each rate (messages a
 * second). Servers and Redis have all cores, the load its own.
 */

import { number, parseWords, repeatable, valuesOf } from "../config/flags.ts";
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
  const FLAGS = {
    seconds: number("N", 5, "how long each load lasts", 1, 60),
    tail: number("N", 1024, "what the servers get as --tail", 1, 1_000_000),
    window: repeatable(number("N", 0, "how many messages are on their way at once", 1, 100_000)),
    rate: repeatable(number("N", 0, "how many messages are said a second", 1, 100_000)),
  };
  const { seconds, tail, ...given } = valuesOf(FLAGS, parseWords(Deno.args, FLAGS).flags);
  const windows = given.window.length > 0 ? given.window : [128, 512];
  const rates = given.rate.length > 0 ? given.rate : [500];
  const rows = [HEAD];
  for (const window of windows) {
    rows.push(await run(window, 0, String(tail), seconds));
  }
  for (const rate of rates) {
    rows.push(await run(0, rate, String(tail), seconds));
  }
  console.log(markdown(rows, 0));
}
