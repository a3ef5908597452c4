/** This person's rooms as a client knows them: numbers are the server's, and marks on their way count. */

import { assertEquals } from "@std/assert";
import { parseRoomsFrame } from "../../sdk/decode_rooms.ts";
import type { OwnObject } from "../../sdk/rooms_protocol.ts";
import { RoomsState } from "../../sdk/rooms_state.ts";
import { type OwnCommand, Wanted } from "../../sdk/wanted.ts";

const tea = { name: "tea", seq: 9, at: 90, messages: 8, count: 1, read: 3, mentions: 2 };
const hello = { type: "hello", you: { id: "1", name: "A" }, epoch: "e", own: { seq: 4, at: 40 } };

/** A state after hello, with one room, and after these objects. */
function stateAfter(...objects: object[]): RoomsState {
  const state = new RoomsState();
  for (const object of [{ ...hello, rooms: [tea] }, ...objects]) state.apply(object as OwnObject);
  return state;
}

function badge(state: RoomsState): string {
  const { messages, unread, mentions } = state.room("tea")!;
  return `${messages} ${unread} ${mentions}`;
}

Deno.test("RoomsState: takes the numbers of hello, activity, mentions and read marks", () => {
  const activity = { type: "activity", rooms: [{ ...tea, seq: 12, messages: 10 }] };
  const mention = { type: "mention", own: 5, room: "tea", seq: 12, mentions: 3 };
  const read = { type: "read", own: 6, room: "tea", seq: 11, read: 9, mentions: 1 };
  assertEquals(badge(stateAfter()), "8 5 2");
  assertEquals(badge(stateAfter(activity)), "10 7 2");
  assertEquals(badge(stateAfter(activity, mention)), "10 7 3");
  const state = stateAfter(activity, mention, read);
  assertEquals([badge(state), state.position], ["10 1 1", { seq: 6, epoch: "e" }]);
  assertEquals(badge(stateAfter(read)), "8 0 0");
});

Deno.test("RoomsState: counts a mark that is on its way, until it is refused", () => {
  const state = stateAfter();
  state.marking("tea", 5);
  assertEquals(badge(state), "8 5 2");
  state.marking("tea", 9);
  assertEquals(badge(state), "8 0 0");
  state.unmark("tea");
  assertEquals(badge(state), "8 5 2");
});

Deno.test("RoomsState: counts in a room that was entered, whichever comes first", () => {
  const state = stateAfter();
  state.welcome({ room: "den", seq: 5, at: 50, messages: 4, count: 1 } as never);
  state.message("den", { seq: 5, at: 50 });
  state.message("den", { seq: 6, at: 60 });
  state.message("den", { seq: 6, at: 60 });
  assertEquals([state.room("den")!.messages, state.room("den")!.unread], [5, 0]);
  const added = [{ ...tea, name: "den", seq: 5, messages: 4, read: 1, mentions: 0 }];
  state.apply({ type: "rooms", own: 4, added, removed: ["tea"] });
  assertEquals([state.room("den")!.messages, state.room("den")!.unread], [5, 4]);
  assertEquals(state.rooms.map(({ name }) => name), ["den"]);
});

Deno.test("parseRoomsFrame: keeps what is well-formed, and says to which room an object belongs", () => {
  const lines = [
    { ...hello, rooms: [tea, { name: 5 }], secret: 1 },
    { room: "tea", type: "typing", from: "1", name: "A" },
    { room: "tea", type: "read", own: 1, seq: 2, read: 2, mentions: 0 },
    { type: "typing", from: "1", name: "A" },
    { type: "error", code: "gone", detail: "x" },
    { type: "news" },
    { type: "read", own: -1, room: "tea", seq: 2, read: 2, mentions: 0 },
    null,
  ].map((object) => JSON.stringify(object));
  const found = parseRoomsFrame([...lines, "{"].join("\n"));
  assertEquals(found.map(({ type }) => type), ["hello", "in", "read", "error"]);
  assertEquals(found[0], { ...hello, rooms: [tea] } as never);
  assertEquals(found[1], {
    type: "in",
    room: "tea",
    object: { type: "typing", from: "1", name: "A" },
  });
});

/** What waits, and what was sent; `online` says whether sending is possible. */
function open() {
  const sent: (OwnCommand & { id: string })[] = [];
  const link = { online: true };
  const wanted = new Wanted((command) => link.online && sent.push(command) > 0);
  const shown = () => sent.map((command) => command.type === "read" ? command.seq : command.on);
  return { sent, link, wanted, shown };
}

const read = (seq: number) => ({ type: "read", room: "tea", seq }) as const;
const isRead = (seq: number) => ({ ...read(seq), own: 1, read: seq, mentions: 0 });

Deno.test("Wanted: sends one mark of a room at a time, then the newest", () => {
  const { wanted, shown } = open();
  for (const seq of [1, 2, 3, 2]) wanted.add(read(seq));
  assertEquals(shown(), [1]);
  wanted.settle(isRead(1));
  assertEquals(shown(), [1, 3]);
  wanted.settle(isRead(3));
  wanted.online();
  assertEquals(shown(), [1, 3]);
});

Deno.test("Wanted.flush: sends the newest mark though an older one is unanswered, once", () => {
  const { wanted, shown } = open();
  for (const seq of [1, 2, 3]) wanted.add(read(seq));
  wanted.flush();
  wanted.flush();
  assertEquals(shown(), [1, 3]);
});

Deno.test("Wanted: sends what waits when it is online, again after each loss", () => {
  const { wanted, link, shown } = open();
  link.online = false;
  wanted.add({ type: "mute", room: "tea", on: true });
  wanted.add({ type: "mute", room: "tea", on: false });
  assertEquals(shown(), []);
  link.online = true;
  wanted.online();
  wanted.online();
  assertEquals(shown(), [false, false]);
  wanted.settle({ type: "mute", own: 1, room: "tea", on: true });
  wanted.settle({ type: "mute", own: 2, room: "tea", on: false });
  wanted.online();
  assertEquals(shown(), [false, false]);
});

Deno.test("Wanted: gives up what is refused for good, and nothing else", () => {
  const { wanted, sent } = open();
  wanted.add(read(9));
  const refusal = { type: "error", code: "bad_command", detail: "" } as const;
  assertEquals(wanted.refused({ ...refusal, id: "other" }), undefined);
  assertEquals(wanted.refused({ ...refusal, code: "overloaded", id: sent[0].id }), "again");
  assertEquals(wanted.refused({ ...refusal, id: sent[0].id }), "final");
  wanted.online();
  assertEquals(sent.length, 1);
  wanted.close();
});
