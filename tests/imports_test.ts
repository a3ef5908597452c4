/** The layout of the source and its imports, as docs/ARCHITECTURE.md describes them. */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { test } from "../testing/permissions.ts";
import {
  cycleIn,
  exists,
  filesIn,
  type Graph,
  graphOf,
  importsOf,
  isSource,
  linesOf,
} from "../testing/source.ts";

/** Folders beside the served program. */
const BESIDE = ["tests", "testing", "bench", "drill"];
/** Files that may be imported from everywhere. */
const LEAVES = [
  "config/",
  "telemetry/log.ts",
  "telemetry/histogram.ts",
  "telemetry/redis_counters.ts",
  "telemetry/search_counters.ts",
  "client/close_reasons.ts",
  "hub/entry.ts",
  "hub/person.ts",
  "hub/room_name.ts",
];
/** The contracts, and what the members of a family share. */
const JOURNAL = [
  "journal/journal.ts",
  "journal/entries.ts",
  "journal/changes.ts",
  "journal/room_query.ts",
];
const HUB = ["hub.ts", "hub/"];
const CLIENT = ["client.ts", "client/"];
const FOR_HUB = [...HUB, ...JOURNAL, "wire/wire.ts", "telemetry/counters.ts"];
const FOR_CLIENT = [...CLIENT, ...HUB, ...JOURNAL, "files/", "wire/", "telemetry/counters.ts"];

/**
 * What an area may import beside itself. An area is every file whose path begins like this; the longest
 * beginning decides. These may not import the leaves, but for those that they name.
 */
const ALONE: Readonly<Record<string, readonly string[]>> = {
  "config/": [],
  "telemetry/log.ts": ["config/"],
  "telemetry/histogram.ts": [],
  "telemetry/redis_counters.ts": ["telemetry/histogram.ts"],
  "telemetry/search_counters.ts": ["telemetry/histogram.ts"],
  "client/close_reasons.ts": [],
  "hub/person.ts": [],
  "hub/room_name.ts": [],
  "hub/entry.ts": ["hub/person.ts", "journal/journal.ts"],
  "sdk/": [],
  "static/": ["sdk/"],
  // A bundle of its own, which must have no copy of a module with a state.
  "static/rare/": ["sdk/", "static/kit.ts", "static/text/"],
  "examples/": ["mod.ts", "sdk/mod.ts"],
  "std-fallback/": ["deno.json"],
};

/** The same, and the leaves. */
const WITH_LEAVES: Readonly<Record<string, readonly string[]>> = {
  "journal/": [],
  "wire/": ["journal/journal.ts"],
  "files/": ["journal/journal.ts", "wire/wire.ts", "wire/sanitize.ts"],
  "people/": [...HUB.slice(1), "client/own.ts", ...JOURNAL, "wire/wire.ts", "wire/sanitize.ts"],
  "search/": [...JOURNAL, "journal/prepare.ts", "wire/wire.ts"],
  "telemetry/counters.ts": ["wire/wire.ts"],
  "hub.ts": FOR_HUB,
  "hub/": FOR_HUB,
  "client.ts": FOR_CLIENT,
  "client/": FOR_CLIENT,
  "telemetry/": [...CLIENT, ...HUB, "deno.json"],
  "http/": [...CLIENT, ...HUB, ...JOURNAL, "files/", "wire/", "people/", "search/", "telemetry/"],
  "chat.ts": [...CLIENT, ...HUB, "files/", "journal/", "http/", "people/", "search/", "telemetry/"],
  "mod.ts": ["chat.ts", ...JOURNAL],
  "cli/": ["journal/", "sdk/"],
  "cli/admin.ts": ["chat.ts", "http/admin_socket.ts", "people/admin/order.ts"],
  "main.ts": ["chat.ts", "cli/", "http/", "telemetry/", "deno.json"],
};

const MAY_IMPORT: typeof ALONE = {
  ...ALONE,
  ...Object.fromEntries(
    Object.entries(WITH_LEAVES).map(([area, to]) => [area, [...to, ...LEAVES]]),
  ),
};

/** Contracts with several implementations, which do not import each other. */
const FAMILIES: readonly (readonly string[])[] = [
  ["wire/json.ts", "wire/lines.ts", "wire/gochatting.ts", "wire/events.ts"],
  ["journal/sqlite/", "journal/redis/"],
  ["http/pages/built_in.ts", "http/pages/folder.ts"],
];

const isBeside = (path: string) => BESIDE.includes(path.split("/")[0]);
const isIn = (path: string, area: string) =>
  area.endsWith("/") ? path.startsWith(area) : path === area;

function areaOf(path: string): string {
  const areas = Object.keys(MAY_IMPORT).filter((area) => isIn(path, area));
  assertGreater(areas.length, 0, `${path} belongs to no area`);
  return areas.sort((a, b) => b.length - a.length)[0];
}

/** The imports that the rules above do not allow. */
function strangeImports(graph: Graph): string[] {
  return Array.from(graph).flatMap(([path, imports]) => {
    const area = areaOf(path);
    const accepted = [area, ...MAY_IMPORT[area]];
    return imports.filter((to) => !accepted.some((one) => isIn(to, one)))
      .map((to) => `${path} imports ${to}`);
  });
}

/** The imports between members of a family. */
function siblingImports(graph: Graph): string[] {
  return FAMILIES.flatMap((family) =>
    Array.from(graph).flatMap(([path, imports]) => {
      const own = family.find((member) => path.startsWith(member));
      const siblings = family.filter((member) => member !== own);
      return own === undefined ? [] : imports
        .filter((to) => siblings.some((sibling) => to.startsWith(sibling)))
        .map((to) => `${path} imports ${to}`);
    })
  );
}

const sources = filesIn().filter(isSource);
const program = sources.filter((path) => !isBeside(path));
const graph = graphOf(program);

test("importsOf: finds imports, re-exports and dynamic imports, not those in comments", () => {
  const text = [
    'import { a, type B } from "./a.ts";',
    'import type {\n  C,\n} from "../c.ts";',
    'export * from "./d/d.ts";',
    'const e = await import("./e.ts");',
    '/**\n * import { f } from "./f.ts";\n */',
    'import { g } from "npm:g";',
  ].join("\n");
  assertEquals(importsOf(text, "x/y.ts"), ["x/a.ts", "c.ts", "x/d/d.ts", "x/e.ts"]);
});

test("cycleIn: finds a cycle and nothing else", () => {
  assertEquals(cycleIn(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), undefined);
  assertEquals(cycleIn(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), ["b", "c", "b"]);
});

test("strangeImports: reports what goes upwards", () => {
  const up = new Map([["hub/tail.ts", ["client/cursor.ts", "wire/wire.ts", "config/limits.ts"]]]);
  assertEquals(strangeImports(up), ["hub/tail.ts imports client/cursor.ts"]);
});

test("imports: form no circle, not even for types", () => {
  assertGreater(graph.size, 100);
  assertGreater(graph.get("main.ts")!.length, 3);
  assertEquals(cycleIn(graph), undefined);
});

test("imports: name files that exist", () => {
  for (const [path, imports] of graph) {
    for (const to of imports) assert(exists(to), `${path} imports ${to}`);
  }
});

test("imports: go downwards", () => assertEquals(strangeImports(graph), []));

test("imports: do not connect the members of a family", () => {
  for (const member of FAMILIES.flat()) assert(exists(member), member);
  assertEquals(siblingImports(graph), []);
});

test("layout: has at most six files at the root", () => {
  const root = sources.filter((path) => !path.includes("/"));
  for (const name of ["main.ts", "hub.ts", "client.ts", "mod.ts"]) assert(root.includes(name));
  assertLess(root.length, 7, root.join(" "));
});

test("layout: has small files", () => {
  const sizes = program.map((path) => ({ path, lines: linesOf(path) }))
    .sort((a, b) => a.lines - b.lines);
  assertEquals(sizes.filter(({ lines }) => lines > 300), []);
  assertLess(sizes[Math.floor(sizes.length / 2)].lines, 100);
});

test("layout: mirrors the tree in tests/", () => {
  const folders = new Set(
    sources.filter((path) => /^tests\/.+\/[^/]+_test\.tsx?$/.test(path))
      .map((path) => path.split("/").slice(1, -1).join("/")),
  );
  const named = (folder: string) => folder === "std_fallback" ? "std-fallback" : folder;
  for (const folder of folders) assert(exists(named(folder)), `tests/${folder}`);
});
