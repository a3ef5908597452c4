/**
 * The test files that share a worker when `deno task test` runs all of them. With a worker for each file, as
 * a bare `deno test` has, most of the time would go into loading the same modules two hundred times.
 *
 * Every test file is in one group: the first that has a beginning of its path, else the last one. So a new
 * file needs no entry here. A group is as long as the others, as far as that can be had, and the files of a
 * folder stay together.
 */

import { containFailures } from "./failures.ts";

const GROUPS = {
  pages: ["static/page_a", "static/page_ca", "static/page_ch", "static/page_co", "static/page_e"],
  "more pages": ["static/page_"],
  drills: ["drill/", "deploy/", "bench/", "sync_test.ts"],
  servers: ["journal/redis/servers", "cli/", "main_test.ts", "telemetry/", "client"],
  redis: ["journal/redis/"],
  journals: ["journal/", "search/", "people/"],
  http: ["http/"],
  others: [""],
} satisfies Record<string, readonly string[]>;

const TESTS = new URL("../tests/", import.meta.url);

/** Imports the test files of a group, one after another. */
export async function importGroup(name: keyof typeof GROUPS): Promise<void> {
  containFailures();
  for (const path of testFiles("")) if (groupOf(path) === name) await import(`${TESTS}${path}`);
}

function groupOf(path: string): string {
  const has = ([, beginnings]: [string, readonly string[]]) =>
    beginnings.some((beginning) => path.startsWith(beginning));
  return Object.entries(GROUPS).find(has)![0];
}

/** The test files in a folder of `tests/`, with their paths from there. */
function testFiles(folder: string): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, TESTS))) {
    if (isDirectory) found.push(...testFiles(`${folder}${name}/`));
    else if (name.endsWith("_test.ts")) found.push(folder + name);
  }
  return found.sort();
}
