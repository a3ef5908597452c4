/**
 * The drill in small, and proof that it would notice: its ledger finds every fault that is put into
 * a history or shown to a client, and its clients find every fault on a connection.
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../config/config.ts";
import { drill, parseDrill } from "../../drill/main.ts";
import { DrillClient } from "../../drill/drill_client.ts";
import { type Account, Ledger, type Line } from "../../drill/ledger.ts";
import { seeded } from "../../testing/random.ts";
import { isGood, table } from "../../drill/verdict.ts";
import { test, within } from "../../testing/support.ts";

/** `a/1` to `a/n` at the places 1 to n. */
function history(count: number): Line[] {
  return Array.from({ length: count }, (_, i) => ({ seq: i + 1, id: `a/${i + 1}` }));
}

/** What is found in `kept` by one who saw, and got back, everything up to `count`. */
function found(kept: Line[], count = 5, before = (_: Ledger) => {}): Account {
  const ledger = new Ledger();
  before(ledger);
  for (const line of history(count)) {
    ledger.saw(line);
    ledger.accept(line.id!, line.seq);
  }
  return ledger.check(kept);
}

function wrongs({ lost, doubled, disordered }: Account) {
  return [lost > 0, doubled > 0, disordered > 0];
}

Deno.test("Ledger finds nothing in a history that is as it was seen", () => {
  const { accepted, faults } = found(history(7));
  assertEquals([accepted, faults], [5, []]);
});

Deno.test("Ledger finds what is lost at the end", () => {
  assertEquals(wrongs(found(history(4))), [true, false, false]);
});

Deno.test("Ledger finds what is lost in the middle", () => {
  const kept = history(5).filter(({ seq }) => seq !== 3);
  assertEquals(wrongs(found(kept)), [true, false, true]);
  const renumbered = kept.map(({ id }, i) => ({ seq: i + 1, id }));
  assertEquals(wrongs(found(renumbered)), [true, false, true]);
});

Deno.test("Ledger finds what was shown to others and is lost", () => {
  const account = found(history(5), 5, (ledger) => ledger.saw({ seq: 6, id: "b/1" }));
  assertEquals(wrongs(account), [true, false, false]);
});

Deno.test("Ledger finds what is doubled", () => {
  assertEquals(wrongs(found([...history(5), { seq: 6, id: "a/2" }])), [false, true, false]);
});

Deno.test("Ledger finds what changed its place", () => {
  const kept = history(5);
  [kept[1], kept[2]] = [{ seq: 2, id: "a/3" }, { seq: 3, id: "a/2" }];
  assertEquals(wrongs(found(kept)), [false, false, true]);
});

Deno.test("Ledger finds two messages shown at one place", () => {
  const account = found(history(5), 5, (ledger) => ledger.saw({ seq: 2, id: "b/1" }));
  assertEquals(wrongs(account), [false, false, true]);
});

Deno.test("Ledger finds a sender's messages in another order than they were said in", () => {
  const kept = [...history(5), { seq: 6, id: "b/2" }, { seq: 7, id: "b/1" }];
  assertEquals(wrongs(found(kept)), [false, false, true]);
  const refused = (ledger: Ledger) => ledger.refuse("b/1");
  assertEquals(wrongs(found(kept, 5, refused)), [false, false, false]);
});

/** What one hand that listens writes down after these objects. */
async function heard(...objects: Record<string, unknown>[]): Promise<Account> {
  const ledger = new Ledger();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const lines = objects.map((object) => JSON.stringify(object)).join("\n");
    socket.onopen = () => {
      socket.send(lines);
      socket.close();
    };
    return response;
  });
  const hand = new DrillClient({ name: "a", room: "r", ledger, window: 0 });
  hand.join(`127.0.0.1:${server.addr.port}`);
  await within(hand.gone, "the end");
  await hand.leave();
  await within(server.shutdown(), "the listener to close");
  return ledger.check([{ seq: 1, id: "a/1" }, { seq: 2 }, { seq: 3, id: "a/2" }]);
}

const welcome = { type: "welcome", epoch: "e", seq: 0 };
const message = (seq: number, id?: string) => ({ type: "message", seq, id });

test("DrillClient finds nothing where nothing is wrong", async () => {
  const account = await heard(welcome, message(1, "a/1"), message(2), message(3, "a/2"));
  assertEquals(wrongs(account), [false, false, false]);
});

test("DrillClient finds a double, a hole, a gap and a reset", async () => {
  const cases: [Record<string, unknown>[], boolean[]][] = [
    [[welcome, message(1, "a/1"), message(1, "a/1")], [false, true, false]],
    [[welcome, message(1, "a/1"), message(3, "a/2")], [false, false, true]],
    [[welcome, { type: "gap", from: 1, to: 2 }, message(1, "a/1")], [true, false, false]],
    [[{ ...welcome, reset: true }, message(1, "a/1")], [true, false, false]],
    [[welcome, message(1, "x/1")], [false, false, true]],
  ];
  for (const [objects, expected] of cases) {
    assertEquals(wrongs(await heard(...objects)), expected, JSON.stringify(objects));
  }
});

Deno.test("seeded gives the same chance for the same seed", () => {
  const some = (seed: number) => {
    const random = seeded(seed);
    return Array.from({ length: 20 }, () => random.int(1000));
  };
  assertEquals(some(7), some(7));
  assert(some(7).join() !== some(8).join());
});

Deno.test("parseDrill reads words and refuses others", () => {
  const options = parseDrill(["--rounds", "3", "--seed", "9", "--act", "kill"]);
  assertEquals(options, { rounds: 3, seed: 9, clients: 2_000, acts: ["kill"] });
  for (const words of [["--rounds", "x"], ["--act", "none"], ["--what"], ["word"]]) {
    assertThrows(() => parseDrill(words), UsageError);
  }
});

Deno.test("table tells the counts, the times, and the first faults", () => {
  const verdict = { act: "an act", ...found(history(4)), worstMs: 12, tookMs: 3_456 };
  const text = table([verdict]);
  assertMatch(text, /an act\s+5\s+0\s+\d+\s+0\s+0\s+12 ms\s+3\.5 s/);
  assertMatch(text, /an act: lost: /);
  assertEquals(isGood(verdict), false);
});

// The acts, in small.

async function assertHolds(act: string, accepted: number): Promise<void> {
  const [verdict] = await drill({ rounds: 8, seed: 1, clients: 100, acts: [act] });
  const { lost, doubled, disordered, faults } = verdict;
  assertEquals({ lost, doubled, disordered, faults }, {
    lost: 0,
    doubled: 0,
    disordered: 0,
    faults: [],
  });
  assert(verdict.skipped || verdict.accepted >= accepted, "there was something to lose");
}

test("drill loses, doubles and disorders nothing when the server is killed", async () => {
  await assertHolds("kill", 500);
});

test("drill loses, doubles and disorders nothing when the database is locked", async () => {
  await assertHolds("locked", 400);
});

test("drill loses, doubles and disorders nothing when the disk is full", async () => {
  await assertHolds("full", 400);
});

test("drill loses, doubles and disorders nothing when all come back at once", async () => {
  await assertHolds("storm", 40);
});

test("drill loses, doubles and disorders nothing when the clock is set back", async () => {
  await assertHolds("clock", 400);
});

test("drill loses, doubles and disorders nothing beside readers that are slow or stuck", async () => {
  await assertHolds("stuck", 400);
});
