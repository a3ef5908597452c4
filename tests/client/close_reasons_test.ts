import { assert, assertEquals } from "@std/assert";
import { CLOSE_REASONS } from "../../client/close_reasons.ts";

const endings = Object.values(CLOSE_REASONS);

Deno.test("ENDINGS have names that differ and fit a close frame", () => {
  assertEquals(new Set(endings.map(({ name }) => name)).size, endings.length);
  for (const { name } of endings) {
    assert(name.length > 0);
    assert(new TextEncoder().encode(name).length <= 123, name);
  }
});

Deno.test("ENDINGS that are told have codes that a server may send", () => {
  for (const { code } of endings) {
    assert([0, 1001, 1003, 1008, 1009, 1013].includes(code) || code >= 4000 && code < 5000);
  }
});

Deno.test("ENDINGS have the codes of the contract", () => {
  const { goingAway, binary, expired, tooLarge, overloaded, stalled, flooding } = CLOSE_REASONS;
  const told = [goingAway, binary, expired, tooLarge, overloaded, stalled, flooding];
  assertEquals(told.map(({ code }) => code), [1001, 1003, 1008, 1009, 1013, 4008, 4029]);
});
