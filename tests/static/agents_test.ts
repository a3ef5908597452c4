/** The names of devices. */

import { assertEquals } from "@std/assert";
import { deviceOf } from "../../static/text/agents.ts";

Deno.test("deviceOf: names browser and system", () => {
  const named = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox, Linux",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E Safari/604.1":
      "Safari, iPhone",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36":
      "Chrome, Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0":
      "Edge, Windows",
  };
  for (const [agent, name] of Object.entries(named)) {
    assertEquals(deviceOf(agent), { name, isPhone: /iPhone|Android/.test(name) });
  }
});

Deno.test("deviceOf: shows the beginning of an agent that it does not know", () => {
  assertEquals(deviceOf("hubbub-talk/1"), { name: "hubbub-talk/1", isPhone: false });
  assertEquals(deviceOf("x".repeat(100)).name.length, 40);
  assertEquals(deviceOf("").name, "");
});
