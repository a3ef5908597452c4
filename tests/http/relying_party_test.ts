/** The host of passkeys. */

import { assertEquals } from "@std/assert";
import { partyOf } from "../../http/relying_party.ts";

const of = (request: string, ...url: string[]) =>
  partyOf({ url: new URL(request), services: { config: { url, name: "Tea" } } })?.origin;

Deno.test("partyOf: without a public address a request chooses no host but localhost", () => {
  assertEquals(of("https://evil.example/passkeys"), undefined);
  assertEquals(of("https://localhost.evil.example/"), undefined);
  assertEquals(of("http://localhost:8080/passkeys"), "http://localhost:8080");
});

Deno.test("partyOf: the first public address decides, whatever a request names", () => {
  const urls = ["https://chat.example.org/team", "https://other.example"];
  for (const request of ["https://other.example/", "http://localhost:8080/"]) {
    assertEquals(of(request, ...urls), "https://chat.example.org");
  }
});
