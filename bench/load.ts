/**
 * The load: clients that talk to a chat server and count what comes back.
 *
 * In a closed loop a client says more as long as fewer than `window` messages are on their way,
 * said by anyone and not yet seen by this client: the server sets the pace, and none is ever more
 * than a window ahead. With a `rate` the clients speak at that pace instead, and what counts is how
 * long a message takes. In `turns` every client is in a room of its own, and whenever a message is
 * back the next client in turn speaks.
 *
 * It connects to this machine only and stops by itself: after the time that it was given and a
 * fifth of it before, which is not counted. It runs as a program of its own, so that it has a
 * core of its own, takes its options as JSON and prints what it measured as JSON.
 */

import { Crowd, pause, WARM_UP } from "./crowd.ts";
import type { LoadOptions, LoadResult } from "./task.ts";

/** The pause between connecting and talking. */
const SETTLE_MS = 300;
/** Over the time that it measures, it may take so long to connect, to wait and to end. */
const PATIENCE_MS = 90_000;

/** Connects, talks, measures, and goes. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const crowd = new Crowd(options);
  try {
    await crowd.gather();
    await pause(SETTLE_MS);
    return await crowd.run();
  } finally {
    await crowd.close();
  }
}

if (import.meta.main) {
  const options: LoadOptions = JSON.parse(Deno.args[0]);
  setTimeout(() => Deno.exit(1), options.seconds * (1 + WARM_UP) * 1000 + PATIENCE_MS);
  console.log(JSON.stringify(await runLoad(options)));
  Deno.exit();
}
