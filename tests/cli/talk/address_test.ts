/** Addresses on the command line. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "../../../cli/talk/address.ts";

Deno.test("parseAddress: reads servers and rooms, with a path prefix and without", () => {
  const parsed = (word: string) => {
    const { url, room } = parseAddress(word);
    return [url.href, room];
  };
  assertEquals(parsed("localhost:8080"), ["http://localhost:8080/", "lobby"]);
  assertEquals(parsed("https://chat.example/rooms/tea/"), ["https://chat.example/", "tea"]);
  assertEquals(parsed("wss://chat.example/rooms/%E6%9D%B1"), ["https://chat.example/", "東"]);
  assertEquals(parsed("http://[::1]:8080/a/b/rooms/tea"), ["http://[::1]:8080/a/b", "tea"]);
  assertEquals(parsed("http://x/chat/"), ["http://x/chat", "lobby"]);
});

Deno.test("parseAddress: takes the name and the token of a link", () => {
  const { url, name, token } = parseAddress("http://x/rooms/tea?token=secret&name=Ann#part");
  assertEquals([url.href, name, token], ["http://x/", "Ann", "secret"]);
});

Deno.test("parseAddress: refuses what is no address", () => {
  for (const word of ["http://", "http://x/rooms/%"]) {
    assertThrows(() => parseAddress(word), TypeError);
  }
});
