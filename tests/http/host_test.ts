/** The hosts that a request may name. */

import { assertEquals, assertThrows } from "@std/assert";
import { HostRule, parseAuthority } from "../../http/host.ts";
import { Problem } from "../../http/problem.ts";

function check(rule: HostRule, target: string, host?: string): number {
  const request = { headers: new Headers(host === undefined ? {} : { host }) } as Request;
  try {
    rule.check(request, new URL(target));
    return 200;
  } catch (error) {
    return (error as Problem).status;
  }
}

Deno.test("parseAuthority: takes a host and a port, in one form", () => {
  assertEquals(parseAuthority("Chat.Example.ORG.:8080"), {
    hostname: "chat.example.org",
    port: "8080",
  });
  assertEquals(parseAuthority("[::1]"), { hostname: "::1", port: "" });
});

Deno.test("parseAuthority: refuses everything else", () => {
  for (const text of ["", "a b", "a/b", "user@a", "a:b", "a:1:2", "[::1", "a\\b", "a?b", "a#b"]) {
    assertEquals(parseAuthority(text), undefined, text);
  }
});

Deno.test("HostRule.check: accepts addresses, localhost and the hosts of --url", () => {
  const rule = new HostRule(["https://chat.example.org/base"], false);
  const hosts = ["127.0.0.1:8080", "[::1]:8080", "192.0.2.1", "LOCALHOST", "chat.example.org"];
  for (const host of hosts) assertEquals(check(rule, `http://${host}/rooms`, host), 200, host);
});

Deno.test("HostRule.check: answers 421 to other names, and names the flag", () => {
  const rule = new HostRule(["https://chat.example.org"], false);
  const hosts = ["evil.example", "localhost.evil.example", "chat.example.org.evil.example"];
  for (const host of hosts) assertEquals(check(rule, `http://${host}/`, host), 421, host);
  const request = { headers: new Headers({ host: "evil.example" }) } as Request;
  assertThrows(() => rule.check(request, new URL("http://evil.example/")), Problem, "--url");
});

Deno.test("HostRule.check: answers 400 to a Host that contradicts the target", () => {
  const rule = new HostRule([], false);
  assertEquals(check(rule, "http://localhost:8080/", "localhost:8081"), 400);
  assertEquals(check(rule, "http://localhost/", "127.0.0.1"), 400);
  assertEquals(check(rule, "http://localhost:80/", "localhost"), 200);
  assertEquals(check(rule, "http://localhost/", "localhost/evil"), 400);
});

Deno.test("HostRule.check: accepts any name with TLS of its own, and a request without Host", () => {
  assertEquals(check(new HostRule([], true), "https://any.example/", "any.example"), 200);
  assertEquals(check(new HostRule([], false), "http://localhost/"), 200);
});
