/**
 * The worker in which the attacks of a soak run beside the good clients, so that these are not held up
 * by them in their own process. It takes an {@linkcode Order}, and answers with {@linkcode Tallies}
 * when all is over.
 */

import type { Target } from "./attack_target.ts";
import { pause } from "../../testing/wait.ts";
import { ATTACKS } from "./attacks.ts";

/** Whom to attack, and for how long. */
export interface Order {
  readonly host: string;
  readonly room: string;
  readonly seconds: number;
}

/** How often something was done, and how often it was refused, by the attack's name. */
export type Tallies = Record<string, { done: number; refused: number }>;

/** Attacks until the time is over. */
export async function attack({ host, room, seconds }: Order): Promise<Tallies> {
  const target: Target = { host, room, signal: AbortSignal.timeout(seconds * 1000) };
  const tallies: Tallies = {};
  const loops = Object.entries(ATTACKS).flatMap(([name, { loops, pauseMs, step }]) => {
    const tally = tallies[name] = { done: 0, refused: 0 };
    return Array.from({ length: loops }, async (_, loop) => {
      while (!target.signal.aborted) {
        try {
          await step(target, loop);
          tally.done++;
        } catch {
          tally.refused++;
        }
        await pause(pauseMs, target.signal);
      }
    });
  });
  await Promise.all(loops);
  return tallies;
}

const scope = globalThis as unknown as {
  onmessage?: (event: MessageEvent<Order>) => void;
  postMessage?: (tallies: Tallies) => void;
};

if ("WorkerGlobalScope" in globalThis) {
  scope.onmessage = async ({ data }) => scope.postMessage!(await attack(data));
}
