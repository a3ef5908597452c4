import { assert, assertEquals } from "@std/assert";
import { CLOSE_REASONS } from "../../client/close_reasons.ts";

const reasons = Object.values(CLOSE_REASONS);

Deno.test("CLOSE_REASONS: have names that differ and fit a close frame", () => {
  assertEquals(new Set(reasons.map(({ name }) => name)).size, reasons.length);
  for (const { name } of reasons) {
    assert(name.length > 0);
    assert(new TextEncoder().encode(name).length <= 123, name);
  }
});

Deno.test("CLOSE_REASONS: have codes that a server may send", () => {
  for (const { code } of reasons) {
    assert([0, 1001, 1003, 1008, 1009, 1013].includes(code) || code >= 4000 && code < 5000);
  }
});

Deno.test("CLOSE_REASONS: have the codes of the contract", () => {
  const { goingAway, binary, expired, tooLarge, overloaded, stalled, flooding } = CLOSE_REASONS;
  const sent = [goingAway, binary, expired, tooLarge, overloaded, stalled, flooding];
  assertEquals(sent.map(({ code }) => code), [1001, 1003, 1008, 1009, 1013, 4008, 4029]);
});
