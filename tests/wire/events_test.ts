import { assertEquals } from "@std/assert";
import { kept, message, sampleWelcome } from "../../testing/fakes.ts";
import { eventsOf, parsePosition } from "../../wire/events.ts";

Deno.test("parsePosition: reads the id of an event, and a bare number", () => {
  const epoch = "5faff1e5-8b0e-4eed-bbf1-97592e2b55fa";
  assertEquals(parsePosition(`${epoch}.12.1700000000000`), {
    epoch,
    seq: 12,
    at: 1_700_000_000_000,
  });
  assertEquals(parsePosition(`${epoch}.0.0`), { epoch, seq: 0, at: undefined });
  assertEquals(parsePosition(`${epoch}.7`), { epoch, seq: 7, at: undefined });
  assertEquals(parsePosition("12"), { epoch: undefined, seq: 12, at: undefined });
});

Deno.test("parsePosition: refuses anything else", () => {
  const bad = [
    "",
    "x",
    "-1",
    "1.5x",
    "e.x.1",
    "e.1.x",
    "e.1.1.1",
    ".1.1",
    "e..1",
    "e.1.",
    " 1",
    "1 ",
  ];
  for (const id of [...bad, "e f.1.1", "1e3", "e.-1.1", `e.${"9".repeat(16)}.1`, "e.1.1\n"]) {
    assertEquals(parsePosition(id), undefined, JSON.stringify(id));
  }
});

Deno.test("eventsOf: gives each message its position as id", () => {
  const [frame] = eventsOf("e").encode([message(1, "a\nb"), message(2)]);
  const events = frame.split("\n\n").slice(0, -1).map((event) => event.split("\n"));
  assertEquals(events.map(([id]) => id), ["id: e.1.1", "id: e.2.1"]);
  assertEquals(events.map((lines) => lines.length), [2, 2]);
  assertEquals(JSON.parse(events[0][1].slice("data: ".length)).text, "a\nb");
});

Deno.test("eventsOf: starts with welcome or reset, at the position from which it continues", () => {
  const welcome = sampleWelcome();
  const head = (frames: string[]) => frames[0].split("\n").slice(0, 2);
  const wire = eventsOf("e");
  assertEquals(head(wire.welcome(welcome)), ["event: welcome", "id: e.4.40"]);
  assertEquals(head(wire.welcome({ ...welcome, reset: true })), ["event: reset", "id: e.4.40"]);
  assertEquals(head(wire.welcome({ ...welcome, afterAt: undefined }))[1], "id: e.4.0");
});

Deno.test("eventsOf: reports a gap at the position behind it", () => {
  const [frame] = eventsOf("e").gap(3, 7);
  assertEquals(frame, 'event: gap\nid: e.7.0\ndata: {"type":"gap","from":3,"to":7}\n\n');
});

Deno.test("eventsOf: is one wire for all clients of an epoch", () => {
  assertEquals(eventsOf("e") === eventsOf("e"), true);
  assertEquals(eventsOf("e") === eventsOf("f"), false);
});

Deno.test("eventsOf: names a change by its type, with its position as id", () => {
  const changes = [
    kept(2, { type: "edit", of: 1, text: "a\nb" }),
    kept(3, { type: "react", of: 1, emoji: "👍", on: true }, { count: 1 }),
    kept(4, { type: "pin", of: 1, on: true }),
    kept(5, { type: "room", topic: "tea" }),
    kept(6, { type: "delete", of: 1 }),
    { kind: "skip", from: 7, seq: 9, at: 4 },
  ] as const;
  const [frame] = eventsOf("e").encode(changes);
  const events = frame.split("\n\n").slice(0, -1).map((event) => event.split("\n"));
  assertEquals(events.map(([event, id]) => [event, id]), [
    ["event: edit", "id: e.2.1"],
    ["event: react", "id: e.3.1"],
    ["event: pin", "id: e.4.1"],
    ["event: room", "id: e.5.1"],
    ["event: delete", "id: e.6.1"],
    ["event: skip", "id: e.9.4"],
  ]);
  for (const [event, , data] of events) {
    assertEquals(`event: ${JSON.parse(data.slice("data: ".length)).type}`, event);
  }
});
