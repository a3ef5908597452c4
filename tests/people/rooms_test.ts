/** Hidden rooms over every kind of journal, as several servers change them at once. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { AppendError, UnreachableError } from "../../journal/journal.ts";
import { Refused } from "../../people/refused.ts";
import { forEachKind, type JournalTest, type Place } from "../../testing/journal_kinds.ts";
import { seeded } from "../../testing/random.ts";
import {
  actor,
  knownOf,
  openRoomServer,
  type RoomServer,
  shownIn,
} from "../../testing/room_servers.ts";
import type { Journal } from "../../journal/journal.ts";
import type { RoomOrder } from "../../wire/wire.ts";

const PEOPLE = ["ann", "bob", "cy", "dee", "eve"];

forEachKind((journalTest: JournalTest, kind) => {
  /** Opens servers; those on Redis have a journal each. */
  async function openServers(count: number, journal: Journal, place: Place) {
    await using stack = new AsyncDisposableStack();
    const servers: RoomServer[] = [];
    for (let n = 0; n < count; n++) {
      let own = journal;
      if (n > 0 && kind.name === "RedisJournal") {
        own = await place.open();
        stack.defer(() => own.close());
      }
      servers.push(stack.use(await openRoomServer(own)));
    }
    const all = stack.move();
    return { servers, [Symbol.asyncDispose]: () => all.disposeAsync() };
  }

  journalTest(
    "Rooms.change: comes to one state on all servers and in the log, whatever happens at once",
    async (journal, place) => {
      for (let seed = 1; seed <= 5; seed++) {
        await using opened = await openServers(3, journal, place);
        const { servers } = opened;
        const random = seeded(seed);
        const { room } = await servers[0].rooms.createPrivate(actor("ann"), {
          title: "Tea",
          members: ["bob", "cy"],
        });
        for (const { people } of servers) await people.directory.refresh();
        for (let round = 0; round < 4; round++) {
          const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => {
            const who = random.pick(PEOPLE);
            const orders: RoomOrder[] = [
              { add: [random.pick(PEOPLE)] },
              { remove: [random.pick(PEOPLE)] },
              { remove: [who] },
              { title: random.pick(["Tea", "Coffee"]), archived: random.chance(3, 10) },
            ];
            return random.pick(servers).rooms.change(actor(who), room, random.pick(orders));
          }));
          for (const outcome of outcomes) {
            if (outcome.status === "fulfilled") continue;
            assert(outcome.reason instanceof Refused, `${outcome.reason?.stack}`);
          }
        }
        const shown = await shownIn(journal, room);
        for (const server of servers) {
          await server.people.directory.refresh();
          assertEquals(knownOf(server, room), shown, `seed ${seed}`);
          const owner = server.people.access.hidden.ownerOf(room);
          assertEquals(owner === "", shown.members.length === 0, `seed ${seed}`);
          assert(owner === "" || shown.members.includes(owner), `seed ${seed}: ${owner}`);
          assertEquals(owner, servers[0].people.access.hidden.ownerOf(room));
        }
      }
    },
  );

  journalTest(
    "Rooms.change: leaves one owner when all others leave on several servers",
    async (journal, place) => {
      await using opened = await openServers(3, journal, place);
      const { servers } = opened;
      const { room } = await servers[0].rooms.createPrivate(actor("ann"), {
        title: "Tea",
        members: ["bob", "cy", "dee"],
      });
      for (const { people } of servers) await people.directory.refresh();
      await Promise.all(
        ["ann", "bob", "cy"].map((who, n) =>
          servers[n].rooms.change(actor(who), room, { remove: [who] })
        ),
      );
      for (const server of servers) {
        await server.people.directory.refresh();
        assertEquals(server.people.access.hidden.ownerOf(room), "dee");
      }
      assertEquals((await shownIn(journal, room)).members, ["dee"]);
    },
  );

  journalTest(
    "Rooms.change: makes the oldest member the owner, and an admin who comes into an empty room",
    async (journal) => {
      await using server = await openRoomServer(journal);
      const { rooms, people: { access: { hidden } } } = server;
      const { room } = await rooms.createPrivate(actor("ann"), { title: "Tea", members: ["cy"] });
      await rooms.change(actor("ann"), room, { add: ["bob"] });
      await rooms.change(actor("ann"), room, { remove: ["ann"] });
      assertEquals(hidden.ownerOf(room), "cy");
      await rooms.change(actor("cy"), room, { remove: ["cy", "bob"] });
      assertEquals([hidden.ownerOf(room), hidden.size(room)], ["", 0]);
      await assertRejects(() => rooms.change(actor("ann"), room, { add: ["ann"] }), Refused);
      await rooms.change(actor("root", true), room, { add: ["root"] });
      assertEquals(hidden.ownerOf(room), "root");
    },
  );

  journalTest(
    "Rooms.change: counts at once though its log cannot be written, and the next change writes it",
    async (journal, place) => {
      await using opened = await openServers(1, journal, place);
      const [server] = opened.servers;
      const { room } = await server.rooms.createPrivate(actor("ann"), {
        title: "Tea",
        members: ["bob"],
      });
      const lost = () => Promise.reject(new AppendError("overloaded", "it is down"));
      await using broken = await openRoomServer(journal, lost);
      const change = { remove: ["bob"], title: "Coffee" };
      await assertRejects(() => broken.rooms.change(actor("ann"), room, change), UnreachableError);
      await server.people.directory.refresh();
      const after = { title: "Coffee", archived: false, members: ["ann"] };
      assertEquals(knownOf(server, room), after);
      assertEquals((await shownIn(journal, room)).members, ["ann", "bob"]);
      await server.rooms.change(actor("ann"), room, { topic: "beans" });
      assertEquals(await shownIn(journal, room), after);
    },
  );

  journalTest(
    "Rooms.change: is decided once for each id, on whichever server it comes again",
    async (journal, place) => {
      await using opened = await openServers(2, journal, place);
      const [one, two] = opened.servers;
      const { room } = await one.rooms.createPrivate(actor("ann"), { title: "Tea", members: [] });
      const first = await one.rooms.change(actor("ann"), room, { add: ["bob"] }, "x");
      await one.rooms.change(actor("ann"), room, { remove: ["bob"] });
      await two.people.directory.refresh();
      const again = await two.rooms.change(actor("ann"), room, { add: ["bob"] }, "x");
      assertEquals([again.id, again.seq, again.duplicate], ["x", first.seq, true]);
      assertEquals(knownOf(two, room).members, ["ann"]);
    },
  );

  journalTest(
    "Rooms.createPrivate: creates one room for one id, on two servers at once",
    async (journal, place) => {
      await using opened = await openServers(2, journal, place);
      const made = await Promise.all(
        opened.servers.map(({ rooms }) =>
          rooms.createPrivate(actor("ann"), { title: "Tea", members: ["bob"], id: "x" })
        ),
      );
      assertEquals(made[0].room, made[1].room);
      assertEquals(
        made.filter(({ isNew }) => isNew).length,
        1,
      );
      assertEquals((await shownIn(journal, made[0].room)).members, ["ann", "bob"]);
    },
  );

  journalTest(
    "Rooms.leaveAll: takes somebody out of private rooms, and leaves direct ones",
    async (journal) => {
      await using server = await openRoomServer(journal);
      const { rooms, people: { access: { hidden } } } = server;
      const { room } = await rooms.createPrivate(actor("ann"), { title: "Tea", members: ["bob"] });
      const direct = await rooms.openDirect(actor("ann"), ["bob"]);
      await rooms.leaveAll("root", "ann");
      assertEquals([...hidden.roomsOf("ann")], [direct.room]);
      assertEquals(hidden.ownerOf(room), "bob");
      assertEquals((await shownIn(journal, room)).members, ["bob"]);
    },
  );
});
