/** Passkeys in the directory: which of them count. */

import { assertEquals } from "@std/assert";
import { directoryTest, invitation, join } from "../../testing/directories.ts";

directoryTest(
  "Passkeys.of: what was made before a sign-out everywhere does not count, deleted or not",
  async ([{ people }]) => {
    const { id } = await join(people, await invitation(people), "Bob");
    const made = { credential: "c", key: "k", counter: 0 };
    await people.passkeys.add(id, made, "", people.flows.begin("new passkey"));
    assertEquals(people.passkeys.of(id).length, 1);
    const before = people.members.get(id)!;
    await people.directory.change("", () => {
      const after = { ...before, since: before.since + 60_000 };
      return { puts: people.members.put(id, before, after), result: undefined };
    });
    assertEquals(people.directory.all("passkey").size, 1);
    assertEquals(people.passkeys.of(id), []);
  },
);
