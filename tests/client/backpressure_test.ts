import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { isWritable, onWritable, type Sink } from "../../client/backpressure.ts";
import { within } from "../../testing/support.ts";

/** Full at first; has taken a quarter more each time it is looked at, if it takes at all. */
class FakeOutlet implements Sink {
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

const room = (outlet: Sink) =>
  new Promise<void>((resolve) => onWritable(outlet, { notify: () => resolve() }));

Deno.test("hasRoom is so below the limit of a socket, and no longer at it", () => {
  const at = (bufferedAmount: number): Sink => ({ bufferedAmount, send() {}, close() {} });
  assert(isWritable(at(0)));
  assert(isWritable(at(LIMITS.socketBytes - 1)));
  assert(!isWritable(at(LIMITS.socketBytes)));
});

Deno.test("whenRoom stirs once there is room, and no sooner", async () => {
  const outlet = new FakeOutlet();
  await within(room(outlet), "room");
  assertEquals(outlet.looks, 5);
});

Deno.test("whenRoom waits for each outlet by itself", async () => {
  const full = new FakeOutlet({ taking: false });
  let done = false;
  const waiting = room(full).then(() => done = true);
  await within(room(new FakeOutlet()), "the other one");
  assert(!done, "a full outlet counts as one with room");
  full.taking = true;
  await within(waiting, "the full one");
});

Deno.test("whenRoom stirs for an outlet that is closed", async () => {
  const outlet = new FakeOutlet({ taking: false });
  const waiting = room(outlet);
  await within(room(new FakeOutlet()), "the timer to run");
  outlet.close();
  await within(waiting, "a closed outlet");
});

Deno.test("whenRoom stirs the last waiter of an outlet, once", async () => {
  const outlet = new FakeOutlet({ taking: false });
  const calls: string[] = [];
  const waiter = (name: string) => ({ notify: () => void calls.push(name) });
  onWritable(outlet, waiter("first"));
  onWritable(outlet, waiter("second"));
  await within(room(new FakeOutlet()), "the timer to run");
  onWritable(outlet, waiter("third"));
  outlet.taking = true;
  await within(room(new FakeOutlet()), "the timer to run again");
  await within(room(new FakeOutlet()), "and again");
  assertEquals(calls, ["third"]);
});

Deno.test("whenRoom may be asked again by the waiter that it stirs", async () => {
  const outlet = new FakeOutlet();
  let calls = 0;
  await within(
    new Promise<void>((resolve) => {
      const waiter = { notify: () => ++calls < 3 ? onWritable(outlet, waiter) : resolve() };
      onWritable(outlet, waiter);
    }),
    "three calls",
  );
});
