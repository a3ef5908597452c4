/** Places for things that take long. */

import { assert, assertEquals } from "@std/assert";
import { Places, type Release } from "../../files/places.ts";

const take = (places: Places, ...keys: string[]): Release => {
  const release = places.take(...keys);
  assert(typeof release === "function");
  return release;
};

Deno.test("take: gives a key no more places than it may have", () => {
  const places = new Places(9, 2);
  const first = take(places, "ann", "home");
  take(places, "ann", "work");
  assertEquals(places.take("ann", "train"), "each");
  take(places, "bob", "home");
  assertEquals(places.take("eve", "home"), "each");
  first();
  first();
  take(places, "ann", "home");
  assertEquals(places.take("ann"), "each");
});

Deno.test("take: gives all keys together no more places than there are", () => {
  const places = new Places(2, 9);
  const first = take(places, "a");
  take(places, "b");
  assertEquals([places.take("c"), places.count], ["all", 2]);
  first();
  assertEquals(places.count, 1);
  take(places, "c");
});
