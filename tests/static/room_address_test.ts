/** Rooms and messages in addresses. */

import { assertEquals } from "@std/assert";
import { pathOf, roomOfPath, seqOfPath } from "../../static/text/rooms.ts";

Deno.test("seqOfPath: finds the message of an address, and none where there is none", () => {
  assertEquals(pathOf("中文 b", 12), "/rooms/%E4%B8%AD%E6%96%87%20b/12");
  assertEquals(seqOfPath(pathOf("中文", 12)), 12);
  assertEquals(roomOfPath(pathOf("中文", 12)), "中文");
  for (const path of ["/", pathOf("a"), "/rooms/a/", "/rooms/12", "/rooms/a/1x", "/x/a/1"]) {
    assertEquals(seqOfPath(path), undefined, path);
  }
});
