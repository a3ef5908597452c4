/** The drill in small. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../config/config.ts";
import { drill, parseDrill } from "../../drill/main.ts";
import { isGood } from "../../drill/verdict.ts";
import { test } from "../../testing/support.ts";

Deno.test("parseDrill: reads options and refuses others", () => {
  const options = parseDrill(["--rounds", "3", "--seed", "9", "--act", "kill"]);
  assertEquals(options, { rounds: 3, seed: 9, clients: 2_000, acts: ["kill"] });
  for (const words of [["--rounds", "x"], ["--act", "none"], ["--what"], ["word"]]) {
    assertThrows(() => parseDrill(words), UsageError);
  }
});

async function assertHolds(act: string, accepted: number): Promise<void> {
  const [verdict] = await drill({ rounds: 5, seed: 1, clients: 100, acts: [act] });
  assertEquals(verdict.faults, []);
  assert(isGood(verdict), "nothing went wrong");
  assert(verdict.skipped || verdict.accepted >= accepted, "there was something to lose");
}

test("drill: loses, doubles and disorders nothing when the server is killed", async () => {
  await assertHolds("kill", 500);
});

test("drill: loses, doubles and disorders nothing when the database is locked", async () => {
  await assertHolds("locked", 400);
});

test("drill: loses, doubles and disorders nothing when the disk is full", async () => {
  await assertHolds("full", 400);
});

test("drill: loses, doubles and disorders nothing when all come back at once", async () => {
  await assertHolds("storm", 40);
});

test("drill: loses, doubles and disorders nothing when the clock is set back", async () => {
  await assertHolds("clock", 400);
});

test("drill: loses, doubles and disorders nothing beside readers that are slow or stuck", async () => {
  await assertHolds("stuck", 400);
});

test("drill: no client believes what a restored backup does not have", async () => {
  await assertHolds("restore", 300);
});

test("drill: no client believes what was lost with the end of the WAL", async () => {
  await assertHolds("wal", 300);
});

test("drill: no client believes what was lost with the end of Redis' file", async () => {
  await assertHolds("aof", 300);
});

test("drill: no client believes what a promoted replica does not have", async () => {
  await assertHolds("replica", 300);
});
