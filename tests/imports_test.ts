/** Who imports whom: no cycles, and families that know no neighbours. */

import { assertEquals, assertGreater } from "@std/assert";
import { allowed } from "../testing/support.ts";

const ROOT = new URL("..", import.meta.url);
const FAMILIES = ["wire", "journal", "talk"];
/** Modules that anybody may import: they know nothing of the chat but its words and numbers. */
const LEAVES = [
  "config.ts",
  "text.ts",
  "limits.ts",
  "endings.ts",
  "entry.ts",
  "journal.ts",
  "person.ts",
  "log.ts",
];

type Graph = Map<string, string[]>;

/** The paths that a module imports, from the root; packages are left out. */
function importsOf(path: string): string[] {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  const specifiers = text.matchAll(
    /^(?:import|export)\b[^"]*?from "(\.[^"]+)"|import\("(\.[^"]+)"\)/gm,
  );
  return Array.from(specifiers, ([, from, later]) => {
    const { href } = new URL(from ?? later, new URL(path, ROOT));
    return href.slice(ROOT.href.length);
  });
}

function graph(): Graph {
  const found: Graph = new Map();
  for (const folder of ["", ...FAMILIES.map((name) => `${name}/`)]) {
    for (const { name } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
      if (name.endsWith(".ts")) found.set(folder + name, importsOf(folder + name));
    }
  }
  return found;
}

/** The first way that leads back to where it began; undefined where there is none. */
function cycleIn(imports: Graph): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return;
    for (const next of imports.get(path) ?? []) {
      const cycle = walk(next, [...way, path]);
      if (cycle) return cycle;
    }
    done.add(path);
  };
  for (const path of imports.keys()) {
    const cycle = walk(path, []);
    if (cycle) return cycle;
  }
}

Deno.test("cycleIn finds a cycle and nothing else", () => {
  assertEquals(cycleIn(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), undefined);
  assertEquals(cycleIn(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), ["b", "c", "b"]);
});

Deno.test({
  name: "modules do not import each other in a circle, not even for types",
  ignore: !allowed,
  fn() {
    const imports = graph();
    assertGreater(imports.size, 25);
    assertGreater(imports.get("main.ts")!.length, 3);
    assertEquals(cycleIn(imports), undefined);
  },
});

Deno.test({
  name: "the members of a family import their contract, each other and leaves",
  ignore: !allowed,
  fn() {
    for (const [path, to] of graph()) {
      const [family, member] = path.split("/");
      if (!member) continue;
      const strange = to.filter((other) =>
        other !== `${family}.ts` && !other.startsWith(`${family}/`) && !LEAVES.includes(other)
      );
      assertEquals(strange, [], path);
    }
  },
});
