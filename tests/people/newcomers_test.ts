/** Rooms that are closed to newcomers: who spoke there, and until it is known. */

import { assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { draft } from "../../testing/fakes.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { keep } from "../../testing/journals.ts";
import { actor, openRoomServer } from "../../testing/room_servers.ts";
import { until } from "../../testing/wait.ts";

forEachKind((journalTest) => {
  journalTest(
    "Newcomers.denial: knows everybody who spoke, over several pages, and nobody else",
    async (journal) => {
      const count = 2 * LIMITS.historyPage + 1;
      await keep(
        journal,
        Array.from({ length: count }, (_, n) => draft("x", { from: n === 0 ? "old" : "often" })),
      );
      await using server = await openRoomServer(journal);
      const { access, moderation } = server.people;
      await moderation.close("root", "r", Date.now() + 60_000);
      const codeOf = (id: string) => access.denial(actor(id), "r")?.code;
      await until(() => codeOf("often") === undefined, "the room to be read");
      assertEquals([codeOf("old"), codeOf("new")], [undefined, "not_allowed"]);
      assertEquals(access.denial(actor("new", true), "r"), undefined);
      assertEquals(access.denial(actor("new"), "other"), undefined);
      await using restarted = await openRoomServer(journal);
      const again = (id: string) => restarted.people.access.denial(actor(id), "r")?.code;
      await until(() => again("old") === undefined, "the room to be read");
      assertEquals(again("new"), "not_allowed");
    },
  );

  journalTest(
    "Newcomers.denial: lets nobody new through before it is known who spoke",
    async (journal) => {
      await using server = await openRoomServer(journal);
      const { access, directory } = server.people;
      const denials: unknown[] = [];
      directory.listen((kind) => {
        if (kind === "closed") denials.push(access.denial(actor("new"), "r")?.code);
      });
      await server.people.moderation.close("root", "r", Date.now() + 60_000);
      assertEquals(denials, ["overloaded"]);
    },
  );
});
