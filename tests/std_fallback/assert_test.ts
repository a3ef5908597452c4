/**
 * The stand-in for `@std/assert`. It is judged with `node:assert`, so that it is not its own judge,
 * whichever `@std` the run has.
 */
import node from "node:assert/strict";
import * as std from "../../std-fallback/assert.ts";

const pairs: [name: string, passes: () => void, fails: () => void][] = [
  ["assert", () => std.assert(1), () => std.assert(0)],
  ["assertFalse", () => std.assertFalse(""), () => std.assertFalse("no")],
  [
    "assertEquals",
    () => std.assertEquals({ a: [1] }, { a: [1] }),
    () => std.assertEquals([1], [2]),
  ],
  ["assertNotEquals", () => std.assertNotEquals([1], [2]), () => std.assertNotEquals([1], [1])],
  ["assertStrictEquals", () => std.assertStrictEquals(1, 1), () => std.assertStrictEquals([], [])],
  ["assertMatch", () => std.assertMatch("abc", /b/), () => std.assertMatch("abc", /d/)],
  [
    "assertStringIncludes",
    () => std.assertStringIncludes("abc", "bc"),
    () => std.assertStringIncludes("abc", "cb"),
  ],
  ["assertGreater", () => std.assertGreater(2, 1), () => std.assertGreater(1, 1)],
  ["assertLess", () => std.assertLess(1, 2), () => std.assertLess(1, 1)],
  ["assertExists", () => std.assertExists(0), () => std.assertExists(null)],
  [
    "assertInstanceOf",
    () => std.assertInstanceOf(new TypeError(), Error),
    () => std.assertInstanceOf(new Error(), TypeError),
  ],
  [
    "assertAlmostEquals",
    () => std.assertAlmostEquals(0.1 + 0.2, 0.3),
    () => std.assertAlmostEquals(0.1, 0.2, 0.05),
  ],
];

for (const [name, passes, fails] of pairs) {
  Deno.test(`${name}: passes what holds and throws otherwise`, () => {
    passes();
    node.throws(fails, std.AssertionError);
  });
}

Deno.test("fail: throws its message", () => {
  node.throws(() => std.fail("why"), { name: "AssertionError", message: "why" });
});

function thrower(): never {
  throw new TypeError("no such room");
}

Deno.test("assertThrows: returns an error of the class with the words", () => {
  node.strictEqual(std.assertThrows(thrower, TypeError, "such").message, "no such room");
  node.ok(std.assertThrows(thrower) instanceof TypeError);
});

Deno.test("assertThrows: throws without an error, with another class, with other words", () => {
  node.throws(() => std.assertThrows(() => 1), std.AssertionError);
  node.throws(() => std.assertThrows(thrower, RangeError), std.AssertionError);
  node.throws(() => std.assertThrows(thrower, TypeError, "door"), std.AssertionError);
});

Deno.test("assertRejects: returns an error of the class with the words", async () => {
  const rejects = () => Promise.reject(new TypeError("no such room"));
  node.strictEqual((await std.assertRejects(rejects, TypeError, "such")).message, "no such room");
  await node.rejects(std.assertRejects(rejects, TypeError, "door"), std.AssertionError);
  await node.rejects(std.assertRejects(rejects, RangeError), std.AssertionError);
});

Deno.test("assertRejects: throws for a promise that resolves and a function that throws", async () => {
  await node.rejects(std.assertRejects(() => Promise.resolve(1)), std.AssertionError);
  await node.rejects(std.assertRejects(thrower));
});
