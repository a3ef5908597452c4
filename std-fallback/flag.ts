/**
 * Decides which `@std` a task uses, reports it in one line on stderr, and prints the flag that the
 * task adds to its command: nothing for the packages from JSR, `--import-map=…` for the stand-ins.
 *
 * The first of these that applies decides:
 * 1. `HUBBUB_STD` is `jsr` or `fallback`. Any other value makes the task fail.
 * 2. Every JSR package of deno.json is in Deno's cache: JSR, without asking the network.
 * 3. JSR answers with the manifest of every one of them: JSR. How long the packages then take to
 *    download does not matter.
 * 4. Otherwise (no name server, no route, an error status, a login page, or no answer within
 *    `ANSWER_MS`) the stand-ins.
 *
 * Run it with `--cached-only`, so that the second step downloads nothing. It leaves the check of
 * integrity to the command that loads the packages: deno.lock is frozen.
 */
import config from "../deno.json" with { type: "json" };

/** How long JSR may take to answer: a firewall that drops packets never does. */
const ANSWER_MS = 1_000;

/** Name and version in `jsr:@std/http@1.0.25/file-server`. */
const SPECIFIER = /^jsr:(@[^/]+\/[^@]+)@([^/]+)/;

type Choice = { from: "jsr" | "fallback"; why: string };

async function choose(): Promise<Choice> {
  const forced = Deno.env.get("HUBBUB_STD");
  if (forced === "jsr" || forced === "fallback") return { from: forced, why: "set by HUBBUB_STD" };
  if (forced) throw new Error(`HUBBUB_STD is "${forced}"; it may be "jsr" or "fallback"`);
  const packages = Object.values(config.imports).filter((to) => to.startsWith("jsr:"));
  if (await areCached(packages)) return { from: "jsr", why: "cached" };
  const registry = Deno.env.get("JSR_URL") ?? "https://jsr.io/";
  try {
    await Promise.all(packages.map((specifier) => fetchManifest(registry, specifier)));
    return { from: "jsr", why: `${registry} answers` };
  } catch (error) {
    return { from: "fallback", why: `${registry} ${(error as Error).message}` };
  }
}

/** Whether all of them, with what they import, load without the network. */
async function areCached(specifiers: string[]): Promise<boolean> {
  const loaded = await Promise.allSettled(specifiers.map((specifier) => import(specifier)));
  return loaded.every(({ status }) => status === "fulfilled");
}

/** Resolves if the registry has the package; the error's message completes "JSR …". */
async function fetchManifest(registry: string, specifier: string): Promise<void> {
  const [, name, version] = SPECIFIER.exec(specifier)!;
  const url = new URL(`${name}/${version}_meta.json`, registry);
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(url, { signal }).catch((error) => {
    const isLate = error.name === "TimeoutError";
    throw new Error(isLate ? `did not answer within ${ANSWER_MS} ms` : "cannot be reached");
  });
  const manifest = await response.json().catch(() => undefined);
  if (!response.ok) throw new Error(`answered ${response.status} for ${name}@${version}`);
  if (!manifest?.exports) throw new Error("answered, but not as JSR does");
}

try {
  const { from, why } = await choose();
  console.error(`Using ${from === "jsr" ? "@std from JSR" : "std-fallback/ for @std"} (${why})`);
  if (from === "fallback") console.log("--import-map=std-fallback/import_map.json");
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  console.log("--import-map=HUBBUB_STD"); // no such file: the task's command stops there
}
