/** Addresses and networks, at their edges. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { countedAddress, isWithin, parseNetwork, PRIVATE_NETWORKS } from "../../config/network.ts";

const within = (address: string, network: string) => isWithin(address, [parseNetwork(network)!]);

Deno.test("parseNetwork: takes an address with a length, or one alone", () => {
  for (
    const word of [
      "10.0.0.0/8",
      "0.0.0.0/0",
      "192.0.2.1",
      "::/0",
      "::1",
      "2001:db8::/32",
      "::1/128",
    ]
  ) {
    assert(parseNetwork(word), word);
  }
  assertEquals(parseNetwork("192.0.2.1"), parseNetwork("192.0.2.1/32"));
  assertEquals(parseNetwork("10.9.8.7/8"), parseNetwork("10.0.0.0/8"));
});

Deno.test("parseNetwork: refuses anything else", () => {
  const bad = [
    "",
    "/",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0/8",
  ];
  for (
    const word of [...bad, "::/129", "1.2.3.256", "x/8", "10.0.0.0/8x", "10.0.0.0/ 8", ":::/8"]
  ) {
    assertEquals(parseNetwork(word), undefined, word);
  }
});

Deno.test("isWithin: ends where the network ends", () => {
  const edges: [string, string[], string[]][] = [
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
    ["192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127", "192.0.3.128"]],
    ["192.0.2.7", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]],
    ["0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "::1"]],
    ["2001:db8::/33", ["2001:db8::", "2001:db8:7fff:ffff::1"], ["2001:db8:8000::", "2001:db7::"]],
    ["fe80::/10", ["fe80::1", "febf::", "fe80::1%eth0"], ["fec0::", "fe7f::"]],
    ["::/0", ["::", "ffff::"], ["0.0.0.0"]],
  ];
  for (const [network, inside, outside] of edges) {
    for (const address of inside) assert(within(address, network), `${address} in ${network}`);
    for (const address of outside) {
      assertFalse(within(address, network), `${address} in ${network}`);
    }
  }
  for (const word of ["", "x", "10.0.0", "10.0.0.1:80"]) {
    assertFalse(within(word, "0.0.0.0/0"), word);
  }
});

Deno.test("isWithin: takes an IPv4 address that comes as IPv6 for IPv4", () => {
  for (const address of ["::ffff:10.1.2.3", "::FFFF:a01:203", "0:0:0:0:0:ffff:10.1.2.3"]) {
    assert(within(address, "10.0.0.0/8"), address);
    assertFalse(within(address, "::/0"), address);
  }
  assertFalse(within("::10.1.2.3", "10.0.0.0/8"));
});

Deno.test("PRIVATE_NETWORKS: are loopback, private and link-local networks alone", () => {
  const inside = [
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.0",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.1.1",
  ];
  for (const address of [...inside, "::1", "fc00::1", "fdff::1", "fe80::1", "::ffff:192.168.1.1"]) {
    assert(isWithin(address, PRIVATE_NETWORKS), address);
  }
  const outside = [
    "128.0.0.1",
    "11.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.169.0.1",
    "8.8.8.8",
  ];
  for (
    const address of [...outside, "::2", "2001:db8::1", "fe00::1", "::ffff:8.8.8.8", "0.0.0.0"]
  ) {
    assertFalse(isWithin(address, PRIVATE_NETWORKS), address);
  }
});

Deno.test("countedAddress: writes an IPv4 address in one way, however it comes", () => {
  for (const address of ["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "::FFFF:C000:0201"]) {
    assertEquals(countedAddress(address), "192.0.2.1", address);
  }
});

Deno.test("countedAddress: counts IPv6 addresses by their /64", () => {
  const one = countedAddress("2001:db8:1:2::");
  for (
    const address of ["2001:db8:1:2::1", "2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::%eth0"]
  ) {
    assertEquals(countedAddress(address), one, address);
  }
  for (const address of ["2001:db8:1:1:ffff:ffff:ffff:ffff", "2001:db8:1:3::", "::1"]) {
    assertFalse(countedAddress(address) === one, address);
  }
  assertFalse(countedAddress("::1") === countedAddress("0:0:0:1::1"));
});

Deno.test("countedAddress: returns what is no address as it is", () => {
  for (const word of ["", "unknown", "a.b", "1.2.3"]) assertEquals(countedAddress(word), word);
});
