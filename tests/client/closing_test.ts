import { assert, assertEquals } from "@std/assert";
import { Closing } from "../../client/closing.ts";
import { LIMITS } from "../../config/limits.ts";
import { pause, within } from "../../testing/wait.ts";

/** A `Closing`, and when it closes. */
function begin(): { closing: Closing; closed: Promise<void> } {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  return { closing: new Closing(resolve), closed };
}

Deno.test("Closing: closes once the client is quiet", async () => {
  const { closing, closed } = begin();
  closing.heard();
  await within(closed, "the socket to be closed");
});

Deno.test("Closing: closes although the client never stops", async () => {
  const { closing, closed } = begin();
  let isClosed = false;
  closed.then(() => isClosed = true);
  const start = performance.now();
  while (!isClosed) {
    closing.heard();
    await pause(LIMITS.quietMs / 10);
  }
  assert(performance.now() - start >= LIMITS.unquietMs);
});

Deno.test("Closing.heard: closes at once after very many frames", () => {
  let count = 0;
  const closing = new Closing(() => count++);
  for (let n = 1; n < LIMITS.unquietFrames; n++) closing.heard();
  assertEquals(count, 0);
  for (let n = 0; n < 3; n++) closing.heard();
  assertEquals(count, 1);
});

// The test runner reports a timer that is left.
Deno.test("Closing.stop: leaves the socket alone", () => {
  const { closing } = begin();
  closing.stop();
});
