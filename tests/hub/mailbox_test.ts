import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { Mailbox } from "../../hub/mailbox.ts";

Deno.test("Mailbox: gives commands in the order in which they were posted", async () => {
  const mailbox = new Mailbox<number>(100, 0);
  for (let n = 0; n < 10; n++) mailbox.post(n);
  mailbox.close();
  const commands: number[] = [];
  for await (const batch of mailbox) commands.push(...batch);
  assertEquals(commands, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("Mailbox: gives what one turn of the event loop posted as one array", async () => {
  const mailbox = new Mailbox<string>(100, 0);
  const reader = mailbox[Symbol.asyncIterator]();
  const first = reader.next();
  mailbox.post("a");
  await Promise.resolve();
  mailbox.post("b");
  assertEquals((await first).value, ["a", "b"]);
  mailbox.post("c");
  assertEquals((await reader.next()).value, ["c"]);
  await reader.return(undefined);
});

Deno.test("Mailbox: collects commands while its reader works", async () => {
  const mailbox = new Mailbox<number>(100, 0);
  const reader = mailbox[Symbol.asyncIterator]();
  mailbox.post(0);
  assertEquals((await reader.next()).value, [0]);
  for (let turn = 1; turn <= 5; turn++) {
    mailbox.post(turn);
    await setImmediate();
  }
  assertEquals((await reader.next()).value, [1, 2, 3, 4, 5]);
  await reader.return(undefined);
});

Deno.test("Mailbox: lets timers run between two arrays", async () => {
  const mailbox = new Mailbox<number>(100, 0);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  mailbox.post(0);
  const deadline = performance.now() + 60_000;
  for await (const [n] of mailbox) {
    if (turns >= 3 || performance.now() > deadline) break;
    mailbox.post(n + 1);
  }
  clearInterval(timer);
  assert(turns >= 3, "a reader that always finds commands starves timers");
});

Deno.test("Mailbox.offer: is refused when the mailbox is full, while post uses the reserve", () => {
  const mailbox = new Mailbox<string>(2, 1);
  assert(mailbox.offer("a"));
  assert(mailbox.offer("b"));
  assertFalse(mailbox.offer("c"));
  assert(mailbox.post("leave"));
  assertEquals(mailbox.length, 3);
});

Deno.test("Mailbox.post: throws beyond the reserve, so that nothing waits without limit", () => {
  const mailbox = new Mailbox<string>(2, 3);
  for (let n = 0; n < 5; n++) assert(mailbox.post(`${n}`));
  assertThrows(() => mailbox.post("one too many"), RangeError, "reserve");
  assertEquals(mailbox.length, 5);
});

Deno.test("Mailbox.offer: is accepted again once the reader has taken what waited", async () => {
  const mailbox = new Mailbox<string>(1, 0);
  const reader = mailbox[Symbol.asyncIterator]();
  assert(mailbox.offer("a"));
  assertFalse(mailbox.offer("b"));
  await reader.next();
  assert(mailbox.offer("b"));
  await reader.return(undefined);
});

Deno.test("Mailbox.close: ends a reader that waits", async () => {
  const mailbox = new Mailbox<string>(1, 0);
  const next = mailbox[Symbol.asyncIterator]().next();
  mailbox.close();
  assertEquals((await next).done, true);
});

Deno.test("Mailbox.close: gives what waits, and accepts nothing more", async () => {
  const mailbox = new Mailbox<string>(10, 0);
  mailbox.post("a");
  mailbox.close();
  assertFalse(mailbox.offer("b"));
  assertFalse(mailbox.post("c"));
  const batches: string[][] = [];
  for await (const batch of mailbox) batches.push(batch);
  assertEquals(batches, [["a"]]);
});
