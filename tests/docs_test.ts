/** What the documents name is there: tasks, flags, variables, files and sections. */

import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { help } from "../config/config.ts";
import metadata from "../deno.json" with { type: "json" };
import { CLOSE_REASONS } from "../client/close_reasons.ts";
import { allowed } from "../testing/support.ts";

const ROOT = new URL("..", import.meta.url);
const DOCS = allowed
  ? ["README.md", "CONTRIBUTING.md", "SECURITY.md"].concat(
    Array.from(Deno.readDirSync(new URL("docs", ROOT)), ({ name }) => `docs/${name}`)
      .filter((path) => path.endsWith(".md")),
  )
  : [];
const textOf = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

/** Programs beside the server; their flags stand in their first comments. */
const TOOLS = ["drill/main.ts", "cli/migrate.ts", "cli/talk.ts", "bench/compare.ts"];
/** Flags of programs that are not ours. */
const OTHERS =
  /^--(?:allow-\w+|cpu-prof|yes|port|parallel|unit|output|follow|now|offline|read-only|import-map|frozen)$/;

/** What a text names by this pattern's first group, with the document that does. */
function named(pattern: RegExp): [name: string, path: string][] {
  return DOCS.flatMap((path) =>
    Array.from(textOf(path).matchAll(pattern), ([, name]) => [name, path] as [string, string])
  );
}

function test(name: string, fn: () => void): void {
  Deno.test({ name, ignore: !allowed, fn });
}

test("documents name tasks that there are", () => {
  const found = named(/deno(?:@[\d.]+)? task ([\w:]+)/g);
  assertGreater(found.length, 20);
  for (const [task, path] of found) assert(task in metadata.tasks, `${task} in ${path}`);
});

test("documents name flags and variables that there are", () => {
  const texts = [help(), ...TOOLS.map(textOf)];
  const flags = new Set(texts.flatMap((text) => text.match(/--[\w-]+/g)!));
  const found = named(/(?<![\w-])(--[a-z][\w-]*)/g);
  assertGreater(found.length, 50);
  for (const [flag, path] of found) {
    assert(flags.has(flag) || OTHERS.test(flag), `${flag} in ${path}`);
  }
  for (const [name, path] of named(/\bCHAT_([A-Z_]+)\b/g)) {
    const flag = `--${name.toLowerCase().replaceAll("_", "-")}`;
    assert(flags.has(flag) || /^(?:TOKEN|AUTH_SECRET)$/.test(name), `CHAT_${name} in ${path}`);
  }
});

test("README tells every flag with its default", () => {
  const rows = textOf("README.md").match(/^\| `--.*$/gm)!.join("\n");
  const entries = [...help().matchAll(/^ {2}--([\w-]+).*?(?:\(([a-z\d:.]+)\))?$/gm)]
    .filter(([, name]) => name !== "help");
  assertGreater(entries.length, 15);
  for (const [, name, initial] of entries) {
    const row = rows.split("\n").find((line) => line.includes(`--${name}`));
    assert(row, `--${name}`);
    if (initial) assert(row.includes(`\`${initial}\``), `--${name}: ${initial}`);
  }
});

test("README tells every ending with its code", () => {
  const readme = textOf("README.md");
  for (const { name, code } of Object.values(CLOSE_REASONS)) {
    assertMatch(readme, new RegExp(`^\\|[^|]*\\b${name}\\b[^|]*\\| ${code || "none"} +\\|`, "m"));
  }
});

/** As GitHub makes a section's anchor of its title. */
const anchor = (title: string) =>
  title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");

test("documents link to files and sections that there are", () => {
  const found = named(/\]\((?!https?:)([^)\s]+)\)/g);
  assertGreater(found.length, 20);
  for (const [link, path] of found) {
    const [file, section] = link.split("#");
    const target = file ? new URL(file, new URL(path, ROOT)).href.slice(ROOT.href.length) : path;
    assert(Deno.statSync(new URL(target, ROOT)), `${link} in ${path}`);
    if (!section) continue;
    const titles = Array.from(textOf(target).matchAll(/^#+ (.+)$/gm), ([, title]) => anchor(title));
    assert(titles.includes(section), `${link} in ${path}`);
  }
});

test("documents and packages agree on what it is made of", () => {
  const rows = [...textOf("README.md").matchAll(/^\| (`[@a-z].*?`) +\|/gm)]
    .flatMap(([, cell]) => cell.match(/[@a-z][\w/@-]+/g)!);
  const packages = Object.values(metadata.imports)
    .map((to) => /^\w+:((?:@[^/]+\/)?[^@/]+)@/.exec(to)![1])
    .concat("esbuild"); // no import: Deno itself loads it
  assertEquals(rows.sort(), [...new Set(packages)].sort());
});
