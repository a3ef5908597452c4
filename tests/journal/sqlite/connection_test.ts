/** Whether something can be kept in a SQLite file: how it is tried. */

import { assertEquals, assertThrows } from "@std/assert";
import { LIMITS } from "../../../config/limits.ts";
import { Connection } from "../../../journal/sqlite/connection.ts";
import { withFolder } from "../../../testing/sqlite.ts";
import { test } from "../../../testing/support.ts";

/** A connection whose file may grow by so many pages of 4 KiB beyond what it has. */
function open(folder: string) {
  const connection = new Connection(`${folder}/chat.db`, {
    sync: "normal",
    probeBytes: LIMITS.probeBytes,
    onOthersWrote: () => {},
    log: undefined,
  });
  const { db } = connection;
  const limitGrowth = (pages: number) => {
    const { page_count } = db.prepare("PRAGMA page_count").get()!;
    db.exec(`PRAGMA max_page_count = ${Number(page_count) + pages}`);
  };
  const write = (bytes: number) =>
    connection.transact(() => db.prepare("UPDATE probe SET bytes = zeroblob(?)").run(bytes));
  return { connection, limitGrowth, write };
}

test("Connection.ready: tries something as large as the largest message", () =>
  withFolder(async (folder) => {
    const { connection, limitGrowth } = open(folder);
    const needed = Math.ceil(LIMITS.probeBytes / 4096);
    limitGrowth(needed - 1);
    assertEquals(await connection.ready(), false);
    limitGrowth(needed + 1);
    assertEquals(await connection.ready(), true);
    connection.close();
  }));

test("Connection.ready: does not believe what was kept before something could not be", () =>
  withFolder(async (folder) => {
    const { connection, limitGrowth, write } = open(folder);
    write(1);
    limitGrowth(1);
    assertThrows(() => write(LIMITS.probeBytes), Error, "full");
    assertEquals(await connection.ready(), false);
    connection.close();
  }));

test("Connection.transact: undoes what fails, and what gives nothing", () =>
  withFolder((folder) => {
    const { connection, write } = open(folder);
    const size = () => connection.db.prepare("SELECT length(bytes) AS n FROM probe").get()!.n;
    write(5);
    const fail = () => {
      connection.db.exec("UPDATE probe SET bytes = x'00'");
      throw new Error("a fault of the test");
    };
    assertThrows(() => connection.transact(fail), Error, "a fault");
    assertEquals(size(), 5);
    connection.transact(() => connection.db.exec("UPDATE probe SET bytes = x'00'"));
    assertEquals(size(), 5);
    connection.close();
  }));
