/** The ledger finds every fault that is put into a history or shown to a client. */

import { assertEquals } from "@std/assert";
import { type Account, type Entry, Ledger, type Line } from "../../drill/ledger.ts";
import { wrongs } from "./wrongs.ts";

/** `a/1` to `a/n` at the places 1 to n. */
function history(count: number): Line[] {
  return Array.from({ length: count }, (_, i) => ({ seq: i + 1, id: `a/${i + 1}` }));
}

/** What is found in `kept` if everything up to `count` was seen and came back. */
function found(kept: Line[], count = 5, before = (_: Ledger) => {}): Account {
  const ledger = new Ledger();
  before(ledger);
  for (const line of history(count)) {
    ledger.saw(line);
    ledger.accept(line.id!, line.seq);
  }
  return ledger.check(kept);
}

Deno.test("Ledger: finds nothing in a history that is as it was seen", () => {
  const { accepted, faults } = found(history(7));
  assertEquals([accepted, faults], [5, []]);
});

Deno.test("Ledger: finds what is lost at the end", () => {
  assertEquals(wrongs(found(history(4))), [true, false, false, false]);
});

Deno.test("Ledger: finds what is lost in the middle", () => {
  const kept = history(5).filter(({ seq }) => seq !== 3);
  assertEquals(wrongs(found(kept)), [true, false, true, false]);
  const renumbered = kept.map(({ id }, i) => ({ seq: i + 1, id }));
  assertEquals(wrongs(found(renumbered)), [true, false, true, false]);
});

Deno.test("Ledger: finds what was shown to others and is lost", () => {
  const account = found(history(5), 5, (ledger) => ledger.saw({ seq: 6, id: "b/1" }));
  assertEquals(wrongs(account), [true, false, false, false]);
});

Deno.test("Ledger: finds what is doubled", () => {
  assertEquals(wrongs(found([...history(5), { seq: 6, id: "a/2" }])), [false, true, false, false]);
});

Deno.test("Ledger: finds what changed its place", () => {
  const kept = history(5);
  [kept[1], kept[2]] = [{ seq: 2, id: "a/3" }, { seq: 3, id: "a/2" }];
  assertEquals(wrongs(found(kept)), [false, false, true, false]);
});

Deno.test("Ledger: finds two messages shown at one place", () => {
  const account = found(history(5), 5, (ledger) => ledger.saw({ seq: 2, id: "b/1" }));
  assertEquals(wrongs(account), [false, false, true, false]);
});

Deno.test("Ledger: finds a sender's messages in another order than they were said in", () => {
  const kept = [...history(5), { seq: 6, id: "b/2" }, { seq: 7, id: "b/1" }];
  assertEquals(wrongs(found(kept)), [false, false, true, false]);
  const refused = (ledger: Ledger) => ledger.refuse("b/1");
  assertEquals(wrongs(found(kept, 5, refused)), [false, false, false, false]);
});

Deno.test("Ledger: takes numbers of changes for no holes, and others for holes", () => {
  const kept = [{ seq: 1, id: "a/1" }, { seq: 4, id: "a/2" }];
  const account = (changes: number) => {
    const ledger = new Ledger();
    for (const line of kept) ledger.saw(line);
    ledger.sawChanges(2, changes);
    ledger.acceptChange("a/3");
    return ledger.check(kept);
  };
  assertEquals([wrongs(account(3)), account(3).accepted], [[false, false, false, false], 1]);
  assertEquals(wrongs(account(2)), [false, false, true, false]);
  assertEquals(wrongs(account(4)), [false, false, true, false]);
});

Deno.test("Ledger.forget: expects nothing that the act itself has removed", () => {
  const account = found(history(3), 0, (ledger) => {
    for (const line of history(5)) ledger.saw(line), ledger.accept(line.id!, line.seq);
    ledger.forget(3);
  });
  assertEquals([account.accepted, account.faults], [3, []]);
});

Deno.test("Ledger.compare: finds what a client holds and the server does not have, and what it lacks", () => {
  const kept: Entry[] = history(5).map((line) => ({ ...line, at: line.seq }));
  const cases: [Entry[], { diverged: number; lost: number }][] = [
    [kept, { diverged: 0, lost: 0 }],
    [kept.slice(2), { diverged: 0, lost: 0 }],
    [kept.toSpliced(1, 1), { diverged: 0, lost: 1 }],
    [kept.slice(0, 3), { diverged: 0, lost: 2 }],
    [[], { diverged: 0, lost: 5 }],
    [kept.with(1, { ...kept[1], id: "b/1" }), { diverged: 1, lost: 0 }],
    [kept.with(1, { ...kept[1], at: 9 }), { diverged: 1, lost: 0 }],
    [[...kept, { seq: 6, id: "a/6", at: 6 }], { diverged: 1, lost: 0 }],
  ];
  for (const [held, expected] of cases) {
    const ledger = new Ledger();
    ledger.compare("ann", held, kept);
    const { diverged, lost } = ledger.check(kept);
    assertEquals({ diverged, lost }, expected, JSON.stringify(held));
  }
});
