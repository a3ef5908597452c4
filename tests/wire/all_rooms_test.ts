/** The JSON wire of the connection for all rooms: every command and every object. */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { message, person, sampleWelcome } from "../../testing/fakes.ts";
import {
  activityLine,
  decodeRooms,
  helloLine,
  mentionLine,
  readLine,
  refusalLine,
  roomsLine,
  RoomWire,
  settingLine,
} from "../../wire/all_rooms.ts";
import { json } from "../../wire/json.ts";
import { Tail } from "../../hub/tail.ts";

const decoded = (...commands: object[]) =>
  decodeRooms(commands.map((command) => JSON.stringify(command)).join("\n")) as object[];

const room = "tea";

Deno.test("decodeRooms: reads every command", () => {
  const inRoom = [
    { type: "say", text: "hello", id: "a", to: ["x"], reply: 1 },
    { type: "edit", of: 1, text: "x" },
    { type: "delete", of: 1 },
    { type: "react", of: 1, emoji: "👍", on: true },
    { type: "pin", of: 1, on: false },
    { type: "room", topic: "t" },
    { type: "typing" },
  ];
  for (const command of inRoom) {
    const [found] = decoded({ ...command, room });
    const [same] = json.decode(JSON.stringify(command));
    const id = (command as { id?: string }).id;
    assertEquals(found, { type: "in", room, command: { ...same, id }, id });
  }
  const own = [
    { type: "enter", room, since: 0, epoch: "e", at: 5, replay: 0, id: "b" },
    { type: "exit", room, id: undefined },
    { type: "read", room, seq: 3, id: "c" },
    { type: "mute", room, on: true, id: undefined },
    { type: "star", room, on: false, id: undefined },
    { type: "ping", id: "d" },
    { type: "name", name: "Ann", id: undefined },
  ];
  assertEquals(decoded(...own), own);
});

Deno.test("decodeRooms: says what is wrong, with the id", () => {
  const bad: object[] = [
    { type: "say", text: "no room" },
    { type: "say", room, text: 5 },
    { type: "enter" },
    { type: "enter", room: 5 },
    { type: "enter", room, since: -1 },
    { type: "enter", room, since: 1.5 },
    { type: "enter", room, at: "now" },
    { type: "enter", room, replay: null },
    { type: "enter", room, epoch: 1 },
    { type: "exit" },
    { type: "read", room },
    { type: "read", room, seq: 0 },
    { type: "read", room, seq: 2 ** 53 },
    { type: "read", seq: 1 },
    { type: "mute", room, on: "yes" },
    { type: "star" },
    { type: "hello" },
    { type: "constructor" },
  ];
  for (const command of bad) {
    const [{ type, code, id }] = decodeRooms(JSON.stringify({ ...command, id: "x" })) as [
      { type: string; code: string; id: string },
    ];
    assertEquals([type, code, id], ["invalid", "bad_command", "x"], JSON.stringify(command));
  }
  assertEquals((decodeRooms("{")[0] as { code: string }).code, "bad_json");
});

Deno.test("RoomWire: puts the room in front of every object, once for all readers", () => {
  const wire = new RoomWire("té");
  const tail = new Tail(9);
  tail.push(message(1));
  tail.push({ kind: "typing", at: performance.now(), from: "f", name: "F" });
  tail.push(message(2));
  tail.publish();
  const frames = tail.read(wire, 0)!.frames;
  assertStrictEquals(tail.read(wire, 0)!.frames, frames);
  const objects = frames[0].split("\n").map((line) => JSON.parse(line));
  assertEquals(objects.map(({ room, type, seq }) => [room, type, seq]), [
    ["té", "message", 1],
    ["té", "typing", undefined],
    ["té", "message", 2],
  ]);
  const others = [
    ...wire.gap(1, 2),
    ...wire.members([person("ann")], 1),
    ...wire.refusal("gone", "it is gone", "x"),
    ...wire.welcome({ ...sampleWelcome(), room: "té", messages: 3, id: "e" }),
  ].map((line) => JSON.parse(line));
  assertEquals(others.map(({ room }) => room), ["té", "té", "té", "té"]);
  assertEquals([others[3].messages, others[3].id], [3, "e"]);
});

Deno.test("all rooms: has the objects of the protocol", () => {
  const described = {
    name: room,
    seq: 2,
    at: 3,
    messages: 1,
    count: 0,
    access: "open",
    read: 1,
    mentions: 0,
  } as const;
  const hello = {
    you: person("ann", "Ann"),
    epoch: "e",
    own: { seq: 1, at: 2 },
    rooms: [described],
  };
  const parsed = (line: string) => JSON.parse(line);
  assertEquals(parsed(helloLine({ ...hello, role: "member", more: false, reset: false })), {
    type: "hello",
    you: { id: "ann", name: "Ann" },
    epoch: "e",
    own: { seq: 1, at: 2 },
    rooms: [described],
  });
  const { you, more, reset } = parsed(
    helloLine({ ...hello, role: "admin", more: true, reset: true }),
  );
  assertEquals([you.role, more, reset], ["admin", true, true]);
  assertEquals(parsed(activityLine([{ name: room, seq: 2, at: 3, messages: 1, members: 4 }])), {
    type: "activity",
    rooms: [{ name: room, seq: 2, at: 3, messages: 1, count: 4 }],
  });
  assertEquals(parsed(mentionLine({ own: 5, room }, { ...message(7, "hi"), name: "" }, 2)), {
    type: "mention",
    own: 5,
    room,
    seq: 7,
    at: 1,
    from: "f",
    name: "guest-f",
    text: "hi",
    mentions: 2,
  });
  assertEquals(parsed(readLine(5, { room, seq: 7, read: 6 }, 0)), {
    type: "read",
    own: 5,
    room,
    seq: 7,
    read: 6,
    mentions: 0,
  });
  assertEquals(parsed(settingLine("star", 5, room, true)), {
    type: "star",
    own: 5,
    room,
    on: true,
  });
  assertEquals(parsed(roomsLine(5, [described], ["~x"])), {
    type: "rooms",
    own: 5,
    added: [described],
    removed: ["~x"],
  });
  assertEquals(parsed(refusalLine("gone", "it is gone", "x", room)), {
    room,
    type: "error",
    code: "gone",
    detail: "it is gone",
    id: "x",
  });
});
