/** What removed members leave behind, and that it is deleted without making one change too large. */

import { assertEquals, assertGreater } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { skipDate } from "../../testing/clock.ts";
import { directoryTest, invitation, join } from "../../testing/directories.ts";
import type { People } from "../../people/people.ts";
import type { Put } from "../../people/directory.ts";

const sizes = ({ directory }: People) =>
  (["session", "link", "bot", "passkey", "oidc"] as const).map((kind) => directory.all(kind).size);

/** Gives a member some of everything that could be theirs. */
async function furnish({ directory }: People, member: string): Promise<void> {
  const created = Date.now();
  for (let group = 0; group < 5; group++) {
    const puts = Array.from({ length: 50 }, (_, n): Put => {
      const bot = { id: `b${group}.${n}`, name: "bot", by: member, created };
      return ["bot", `${group}.${n}`, bot];
    });
    await directory.change("", () => ({ puts, result: undefined }));
  }
  const passkey = { id: "p", member, credential: "c", key: "k", counter: 0, created };
  const puts: Put[] = [
    ["passkey", `${member}/0`, { ...passkey, used: created, agent: "" }],
    ["oidc", "o", { member, created }],
  ];
  await directory.change("", () => ({ puts, result: undefined }));
}

directoryTest(
  "Removal.remove: deletes all that a member leaves behind, of whatever number",
  async (servers) => {
    const [{ people }, { people: other }] = servers;
    const { id: admin } = await join(people, (await people.inviteAdmin()).token, "Ann");
    const { id } = await join(people, await invitation(people), "Bob");
    for (let n = 0; n < LIMITS.links; n++) {
      const expires = Date.now() + 60_000;
      const link = await people.links.create({ kind: "device", by: id, member: id, expires });
      if (n % 2 === 0) await join(people, link.token, "");
    }
    await furnish(people, id);
    assertGreater(people.directory.all("bot").size, 2 * LIMITS.group);
    await people.removal.remove(admin, id);
    assertEquals(sizes(people), [1, 0, 0, 0, 0]);
    assertEquals([...people.directory.all("name")], [["ann", admin]]);
    await other.directory.refresh();
    assertEquals(sizes(other), [1, 0, 0, 0, 0]);
  },
);

directoryTest(
  "Removal.change: a ban deletes passkeys, ends accounts, and keeps the member and the name",
  async ([{ people }]) => {
    const { id } = await join(people, await invitation(people), "Bob");
    await furnish(people, id);
    await people.removal.change("", id, { banned: true }, false);
    assertEquals(sizes(people), [0, 0, 0, 0, 1]);
    assertEquals([people.members.get(id)?.banned, people.members.idOf("bob")], [true, id]);
    await people.removal.change("", id, { banned: false }, false);
    assertEquals([people.accounts.of(id), people.passkeys.of(id)], [[], []]);
    await people.removal.cleanUp();
    assertEquals(sizes(people), [0, 0, 0, 0, 0]);
  },
);

directoryTest(
  "Removal.cleanUp: deletes what has expired, and nothing else",
  async ([{ people }]) => {
    await invitation(people, { expires: Date.now() + 1_000 });
    await invitation(people, { expires: Date.now() + 1_000 * LIMITS.sessionSeconds * 2 });
    await join(people, await invitation(people), "Bob");
    await people.removal.cleanUp();
    assertEquals(sizes(people), [1, 2, 0, 0, 0]);
    {
      using _ = skipDate(2_000);
      await people.removal.cleanUp();
      assertEquals(sizes(people), [1, 1, 0, 0, 0]);
    }
    using _ = skipDate(LIMITS.sessionSeconds * 1_000 + 10_000);
    await people.removal.cleanUp();
    assertEquals(sizes(people), [0, 1, 0, 0, 0]);
  },
);
