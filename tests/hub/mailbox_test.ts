import { assert, assertEquals, assertFalse } from "@std/assert";
import { setImmediate } from "node:timers/promises";
import { Mailbox } from "../../hub/mailbox.ts";

Deno.test("Mailbox offers letters in order", async () => {
  const mailbox = new Mailbox<number>(100);
  for (let n = 0; n < 10; n++) mailbox.post(n);
  mailbox.close();
  const letters: number[] = [];
  for await (const batch of mailbox) letters.push(...batch);
  assertEquals(letters, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("Mailbox hands over what one turn of the event loop posted as one array", async () => {
  const mailbox = new Mailbox<string>(100);
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

Deno.test("Mailbox gathers letters while its reader works", async () => {
  const mailbox = new Mailbox<number>(100);
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

Deno.test("Mailbox lets the event loop turn between two arrays", async () => {
  const mailbox = new Mailbox<number>(100);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  mailbox.post(0);
  const deadline = performance.now() + 5_000;
  for await (const [n] of mailbox) {
    if (turns >= 3 || performance.now() > deadline) break;
    mailbox.post(n + 1);
  }
  clearInterval(timer);
  assert(turns >= 3, "a reader that always finds letters starves timers");
});

Deno.test("Mailbox refuses an offer when it is full, but no post", () => {
  const mailbox = new Mailbox<string>(2);
  assert(mailbox.offer("a"));
  assert(mailbox.offer("b"));
  assertFalse(mailbox.offer("c"));
  assert(mailbox.post("leave"));
  assertEquals(mailbox.length, 3);
});

Deno.test("Mailbox takes offers again once its reader has been there", async () => {
  const mailbox = new Mailbox<string>(1);
  const reader = mailbox[Symbol.asyncIterator]();
  assert(mailbox.offer("a"));
  assertFalse(mailbox.offer("b"));
  await reader.next();
  assert(mailbox.offer("b"));
  await reader.return(undefined);
});

Deno.test("Mailbox.close ends a reader that waits", async () => {
  const mailbox = new Mailbox<string>(1);
  const next = mailbox[Symbol.asyncIterator]().next();
  mailbox.close();
  assertEquals((await next).done, true);
});

Deno.test("Mailbox.close gives out what waits, and takes nothing more", async () => {
  const mailbox = new Mailbox<string>(10);
  mailbox.post("a");
  mailbox.close();
  assertFalse(mailbox.offer("b"));
  assertFalse(mailbox.post("c"));
  const batches: string[][] = [];
  for await (const batch of mailbox) batches.push(batch);
  assertEquals(batches, [["a"]]);
});
