/** The soak of all attacks, in small. */

import { assertEquals } from "@std/assert";
import { attackSoak } from "../../bench/soak/attack.ts";
import { ATTACKS } from "../../bench/soak/attacks.ts";
import { test } from "../../testing/support.ts";

test("attackSoak: good clients miss nothing beside all attacks, and nothing is left of these", async () => {
  const rows = await attackSoak(2);
  const wrong = rows.filter(({ must, good }) => must === "0" && !good);
  assertEquals(wrong, []);
  const found = new Map(rows.map(({ what, found }) => [what, found]));
  const idle = Object.keys(ATTACKS).filter((name) =>
    found.get(`attack: ${name}, refused`) === "0, 0"
  );
  assertEquals(idle, [], "every attack was made");
  const [, said] = found.get("messages in their room, said by them, refused")!.split(", ");
  assertEquals(Number(said) > 0, true, "the good clients talked");
});
