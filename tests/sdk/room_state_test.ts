/** The replica of a room. */

import { assertEquals } from "@std/assert";
import type { Message, RoomObject, Welcome } from "../../sdk/protocol.ts";
import { RoomState } from "../../sdk/room_state.ts";

const ann = { id: "1", name: "Ann" };
const ben = { id: "2", name: "Ben" };

const welcome = (seq: number, rest: Partial<Welcome> = {}): Welcome => ({
  type: "welcome",
  room: "tea",
  you: ann,
  epoch: "e",
  seq,
  members: [ann],
  count: 1,
  ...rest,
});

const message = (seq: number): Message => ({
  type: "message",
  seq,
  at: 1_000 + seq,
  from: "2",
  name: "Ben",
  text: `text ${seq}`,
});

/** A state after these objects, and the names of the events that they caused. */
function after(...objects: RoomObject[]) {
  const state = new RoomState(100, 50);
  const events = objects.flatMap((object) => state.apply(object, 0).map(({ name }) => name));
  return { state, events, seqs: state.messages.map(({ seq }) => seq) };
}

Deno.test("RoomState: starts at the welcome's `after`, with a time only if it is known", () => {
  const { state } = after(welcome(9, { after: 4, at: 77 }));
  assertEquals(state.position, { seq: 4, epoch: "e" });
  const empty = after(welcome(0, { after: 0, at: 77 }));
  assertEquals(empty.state.position, { seq: 0, epoch: "e", at: 77 });
});

Deno.test("RoomState: starts at what was to be replayed where a server does not say `after`", () => {
  assertEquals(after(welcome(80)).state.position, { seq: 30, epoch: "e" });
  assertEquals(after(welcome(0)).state.position, { seq: 0, epoch: "e" });
});

Deno.test("RoomState: moves its position with every message and applies none twice", () => {
  const { state, events, seqs } = after(
    welcome(2, { after: 0 }),
    message(1),
    message(2),
    message(1),
    message(3),
  );
  assertEquals(seqs, [1, 2, 3]);
  assertEquals(events, ["welcome", "message", "message", "message"]);
  assertEquals(state.position, { seq: 3, epoch: "e", at: 1_003 });
});

Deno.test("RoomState: keeps its position and its messages when it resumes", () => {
  const { state, seqs } = after(
    welcome(2, { after: 0 }),
    message(1),
    welcome(5, { after: 1 }),
    message(2),
  );
  assertEquals(seqs, [1, 2]);
  assertEquals([state.position!.seq, state.head, state.isCaughtUp], [2, 5, false]);
});

Deno.test("RoomState: forgets everything on a reset and in another epoch", () => {
  for (const other of [{ reset: true }, { epoch: "f" }]) {
    const { state, events, seqs } = after(
      welcome(2, { after: 0 }),
      message(1),
      message(2),
      welcome(1, { after: 0, ...other }),
      message(1),
    );
    assertEquals(seqs, [1]);
    assertEquals(events.slice(3), ["reset", "welcome", "message"]);
    assertEquals(state.position!.seq, 1);
  }
});

Deno.test("RoomState: forgets its copies up to the end of a gap, and goes on behind it", () => {
  const { state, events, seqs } = after(
    welcome(2, { after: 0 }),
    message(1),
    { type: "gap", from: 2, to: 6 },
    message(7),
  );
  assertEquals([seqs, state.position!.seq, events.at(-2)], [[7], 7, "gap"]);
});

Deno.test("RoomState: takes presence as a set", () => {
  const presence = { type: "presence", joined: [ann, ben], left: ["9"], count: 2 } as const;
  const { state } = after(welcome(0));
  const [event] = state.apply(presence, 0);
  assertEquals(event, { name: "presence", detail: { joined: [ben], left: [] } });
  assertEquals([...state.members.keys()], ["1", "2"]);
  const [gone] = state.apply({ ...presence, joined: [], left: ["2"], count: 1 }, 0);
  assertEquals(gone, { name: "presence", detail: { joined: [], left: [ben] } });
  state.apply({ type: "presence", joined: [], left: [], members: [ben], count: 300 }, 0);
  assertEquals([[...state.members.keys()], state.count], [["2"], 300]);
});

Deno.test("RoomState: shows typing until it expires or the message comes", () => {
  const { state } = after(welcome(0, { after: 0 }));
  state.apply({ type: "typing", from: "1", name: "Ann" }, 0);
  assertEquals(state.typing, []);
  state.apply({ type: "typing", from: "2", name: "Ben" }, 0);
  assertEquals(state.typing, [ben]);
  const until = state.expireTyping(0)!;
  assertEquals([state.expireTyping(until), state.typing], [undefined, []]);
  state.apply({ type: "typing", from: "2", name: "Ben" }, 0);
  state.apply(message(1), 0);
  assertEquals(state.typing, []);
});

Deno.test("RoomState: knows people by their new names", () => {
  const { state } = after(welcome(0));
  const [event] = state.apply({ type: "renamed", from: "1", name: "Anna" }, 0);
  assertEquals(event.detail, { type: "renamed", from: "1", name: "Anna", before: "Ann" });
  assertEquals([state.you!.name, state.members.get("1")!.name], ["Anna", "Anna"]);
});

const change = (seq: number) => ({ seq, at: 1_000 + seq, from: "2" });
const edit = (seq: number, of: number): RoomObject => ({
  type: "edit",
  ...change(seq),
  of,
  text: `edit ${seq}`,
});

Deno.test("RoomState: applies changes in order, and moves on with each of them and with what is skipped", () => {
  const { state, events } = after(
    welcome(0, { after: 0 }),
    message(1),
    edit(2, 1),
    { type: "skip", from: 3, to: 5, at: 1_005 },
  );
  assertEquals(state.position, { seq: 5, epoch: "e", at: 1_005 });
  assertEquals([events, state.message(1)?.text], [["welcome", "message", "edit"], "edit 2"]);
  const changed = [
    { type: "react", ...change(6), name: "Ben", of: 1, emoji: "👍", on: true, count: 1 },
    { type: "pin", ...change(7), of: 1, on: true },
    { type: "room", ...change(8), topic: "Tea" },
    { type: "edit", ...change(7), of: 1, text: "an answer that comes again" },
  ] as const;
  const names = changed.flatMap((object) => state.apply(object, 0).map(({ name }) => name));
  assertEquals(names, ["react", "pin", "room"]);
  assertEquals(state.message(1)?.reactions, { "👍": { count: 1, from: ["2"] } });
  assertEquals([state.pins, state.topic, state.position?.seq], [[1], "Tea", 8]);
  state.apply({ type: "delete", ...change(9), of: 1 }, 0);
  assertEquals([state.message(1)?.deleted, state.pins], [true, []]);
});

Deno.test("RoomState: reports a change with the message before and after it, once", () => {
  const { state } = after(welcome(0, { after: 0 }), message(1));
  const [event] = state.apply(edit(2, 1), 0);
  const { before, message: now } = event.detail as { before: Message; message: Message };
  assertEquals([event.name, before.text, now.text], ["edit", "text 1", "edit 2"]);
  assertEquals(state.apply(edit(2, 1), 0), []);
});

Deno.test("RoomState: takes an answer that is ahead of the log for no entry of it", () => {
  const { state } = after(welcome(9, { after: 0 }), message(1));
  assertEquals(state.apply(edit(9, 1), 0, true), []);
  assertEquals([state.position?.seq, state.message(1)?.text], [1, "text 1"]);
  state.apply(edit(2, 1), 0, true);
  assertEquals([state.position?.seq, state.message(1)?.text], [2, "edit 2"]);
});

Deno.test("RoomState: shows a message once that a page has brought before the log, in its newer state", () => {
  const { state } = after(welcome(9, { after: 0 }));
  const page = [{ ...message(1), v: 5, text: "in the page" }, message(4)];
  state.merge({ messages: page, more: false, head: 9, epoch: "e" }, state.expectPage());
  const [event] = state.apply(message(1), 0);
  assertEquals([event.name, (event.detail as Message).text], ["message", "in the page"]);
  state.apply(edit(2, 1), 0);
  assertEquals(state.messages.map(({ text }) => text), ["in the page", "text 4"]);
  assertEquals(state.position?.seq, 2);
});

Deno.test("RoomState.merge: takes no page of another history, nor one from before it was welcomed", () => {
  const state = new RoomState(100, 50);
  const page = { messages: [message(1)], more: false, head: 1, epoch: "e" };
  const early = state.expectPage();
  state.merge(page, state.expectPage());
  state.apply(welcome(9, { after: 7 }), 0);
  assertEquals([state.messages.length, state.merge(page, early)], [0, undefined]);
  assertEquals(state.merge({ ...page, epoch: "f" }, state.expectPage()), undefined);
  assertEquals(state.merge(page, state.expectPage())?.length, 1);
});

Deno.test("RoomState: marks the reactions of the person that it is welcomed as", () => {
  const reactions = { "👍": { count: 2, from: ["1", "2"] }, "🎉": { count: 1, from: ["2"] } };
  const { state } = after(welcome(1, { after: 0 }), { ...message(1), v: 3, reactions });
  const mine = () => Object.values(state.message(1)!.reactions!).map(({ mine }) => mine);
  assertEquals(mine(), [true, undefined]);
  state.apply(welcome(3, { after: 1, you: { id: "3", name: "Cleo" } }), 0);
  assertEquals(mine(), [undefined, undefined]);
});
