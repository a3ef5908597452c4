/** What is remembered of rooms, and that what leaves no message leaves no room. */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../../config/limits.ts";
import { RoomTable } from "../../../journal/room_table.ts";
import { ChangeTable } from "../../../journal/sqlite/change_table.ts";
import { openFile } from "../../../journal/sqlite/file.ts";
import { SqliteJournal } from "../../../journal/sqlite/journal.ts";
import { MessageTable } from "../../../journal/sqlite/message_table.ts";
import { Numbering } from "../../../journal/sqlite/numbering.ts";
import { Ordinals } from "../../../journal/sqlite/ordinals.ts";
import { draft, message, range } from "../../../testing/fakes.ts";
import { allKept } from "../../../testing/journals.ts";
import { OPTIONS, withFolder } from "../../../testing/sqlite.ts";
import { serveChat, test } from "../../../testing/support.ts";
import { Peer } from "../../../testing/peer.ts";

/** How many rooms a file has, those without messages too. */
function roomsIn(file: string): unknown {
  const db = new DatabaseSync(file, { readOnly: true });
  const { n } = db.prepare("SELECT count(*) AS n FROM room").get()!;
  db.close();
  return n;
}

const numberingOf = (db: DatabaseSync, table: RoomTable) =>
  new Numbering(new Ordinals(db), new ChangeTable(db), table, Infinity);

test("Numbering: remembers a limited number of rooms", () =>
  withFolder((folder) => {
    const db = openFile(`${folder}/chat.db`, "normal");
    const messages = new MessageTable(db);
    const numbering = numberingOf(db, new RoomTable(db));
    const { number } = numbering.open("first");
    numbering.add(numbering.open("first"), draft("one", { room: "first" }));
    numbering.end(true);
    messages.addRows(number, [message(2)], 0);
    assertEquals(numbering.find("first")?.seq, 1);
    for (const n of range(1, LIMITS.roomsRemembered)) numbering.open(`room ${n}`);
    numbering.end(true);
    assertEquals(numbering.find("first")?.seq, 2);
    db.close();
  }));

test("Numbering: forgets what a failed transaction has counted", () =>
  withFolder((folder) => {
    const db = openFile(`${folder}/chat.db`, "normal");
    const table = new RoomTable(db);
    const numbering = numberingOf(db, table);
    for (const committed of [false, true]) {
      const added = numbering.add(numbering.open("r"), draft("one"));
      assertEquals([added.seq, table.noted], [1, 0]);
      numbering.end(committed);
    }
    assertEquals(table.noted, 1);
    db.close();
  }));

test("SqliteJournal.append: leaves no room behind in which nothing could be kept", () =>
  withFolder((folder) => {
    const file = `${folder}/chat.db`;
    const journal = new SqliteJournal(file, OPTIONS);
    const bad = { ...draft("bad", { room: "new" }), from: ["odd"] as unknown as string };
    const answers = journal.append([bad, draft("x", { room: "good" })]);
    assertEquals(answers.map((answer) => answer instanceof Error), [true, false]);
    assertEquals([roomsIn(file), journal.resolve("NEW")], [1, "NEW"]);
    assertEquals(allKept(journal.append([draft("x", { room: "NEW" })])).map(({ name }) => name), [
      "",
    ]);
    assertEquals(journal.resolve("new"), "NEW");
    journal.close();
  }));

test("Hub.join: a room in which nobody speaks leaves no trace in the database", () =>
  withFolder(async (folder) => {
    const file = `${folder}/chat.db`;
    await using server = await serveChat("--db", file);
    for (const path of ["/rooms/quiet", "/ws?room=silent", "/rooms/QUIET"]) {
      await using peer = await Peer.join(server.host, path);
      if (path.startsWith("/rooms")) await peer.next("welcome");
    }
    const history = await fetch(`http://${server.host}/rooms/unheard/messages`);
    assertEquals((await history.json()).messages, []);
    assertEquals(roomsIn(file), 0);
  }));
