/**
 * How the program is started: as `deno task start` does it, with the same V8 flags, permissions and
 * variables, so that tests, drill and benchmarks run what people run.
 */

import metadata from "../deno.json" with { type: "json" };

/** The part of the task that asks where packages come from. */
const ASKING = /\$\(deno run [^)]*flag\.ts\)/;

/** The flag that this process needed for its packages, if it needed one. */
export function importMap(): string[] {
  const isFallback = import.meta.resolve("@std/assert").includes("std-fallback");
  const map = new URL("../std-fallback/import_map.json", import.meta.url);
  return isFallback ? [`--import-map=${decodeURIComponent(map.pathname)}`] : [];
}

/**
 * What `deno` takes to run the server. The packages come from where this process has its own.
 *
 * @throws {Error} if the task is one that this does not understand
 */
export function serverCommand(): string[] {
  const { command } = metadata.tasks.start;
  const [deno, ...words] = command.replace(ASKING, "$").replaceAll("'", "").split(" ");
  if (deno !== "deno" || words[0] !== "run" || !words.includes("$")) {
    throw new Error(`the start task is not understood: ${command}`);
  }
  return words.flatMap((word) => word === "$" ? importMap() : [word]);
}
