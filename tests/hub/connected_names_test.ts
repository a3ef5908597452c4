import { assert, assertEquals, assertFalse } from "@std/assert";
import { ConnectedNames } from "../../hub/connected_names.ts";

const [one, two] = [{}, {}];

Deno.test("ConnectedNames.find: finds the last person who came under a name, until they leave", () => {
  const names = new ConnectedNames();
  names.set(one, { id: "1", name: "Ann" });
  names.set(two, { id: "2", name: "ANN" });
  assertEquals(names.find("ann"), "2");
  names.delete(two);
  assertEquals(names.find("ann"), "1");
  for (let n = 0; n < 2; n++) names.delete(one);
  assertEquals(names.find("ann"), undefined);
});

Deno.test("ConnectedNames.find: keeps a name while one connection of the person is left", () => {
  const names = new ConnectedNames();
  for (const connection of [one, two]) names.set(connection, { id: "1", name: "Ann" });
  names.delete(one);
  assertEquals(names.find("ann"), "1");
});

Deno.test("ConnectedNames.set: replaces the name of a connection, and has none for the nameless", () => {
  const names = new ConnectedNames();
  names.set(one, { id: "1", name: "Ann" });
  names.set(one, { id: "1", name: "Bob" });
  assertEquals([names.find("ann"), names.find("bob")], [undefined, "1"]);
  names.set(one, { id: "1", name: "" });
  assertEquals([names.find("bob"), names.find("")], [undefined, undefined]);
});

Deno.test("ConnectedNames.mayBegin: is false where no name begins", () => {
  const names = new ConnectedNames();
  assertFalse(names.mayBegin("@ann", 1));
  names.set(one, { id: "1", name: "Ann" });
  assert(names.mayBegin("@ann", 1));
  assertFalse(names.mayBegin("@bob", 1));
});
