/** Flows: that each is worth something once, for a time, and for what it was begun. */

import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { skipDate } from "../../testing/clock.ts";
import { directoryTest } from "../../testing/directories.ts";
import type { Directory } from "../../people/directory.ts";
import { type Flow, Flows } from "../../people/flows.ts";
import type { People } from "../../people/people.ts";
import { Refused } from "../../people/refused.ts";

/** Those of a database of which nothing is read. */
const flows = new Flows({} as Directory, () => "5e".repeat(32));

const spend = ({ directory, flows }: People, flow: Flow) =>
  directory.change("", () => ({ puts: [flows.spend(flow)], result: true }));

Deno.test("Flows.find: a flow counts for what it was begun, and in that session alone", () => {
  const { value } = flows.begin("account");
  assertEquals(flows.find(value, "account")?.value, value);
  assertEquals(flows.find(value, "passkey"), undefined);
  assertEquals(flows.find(value, "account", "a session"), undefined);
  const bound = flows.begin("new account", "a session");
  assert(flows.find(bound.value, "new account", "a session"));
  assertEquals(flows.find(bound.value, "new account"), undefined);
  assertEquals(flows.find(bound.value, "new passkey", "a session"), undefined);
});

Deno.test("Flows.find: nobody makes a flow, changes one, or lengthens its life", () => {
  const [secret, time, mac] = flows.begin("account").value.split(".");
  const others = [
    `${secret}.${Number(time) + 1}.${mac}`,
    `${"A".repeat(43)}.${time}.${mac}`,
    `${secret}.${time}.${"A".repeat(43)}`,
    `${secret}.${time}`,
    "",
  ];
  for (const value of others) assertEquals(flows.find(value, "account"), undefined, value);
});

Deno.test("Flow.derive: each purpose of each flow has a secret of its own", () => {
  const [one, other] = [flows.begin("account"), flows.begin("account")];
  const purposes = ["challenge", "state", "nonce", "verifier"] as const;
  const secrets = [one, other].flatMap((flow) => purposes.map((each) => flow.derive(each)));
  assertEquals(new Set(secrets).size, 8);
  assertNotEquals(one.derive("state"), one.value.split(".")[0]);
});

directoryTest("Flows.spend: a flow ends once, on one of two servers", async ([first, second]) => {
  const [{ people: one }, { people: other }] = [first, second];
  for (let round = 0; round < 5; round++) {
    const flow = one.flows.begin("passkey");
    const ends = await Promise.allSettled([spend(one, flow), spend(other, flow)]);
    const refused = ends.filter(({ status }) => status === "rejected");
    assertEquals(refused.length, 1);
    assert((refused[0] as PromiseRejectedResult).reason instanceof Refused);
  }
});

directoryTest("Flows.spend: what has expired is forgotten", async ([{ people }]) => {
  const { directory, flows } = people;
  const id = "0".repeat(32);
  const spent = { id, expires: Date.now() + 1_000 } as Flow;
  await spend(people, spent);
  assertThrows(() => flows.spend(spent), Refused);
  using _ = skipDate(LIMITS.accountMs + 2_000);
  const next = { id: `00000000${"1".repeat(24)}`, expires: Date.now() + 1_000 } as Flow;
  await spend(people, next);
  assertEquals(Object.keys(directory.get("spent", "0")!), [next.id]);
});
