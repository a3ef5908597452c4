/** The reasons for a lost connection, in words. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Why } from "../../sdk/mod.ts";
import { troubleOf } from "../../static/text/trouble.ts";
import { en } from "../../static/words/en.ts";

const FACTS = { isOffline: false, wasOnline: true, answers: true };
const after = (why: Partial<Why>, facts = {}) =>
  troubleOf(
    { is: "waiting", until: 0, why: { kind: "lost", detail: "", ...why } },
    { ...FACTS, ...facts },
    en,
  );

Deno.test("troubleOf: says nothing while nothing is wrong", () => {
  assertEquals(troubleOf({ is: "online" }, FACTS, en), undefined);
  assertEquals(troubleOf({ is: "connecting" }, { ...FACTS, wasOnline: false }, en), undefined);
});

Deno.test("troubleOf: says what happens to the text while the connection is gone", () => {
  assertEquals(after({}), { what: en.lost, remedy: en.keptHere });
  assertEquals(after({}, { isOffline: true }), { what: en.offline, remedy: en.keptHere });
  assertEquals(troubleOf({ is: "connecting" }, FACTS, en)?.remedy, en.keptHere);
  assertEquals(after({ kind: "closed", code: 1013 })?.what, en.busy);
  assertEquals(after({ kind: "closed", code: 4029 })?.what, en.flooding);
});

Deno.test("troubleOf: says who can fix a refusal", () => {
  const refused = (code: number, detail: string) => after({ kind: "refused", code, detail });
  assertEquals(refused(401, "a token is needed"), { what: en.noToken, remedy: en.askForLink });
  assertEquals(refused(403, "origin")?.remedy, en.tellOperator);
  assertEquals(refused(421, "--url")?.remedy, en.tellOperator);
  assertEquals(refused(400, "the email is too long")?.remedy, en.changeName);
  assertEquals(refused(400, "a room's name has letters")?.remedy, en.checkAddress);
  assertStringIncludes(refused(421, "add --url")!.what, "add --url");
});

Deno.test("troubleOf: names the proxy if the server answers but no socket ever got through", () => {
  assertEquals(after({}, { wasOnline: false })?.remedy, en.passUpgrades);
  assertEquals(after({}, { wasOnline: false, answers: false })?.what, en.lost);
});
