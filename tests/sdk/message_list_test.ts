/** The messages that a client holds, and the pages that it fetches. */

import { assertEquals } from "@std/assert";
import { MessageList } from "../../sdk/message_list.ts";
import type { Edit, Message } from "../../sdk/protocol.ts";

const message = (seq: number, rest: Partial<Message> = {}): Message => ({
  type: "message",
  seq,
  at: seq,
  from: "1",
  name: "Ann",
  text: `text ${seq}`,
  ...rest,
});
const edit = (seq: number, of: number): Edit => ({
  type: "edit",
  seq,
  at: seq,
  from: "1",
  of,
  text: `edit ${seq}`,
});

function holding(limit: number, ...seqs: number[]): MessageList {
  const list = new MessageList(limit);
  for (const seq of seqs) list.add(message(seq), undefined);
  return list;
}
const seqs = (list: MessageList) => list.all.map(({ seq }) => seq);

Deno.test("MessageList: holds the newest messages in order, with those of pages, up to its limit", () => {
  const list = holding(4, 8);
  list.merge([5, 7, 9].map((seq) => message(seq)), 9, list.expectPage(), undefined);
  assertEquals(seqs(list), [5, 7, 8, 9]);
  list.add(message(9), undefined);
  list.add(message(10), undefined);
  assertEquals(seqs(list), [7, 8, 9, 10]);
  assertEquals([list.get(7)?.seq, list.get(6)], [7, undefined]);
  const none = holding(0, 1, 2);
  none.merge([message(3)], 3, none.expectPage(), undefined);
  assertEquals(seqs(none), []);
});

Deno.test("MessageList.add: puts a message of the log between those of a page that was ahead", () => {
  const list = holding(10, 1);
  list.merge([message(3), message(4)], 4, list.expectPage(), undefined);
  list.add(message(2), undefined);
  assertEquals(seqs(list), [1, 2, 3, 4]);
});

Deno.test("MessageList.merge: applies what came for messages of the page while it was fetched", () => {
  const list = holding(10, 8);
  const page = list.expectPage();
  list.change(edit(9, 5), undefined);
  list.change(edit(10, 6), undefined);
  list.change(edit(11, 8), undefined);
  const copies = [message(5), message(6, { v: 10, text: "in the page" }), message(8)];
  const merged = list.merge(copies, 10, page, undefined)!;
  assertEquals(merged.map(({ text }) => text), ["edit 9", "in the page", "edit 11"]);
  assertEquals(list.all.map(({ text }) => text), ["edit 9", "in the page", "edit 11"]);
});

Deno.test("MessageList.change: drops changes of what is not held while nothing is fetched", () => {
  const list = holding(10, 8);
  list.abandon(list.expectPage());
  assertEquals(list.change(edit(9, 5), undefined), {});
  list.merge([message(5, { v: 9, text: "fetched" })], 9, list.expectPage(), undefined);
  assertEquals(list.get(5)?.text, "fetched");
});

Deno.test("MessageList.merge: replaces a copy only by a newer one", () => {
  const list = holding(10, 5, 6);
  list.change(edit(9, 5), undefined);
  const copies = [message(5), message(6, { v: 8, text: "newer" })];
  list.merge(copies, 8, list.expectPage(), undefined);
  assertEquals(list.all.map(({ text }) => text), ["edit 9", "newer"]);
});

Deno.test("MessageList.merge: wants the page again if it cannot be brought up to date", () => {
  const list = holding(10);
  const early = list.expectPage();
  const late = list.expectPage();
  for (let seq = 10; seq < 1_020; seq++) list.change(edit(seq, 5), undefined);
  assertEquals(list.merge([message(5)], 9, early, undefined), undefined);
  assertEquals(list.merge([message(5)], 19, late, undefined)?.[0].text, "edit 1019");
  const old = list.expectPage();
  list.clear();
  assertEquals(list.merge([message(5)], 9, old, undefined), undefined);
  assertEquals(seqs(list), []);
});
