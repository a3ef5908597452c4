/** Sessions, keys, and the ids that are computed from them. */

import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Sessions } from "../../people/sessions.ts";

const sessions = new Sessions("ab".repeat(32), false);
const others = new Sessions("cd".repeat(32), false);

Deno.test("Sessions.issue: makes a session that is the same person each time", () => {
  const session = sessions.issue();
  const id = sessions.memberOf(session)!;
  assertMatch(id, /^[a-z2-7]{16}$/);
  assertEquals(new Sessions("ab".repeat(32), true).memberOf(session), id);
  assertNotEquals(sessions.memberOf(sessions.issue()), id);
});

Deno.test("Sessions.memberOf: refuses what this database has not issued", () => {
  const session = sessions.issue();
  const [secret, mac] = session.split(".");
  const forged = `${secret.slice(0, -2)}AA.${mac}`;
  for (const value of ["", "x", secret, `${secret}.`, `${session}.x`, forged, others.issue()]) {
    assertEquals(sessions.memberOf(value), undefined, value);
  }
});

Deno.test("Sessions.memberOfKey: takes keys of 32 to 512 characters", () => {
  const id = sessions.memberOfKey("k".repeat(32))!;
  assertMatch(id, /^[a-z2-7]{16}$/);
  assertEquals(sessions.memberOfKey("k".repeat(32)), id);
  assertNotEquals(others.memberOfKey("k".repeat(32)), id);
  assertNotEquals(sessions.memberOfKey("k".repeat(512)), undefined);
  for (const length of [0, 31, 513]) {
    assertEquals(sessions.memberOfKey("k".repeat(length)), undefined, `${length}`);
  }
});

Deno.test("Sessions.newMember: makes a new person each time", () => {
  assertNotEquals(sessions.newMember(), sessions.newMember());
});

Deno.test("Sessions.cookieHeader: keeps the session from scripts and other sites", () => {
  const header = sessions.cookieHeader(sessions.issue());
  assertMatch(header, /^hubbub-[a-z2-7]{8}=/);
  for (const part of ["HttpOnly", "SameSite=Lax", "Path=/"]) assertStringIncludes(header, part);
  assertNotEquals(sessions.cookie, others.cookie);
});

Deno.test("Sessions.cookieHeader: binds the session to the host over TLS", () => {
  const header = new Sessions("ab".repeat(32), true).cookieHeader("x");
  assertMatch(header, /^__Host-hubbub-[a-z2-7]{8}=x;.*; Secure$/);
});
