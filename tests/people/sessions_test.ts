/** Sessions and keys, and the members that they make. */

import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Sessions } from "../../people/sessions.ts";

const SECRETS = ["1".repeat(64), "2".repeat(64)];
const open = (n = 0, isSecure = false) => new Sessions(() => SECRETS[n], isSecure);

Deno.test("Sessions.issue: gives 256 random bits and a MAC, another session each time", () => {
  const sessions = open();
  const values = new Set(Array.from({ length: 100 }, () => sessions.issue()));
  assertEquals(values.size, 100);
  for (const value of values) assertMatch(value, /^[\w-]{43}\.[\w-]{22}$/);
});

Deno.test("Sessions.memberOf: gives the same member for a session, on every server of the database", () => {
  const value = open().issue();
  const member = open().memberOf(value);
  assertMatch(member!, /^[a-z2-7]{16}$/);
  assertEquals(open().memberOf(value), member);
  assertEquals(open(0, true).memberOf(value), member);
  assertNotEquals(open().memberOf(open().issue()), member);
});

Deno.test("Sessions.memberOf: knows no session that it did not issue", () => {
  const value = open().issue();
  const [secret, mac] = value.split(".");
  const bad = ["", ".", secret, mac, `${secret}.`, `.${mac}`, `${value}.`, `${value}.${mac}`];
  const cut = [`${secret.slice(1)}.${mac}`, `${secret}.${mac.slice(1)}`, `${secret}A.${mac}`];
  for (const one of [...bad, ...cut, open(1).issue(), "x".repeat(10_000), "ü.ü"]) {
    assertEquals(open().memberOf(one), undefined, one.slice(0, 100));
  }
  // Every character of it counts.
  for (let at = 0; at < secret.length - 1; at++) {
    const other = value[at] === "A" ? "B" : "A";
    assertEquals(open().memberOf(value.slice(0, at) + other + value.slice(at + 1)), undefined);
  }
});

Deno.test("Sessions.isRecorded: tells sessions that need a record from those of visitors", () => {
  const [first, recorded] = [open().issue(), open().issueRecorded()];
  assertEquals([open().memberOf(recorded), open().isRecorded(recorded)], [undefined, true]);
  assertEquals([open().isRecorded(first), open(1).isRecorded(recorded)], [false, false]);
  assertEquals([first, recorded, "x"].map((value) => open().isOurs(value)), [true, true, false]);
});

Deno.test("Sessions.memberOfKey: makes a member of a key, another one in each database", () => {
  const key = "k".repeat(32);
  const member = open().memberOfKey(key);
  assertMatch(member!, /^[a-z2-7]{16}$/);
  assertEquals(open().memberOfKey(key), member);
  assertNotEquals(open().memberOfKey("K".repeat(32)), member);
  assertNotEquals(open(1).memberOfKey(key), member);
});

Deno.test("Sessions.memberOfKey: takes 32 to 512 characters", () => {
  for (
    const [length, isKey] of [[0, false], [31, false], [32, true], [512, true], [
      513,
      false,
    ]] as const
  ) {
    assertEquals(open().memberOfKey("k".repeat(length)) !== undefined, isKey, `${length}`);
  }
});

Deno.test("Sessions.newMember: gives another member each time", () => {
  const members = Array.from({ length: 1_000 }, () => open().newMember());
  assertEquals(new Set(members).size, 1_000);
  for (const member of members) assertMatch(member, /^[a-z2-7]{16}$/);
});

Deno.test("Sessions.cookie: is another name for each database, and bound to the host over TLS", () => {
  assertMatch(open().cookie, /^hubbub-[a-z2-7]{8}$/);
  assertEquals(open().cookie, open().cookie);
  assertNotEquals(open(1).cookie, open().cookie);
  assertEquals(open(0, true).cookie, `__Host-${open().cookie}`);
});

Deno.test("Sessions.memberOf: follows the secret of a database that was emptied", () => {
  let secret = SECRETS[0];
  const sessions = new Sessions(() => secret, false);
  const [value, cookie] = [sessions.issue(), sessions.cookie];
  secret = SECRETS[1];
  assertEquals(sessions.memberOf(value), undefined);
  assertNotEquals(sessions.cookie, cookie);
  assertEquals(typeof sessions.memberOf(sessions.issue()), "string");
});
