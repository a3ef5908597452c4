/** What the library rests on. */

import { assertEquals, assertGreater } from "@std/assert";
import { allowed } from "../../testing/support.ts";

const SDK = new URL("../../sdk/", import.meta.url);

Deno.test({
  name: "sdk: imports its own files only, and names no runtime",
  ignore: !allowed,
  fn() {
    const names = Array.from(Deno.readDirSync(SDK), ({ name }) => name);
    assertGreater(names.length, 10);
    for (const name of names) {
      const text = Deno.readTextFileSync(new URL(name, SDK));
      const imported = Array.from(text.matchAll(/from "([^"]+)"/g), ([, specifier]) => specifier);
      const foreign = imported.filter((specifier) => !names.includes(specifier.replace("./", "")));
      // The examples in its comments import the library itself.
      assertEquals(foreign.filter((specifier) => specifier !== "./sdk/mod.ts"), [], name);
      assertEquals(/\b(?:Deno|Bun|process|window|document)\.\w/.test(text), false, name);
    }
  },
});
