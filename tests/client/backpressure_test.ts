import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { isWritable, onWritable, type Sink } from "../../client/backpressure.ts";
import { within } from "../../testing/support.ts";

/** Full at first; each time it is looked at it has sent a quarter more, if it sends at all. */
class FillingSink implements Sink {
  taking: boolean;
  looks = 0;
  #held = 2 * LIMITS.socketBytes;

  constructor({ taking = true } = {}) {
    this.taking = taking;
  }

  get bufferedAmount(): number {
    this.looks++;
    if (this.taking) this.#held -= LIMITS.socketBytes / 4;
    return this.#held;
  }

  send() {}

  close() {
    this.#held = 0;
  }
}

const writable = (sink: Sink) =>
  new Promise<void>((resolve) => onWritable(sink, { notify: () => resolve() }));

Deno.test("isWritable: is true below the limit of a socket, and no longer at it", () => {
  const at = (bufferedAmount: number): Sink => ({ bufferedAmount, send() {}, close() {} });
  assert(isWritable(at(0)));
  assert(isWritable(at(LIMITS.socketBytes - 1)));
  assert(!isWritable(at(LIMITS.socketBytes)));
});

Deno.test("onWritable: notifies once the sink is writable, and no sooner", async () => {
  const sink = new FillingSink();
  await within(writable(sink), "the notice");
  assertEquals(sink.looks, 5);
});

Deno.test("onWritable: waits for each sink by itself", async () => {
  const full = new FillingSink({ taking: false });
  let done = false;
  const waiting = writable(full).then(() => done = true);
  await within(writable(new FillingSink()), "the other one");
  assert(!done, "a full sink counts as writable");
  full.taking = true;
  await within(waiting, "the full one");
});

Deno.test("onWritable: notifies for a sink that is closed", async () => {
  const sink = new FillingSink({ taking: false });
  const waiting = writable(sink);
  await within(writable(new FillingSink()), "the timer to run");
  sink.close();
  await within(waiting, "a closed sink");
});

Deno.test("onWritable: notifies the last waiter of a sink, once", async () => {
  const sink = new FillingSink({ taking: false });
  const calls: string[] = [];
  const waiter = (name: string) => ({ notify: () => void calls.push(name) });
  onWritable(sink, waiter("first"));
  onWritable(sink, waiter("second"));
  await within(writable(new FillingSink()), "the timer to run");
  onWritable(sink, waiter("third"));
  sink.taking = true;
  await within(writable(new FillingSink()), "the timer to run again");
  await within(writable(new FillingSink()), "and again");
  assertEquals(calls, ["third"]);
});

Deno.test("onWritable: may be called again by the waiter that it notifies", async () => {
  const sink = new FillingSink();
  let calls = 0;
  await within(
    new Promise<void>((resolve) => {
      const waiter = { notify: () => ++calls < 3 ? onWritable(sink, waiter) : resolve() };
      onWritable(sink, waiter);
    }),
    "three calls",
  );
});
