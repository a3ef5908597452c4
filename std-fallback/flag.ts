/**
 * Prints the flag that a task adds to its command: nothing if every JSR package among deno.json's
 * imports loads, from the network or from the cache; otherwise the flag that maps those names to the
 * stand-ins of this folder.
 *
 * Ends within `patience` whatever the network does, and exits 0 with either answer: a wrong guess
 * costs nothing but the real packages. Needs no permission.
 */
import config from "../deno.json" with { type: "json" };

/** Long enough for a slow network's first download, short enough for a person who waits. */
const patience = 2_500;

// Not literal: an `import()` of a literal is fetched before this file runs, out of the timer's reach.
const packages = Object.values(config.imports).filter((to) => to.startsWith("jsr:"));
const load = Promise.all(packages.map((specifier) => import(specifier)));
const tooLate = new Promise((_, reject) => setTimeout(reject, patience));

try {
  await Promise.race([load, tooLate]);
} catch {
  console.log("--import-map=std-fallback/import_map.json");
}
Deno.exit(); // a fetch that hangs would keep the process
