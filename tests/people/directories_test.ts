/** The directory over every kind of journal, with three servers that decide at the same time. */

import { assertEquals, assertGreater, assertRejects } from "@std/assert";
import type { Put } from "../../people/records.ts";
import { Refused } from "../../people/refused.ts";
import {
  directoryTest,
  invitation,
  join,
  openPeople,
  outcomes,
} from "../../testing/directories.ts";
import { until } from "../../testing/wait.ts";

directoryTest(
  "Directory.change: changes nothing only where that is right by the newest records",
  async ([one, two]) => {
    const [here, there] = [one.people.directory, two.people.directory];
    const put = (value: number | undefined) => () => ({
      puts: [["closed", "tea", value]] as Put[],
      result: true,
    });
    await here.change("", put(5));
    await there.refresh();
    await here.change("", put(undefined));
    // The other server has not heard of the last change yet.
    const decide = () => {
      return there.get("closed", "tea") === undefined ? put(5)() : { puts: [], result: false };
    };
    assertEquals(await there.change("", decide), true);
    await here.refresh();
    assertEquals(here.get("closed", "tea"), 5);
  },
);

directoryTest("Members.put: of three servers that take a name, one gets it", async (servers) => {
  const [{ people }] = servers;
  const names = ["Ann", "ANN", "ａｎｎ"];
  const tokens = await Promise.all(names.map(() => invitation(people)));
  for (const { people } of servers) await people.directory.refresh();
  const joins = servers.map(({ people }, n) => join(people, tokens[n], names[n]));
  assertEquals(await outcomes(joins), [1, ["conflict", "conflict"]]);
  for (const { people } of servers) {
    await people.directory.refresh();
    assertEquals(people.members.all().size, 1);
    assertEquals(people.members.idOf("aNN"), people.members.ids()[0]);
  }
  // Those who were refused have not used up their invitations.
  assertEquals(people.links.invitations().length, 2);
});

directoryTest(
  "Joining.use: an invitation is used as often as it may be, and no more",
  async (servers) => {
    const token = await invitation(servers[0].people, { uses: 4 });
    for (const { people } of servers) await people.directory.refresh();
    const joins = servers.flatMap(({ people }, server) =>
      [1, 2, 3].map((n) => join(people, token, `name ${server}.${n}`))
    );
    assertEquals(await outcomes(joins), [4, Array(5).fill("gone")]);
    await servers[2].people.directory.refresh();
    assertEquals(servers[2].people.members.all().size, 4);
    assertEquals(servers[2].people.directory.all("link").size, 0);
  },
);

directoryTest(
  "Joining.use: one link for the first admin makes one, and all servers count them",
  async (servers) => {
    const { token } = await servers[0].people.inviteAdmin();
    const own = await Promise.all(servers.map(({ people }) => people.inviteAdmin()));
    for (const { people } of servers) await people.directory.refresh();
    const sameLink = servers.map(({ people }, n) => join(people, token, `first ${n}`));
    assertEquals(await outcomes(sameLink), [1, ["gone", "gone"]]);
    const ownLinks = servers.map(({ people }, n) => join(people, own[n].token, `own ${n}`));
    assertEquals(await outcomes(ownLinks), [3, []]);
    for (const { people } of servers) {
      await people.directory.refresh();
      assertEquals([people.members.admins, people.needsAdmin], [4, false]);
    }
  },
);

directoryTest(
  "Members.put: three servers leave the last admin, whatever they do at once",
  async (servers) => {
    const ids: string[] = [];
    for (const { people } of servers) {
      const { token } = await people.inviteAdmin();
      ids.push((await join(people, token, `admin ${ids.length}`)).id);
    }
    for (const { people } of servers) await people.directory.refresh();
    const [a, b, c] = servers.map(({ people }) => people.removal);
    const all = [a.change("", ids[0], { role: "member" }, false), b.remove("", ids[1])];
    all.push(c.change("", ids[2], { banned: true }, false));
    assertEquals(await outcomes(all as Promise<unknown>[]), [2, ["conflict"]]);
    for (const { people } of servers) {
      await people.directory.refresh();
      const left = ids.filter((id) => people.members.isAdmin(id));
      assertEquals([left.length, people.members.admins], [1, 1]);
      const error = await assertRejects(() => people.removal.remove("", left[0]), Refused);
      assertEquals(error.code, "conflict");
    }
  },
);

directoryTest(
  "Directory.change: many changes of one server do not get into each other's way",
  async (servers) => {
    const [{ people }] = servers;
    const token = await invitation(people, { uses: 60 });
    const joins = Array.from({ length: 60 }, (_, n) => join(people, token, `name ${n}`));
    assertEquals(await outcomes(joins), [60, []]);
    assertEquals(people.members.all().size, 60);
  },
);

directoryTest("Directory.listen: reports what another server has changed", async (servers) => {
  const [first, , third] = servers;
  const seen: string[] = [];
  third.people.directory.listen((kind, id) => seen.push(`${kind}/${id}`));
  const { token } = await first.people.inviteAdmin();
  const { id } = await join(first.people, token, "Ann");
  await until(() => third.people.members.isAdmin(id), "the admin on the other server");
  assertEquals(seen.includes(`member/${id}`) && seen.includes("name/ann"), true, seen.join());
});

directoryTest(
  "Directory.open: a later server has the same records",
  async ([{ people }], place, { lasting }) => {
    if (!lasting) return;
    const { token } = await people.inviteAdmin();
    const { id } = await join(people, token, "Ann");
    await people.links.create({ kind: "device", by: id, member: id, expires: Date.now() + 60_000 });
    const journal = await place.open();
    const later = await openPeople(journal, { access: undefined });
    try {
      assertEquals(later.access.mode, "invite");
      for (const kind of ["member", "name", "admins", "session", "link", "ended"] as const) {
        assertGreater(later.directory.all(kind).size, 0, kind);
        assertEquals([...later.directory.all(kind)], [...people.directory.all(kind)], kind);
      }
    } finally {
      later.close();
      await journal.close();
    }
  },
);

directoryTest(
  "RecordTable.settings: links that come and go leave few keys in the journal",
  async ([{ people, journal }]) => {
    for (let n = 0; n < 30; n++) {
      const { id } = people.links.find(await invitation(people));
      await people.links.withdraw("", id);
    }
    const { changes } = await journal.settings("@directory", { prefix: "link/", limit: 100 });
    assertEquals(changes.length, 1);
  },
);
