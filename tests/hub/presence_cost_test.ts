/** What presence costs each client where very many come at once. */

import { assert, assertLess } from "@std/assert";
import { startServer, test, within } from "../../testing/support.ts";

/** A client that counts the bytes that come to it, and keeps none of them. */
interface Counter {
  readonly socket: WebSocket;
  readonly open: Promise<void>;
  bytes: number;
  count: number;
}

function countingClient(url: string, look: () => void): Counter {
  const socket = new WebSocket(url);
  const open = new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) => reject(new Error((event as ErrorEvent).message));
  });
  const counter: Counter = { socket, open, bytes: 0, count: 0 };
  socket.onmessage = ({ data }) => {
    counter.bytes += new TextEncoder().encode(data).length;
    const count = /"count":(\d+)(?!.*"count")/s.exec(data.slice(-40));
    if (count) counter.count = Number(count[1]);
    look();
  };
  return counter;
}

test("Presence: a client among 2,000 that join at once gets less than 100 KB of presence", async () => {
  const crowd = 2_000;
  await using server = await startServer("--max-clients-per-ip", "0");
  const counters: Counter[] = [];
  const whole = Promise.withResolvers<void>();
  const look = () => {
    if (counters.length === crowd && counters.every(({ count }) => count === crowd)) {
      whole.resolve();
    }
  };
  for (let i = 0; i < crowd; i++) {
    const query = new URLSearchParams({ name: `Somebody ${i}`, email: `${i}@example.org` });
    counters.push(countingClient(`ws://${server.host}/rooms/storm?${query}`, look));
    if (i % 100 === 99) await Promise.all(counters.slice(-100).map(({ open }) => open));
  }
  await within(whole.promise, "everybody to be counted");
  const most = Math.max(...counters.map(({ bytes }) => bytes));
  await server.stop("SIGKILL");
  await Promise.all(counters.map(({ socket }) => closed(socket)));
  assert(most > 10_000, "the list of 200 came");
  assertLess(most, 100_000);
});

function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    socket.onerror = null;
    socket.onclose = () => resolve();
  });
}
