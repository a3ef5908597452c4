/** The keys of the directory's log, of which there must not be more and more. */

import { assertEquals, assertNotEquals } from "@std/assert";
import type { Put } from "../../people/directory.ts";
import { RecordTable } from "../../people/record_table.ts";
import type { LinkRecord } from "../../people/records.ts";

const link = (id: string): LinkRecord => (
  { id, kind: "invite", by: "", created: 1, expires: 2, uses: 1 }
);

/** Sets records as a journal would report them, and returns the keys. */
function keep(table: RecordTable, ...puts: Put[]): string[] {
  const settings = table.settings(puts);
  for (const { key, value } of settings) table.set(key, value);
  return settings.map(({ key }) => key);
}

Deno.test("RecordTable.settings: uses the keys of links that are gone again", () => {
  const table = new RecordTable();
  const keys = new Set<string>();
  for (let n = 0; n < 1_000; n++) {
    for (const key of keep(table, ["link", `h${n}`, link(`${n}`)])) keys.add(key);
    assertEquals(table.get("link", `h${n}`)?.id, `${n}`);
    if (n >= 3) keep(table, ["link", `h${n - 3}`, undefined]);
  }
  assertEquals(keys.size, 4);
  assertEquals([...table.all("link").keys()].sort(), ["h997", "h998", "h999"]);
});

Deno.test("RecordTable.settings: gives the records of one change different keys, and a record its own", () => {
  const table = new RecordTable();
  const [a, b] = keep(table, ["link", "a", link("a")], ["link", "b", link("b")]);
  assertNotEquals(a, b);
  assertEquals(keep(table, ["link", "a", link("a2")], ["link", "b", undefined]), [a, b]);
  assertEquals([table.get("link", "a")?.id, table.get("link", "b")], ["a2", undefined]);
  assertEquals(keep(table, ["name", "ann", "m1"]), ["name/ann"]);
});

Deno.test("RecordTable.set: reports both records where another server gives a key to another one", () => {
  const table = new RecordTable();
  const [key] = keep(table, ["link", "a", link("a")]);
  const { id, ...rest } = link("b");
  assertEquals(table.set(key, ["b", { id, ...rest }]), [["link", "a"], ["link", "b"]]);
  assertEquals([table.get("link", "a"), table.get("link", "b")?.id], [undefined, "b"]);
  assertEquals(table.set(key, null), [["link", "b"]]);
  assertEquals(table.all("link").size, 0);
});
