/** The documents name only what exists: tasks, flags, files, sections, limits, routes, codes, events. */

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { help } from "../config/config.ts";
import { LIMITS } from "../config/limits.ts";
import metadata from "../deno.json" with { type: "json" };
import { Counters } from "../telemetry/counters.ts";
import { allowed, test } from "../testing/permissions.ts";
import { exists, filesIn, isSource, textOf } from "../testing/source.ts";

const FILES = filesIn();
const DOCS = FILES.filter((path) => /^(?:docs\/)?[^/]+\.md$/.test(path));
const PROGRAM = FILES.filter((path) => isSource(path) && !/^(?:tests|testing|bench)\//.test(path));

/** Programs beside the server; their comments and usage texts name their flags. */
const TOOLS = [
  "drill/main.ts",
  "cli/migrate.ts",
  "cli/talk.ts",
  "bench/compare.ts",
  "people/admin/order.ts",
];
const FLAGS = new Set(
  [help(), ...allowed ? TOOLS.map(textOf) : []].flatMap((text) => text.match(/--[\w-]+/g) ?? []),
);
/** Flags of programs that are not ours. */
const OTHERS =
  /^--(?:allow-\w+|cpu-prof|yes|port|parallel|unit|output|follow|now|offline|read-only|import-map|frozen|no-prompt)$/;
/** Files that a build makes. */
const MADE = ["static/built.json"];

/** What these files name by the pattern's first group, with the file that does. */
function named(pattern: RegExp, paths: readonly string[] = DOCS): [name: string, path: string][] {
  return paths.flatMap((path) =>
    Array.from(textOf(path).matchAll(pattern), ([, name]) => [name, path] as [string, string])
  );
}

/** A section of a document, from its heading to the next one of the same level. */
function section(path: string, title: string): string {
  const [, ...sections] = textOf(path).split(/^## /m);
  const found = sections.find((text) => text.startsWith(`${title}\n`));
  assert(found, `${title} in ${path}`);
  return found;
}

/** The first cells of a table's rows, without its head. */
function firstCells(table: string): string[] {
  return Array.from(table.matchAll(/^\| (.+?) +\|/gm), ([, cell]) => cell).slice(1)
    .filter((cell) => !/^-+$/.test(cell));
}

test("documents: name tasks that exist", () => {
  const found = named(/deno(?:@[\d.]+)? task ([\w:]+)/g);
  assertGreater(found.length, 20);
  for (const [task, path] of found) assert(task in metadata.tasks, `${task} in ${path}`);
});

test("documents: name flags and variables that exist", () => {
  const found = named(/(?<![\w-])(--[a-z][\w-]*)/g);
  assertGreater(found.length, 50);
  for (const [flag, path] of found) {
    assert(FLAGS.has(flag) || OTHERS.test(flag), `${flag} in ${path}`);
  }
  for (const [name, path] of named(/\bCHAT_([A-Z_]+)\b/g)) {
    const flag = `--${name.toLowerCase().replaceAll("_", "-")}`;
    assert(FLAGS.has(flag) || /^(?:TOKEN|AUTH_SECRET)$/.test(name), `CHAT_${name} in ${path}`);
  }
});

test("comments: name flags that exist", () => {
  const inComments = /^\s*(?:\*|\/\*\*|\/\/).*?`(--[a-z][\w-]*)/gm;
  const found = named(inComments, PROGRAM.filter((path) => !path.startsWith("std-fallback/")));
  assertGreater(found.length, 10);
  for (const [flag, path] of found) {
    assert(FLAGS.has(flag) || OTHERS.test(flag), `${flag} in ${path}`);
  }
});

test("LIMITS: has every limit that a document or comment names", () => {
  const found = named(/\bLIMITS\.(\w+)/g, [...DOCS, ...PROGRAM]);
  assertGreater(found.length, 100);
  for (const [name, path] of found) assert(name in LIMITS, `LIMITS.${name} in ${path}`);
});

test("OPERATIONS.md: lists every flag with its default, and no other", () => {
  const rows = section("docs/OPERATIONS.md", "Flags").match(/^\| `--.*$/gm)!;
  const entries = [...help().matchAll(/^ {2}--([\w-]+).*?(?:\(([a-z\d:.]+|Hubbub)\))?$/gm)]
    .filter(([, name]) => name !== "help");
  assertGreater(entries.length, 20);
  for (const [, name, initial] of entries) {
    const row = rows.find((line) =>
      line.includes(`\`--${name}\``) || line.includes(`\`--${name} `)
    );
    assert(row, `--${name}`);
    if (initial) assert(row.includes(`\`${initial}\``), `--${name}: ${initial}`);
  }
  const listed = rows.flatMap((row) => row.split("|")[1].match(/--[\w-]+/g)!);
  assertEquals(listed.sort(), entries.map(([, name]) => `--${name}`).sort());
});

test("OPERATIONS.md: lists every event of the log, and no other", () => {
  const logged = named(/\blog\??\.(?:info|warn|error)\(\s*"([^"]+)"/g, PROGRAM);
  const composed = ["log lines dropped", "database file is missing", "database file is replaced"];
  const events = new Set([...logged.map(([event]) => event), ...composed]);
  const listed = firstCells(section("docs/OPERATIONS.md", "Logs"))
    .flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, event]) => event));
  assertEquals(listed.sort(), [...events].sort());
});

test("README.md: lists every close reason with its code, and no other", () => {
  const table = section("README.md", "How a connection ends");
  for (const { name, code } of Object.values(CLOSE_REASONS)) {
    assertMatch(table, new RegExp(`^\\|[^|]*\\b${name}\\b[^|]*\\| ${code || "none"} +\\|`, "m"));
  }
  const names = firstCells(table).flatMap((cell) => cell.split(", "));
  assertEquals(names.sort(), Object.values(CLOSE_REASONS).map(({ name }) => name).sort());
});

test("PROTOCOL.md: lists every error code, and no other", () => {
  const [, table] = textOf("docs/PROTOCOL.md").split(/^\| error code .*$/m);
  const rows = table.split("\n\n")[0].matchAll(/^\| `(\w+)`/gm);
  const listed = Array.from(rows, ([, code]) => code);
  assertEquals(listed.sort(), [...new Counters().refusals.keys()].map(String).sort());
});

test("PROTOCOL.md: lists every route with its methods", () => {
  const text = textOf("docs/PROTOCOL.md");
  const routes = [...textOf("http/routes.ts").matchAll(/^ {2}route\("(.+?)", \{(.*)\}\)/gm)];
  assertGreater(routes.length, 10);
  for (const [, path, options] of routes) {
    const shown = path.replace(/:(\w+)(?:\(.*?\))?/g, "{$1}");
    for (const [method] of options.matchAll(/\b[A-Z]+\b(?=:)/g)) {
      const places = ["`", "?", "["].map((end) => `\`${method} ${shown}${end}`);
      assert(places.some((place) => text.includes(place)), `${method} ${shown}`);
    }
  }
});

test("documents: name files that exist", () => {
  const found = named(/`((?:[\w-]+\/)*[\w.-]+\.(?:tsx?|json|md|conf|service)|(?:[\w-]+\/)+)`/g);
  assertGreater(found.length, 60);
  for (const [file, path] of found) {
    assert(exists(file) || MADE.includes(file), `${file} in ${path}`);
  }
});

test("ARCHITECTURE.md: has every folder with source on its map", () => {
  const map = section("docs/ARCHITECTURE.md", "The map");
  const folders = FILES.filter(isSource).filter((path) => path.includes("/"))
    .map((path) => path.split("/")[0]);
  for (const folder of new Set(folders)) assert(map.includes(`\`${folder}/\``), folder);
});

/** As GitHub makes a section's anchor of its title. */
const anchor = (title: string) =>
  title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");

test("documents: link to files and sections that exist", () => {
  const found = named(/\]\((?!https?:)([^)\s]+)\)/g);
  assertGreater(found.length, 20);
  for (const [link, path] of found) {
    const [file, section] = link.split("#");
    const target = file ? new URL(file, `file:///${path}`).pathname.slice(1) : path;
    assert(exists(target), `${link} in ${path}`);
    if (!section) continue;
    const titles = Array.from(textOf(target).matchAll(/^#+ (.+)$/gm), ([, title]) => anchor(title));
    assert(titles.includes(section), `${link} in ${path}`);
  }
});

test("README.md: lists the packages that deno.json imports, and no other", () => {
  const rows = [...section("README.md", "Dependencies").matchAll(/^\| (`[@a-z].*?`) +\|/gm)]
    .flatMap(([, cell]) => cell.match(/[@a-z][\w/@-]+/g)!);
  const packages = Object.values(metadata.imports)
    .map((to) => /^\w+:((?:@[^/]+\/)?[^@/]+)@/.exec(to)![1])
    .concat("esbuild"); // no import: Deno itself loads it
  assertEquals(rows.sort(), [...new Set(packages)].sort());
});
