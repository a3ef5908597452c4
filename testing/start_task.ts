/**
 * How the server is started: with the very options of `deno task start`, so that tests, drill and bench
 * run what users run, but with the `@std` that this run has.
 */

import config from "../deno.json" with { type: "json" };

/** The option that this run needed for its packages; none where JSR answers. */
export function importMap(): string[] {
  const isFallback = import.meta.resolve("@std/assert").includes("std-fallback");
  const map = decodeURIComponent(
    new URL("../std-fallback/import_map.json", import.meta.url).pathname,
  );
  return isFallback ? [`--import-map=${map}`] : [];
}

/** Deno's arguments, to which the server's flags are added; for the repository's root. */
export function serverCommand(): string[] {
  const [, before, after] = /^deno (run .*)\$\(.*\)(.*)$/.exec(config.tasks.start.command)!;
  return [...before.trim().split(" "), ...importMap(), ...after.trim().split(" ")];
}
