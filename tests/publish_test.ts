/**
 * What `deno publish` packs: what a program that imports the package needs, and nothing else. It
 * runs on a copy without the lock, with a registry on loopback, so it needs no JSR.
 */
import { assertEquals } from "@std/assert";
import metadata from "../deno.json" with { type: "json" };
import { everyPackage, withRegistry } from "./std_fallback/registry.ts";
import { inFolder } from "./std_fallback/support.ts";
import { importMap, test, within } from "../testing/support.ts";

const ROOT = new URL("../", import.meta.url);

/** Files of the package that are no modules. */
const PARTS = ["LICENSE", "README.md", "deno.json", "static/built.json"];

async function deno(folder: string | URL, args: string[], env = {}): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr } = await within(command.output(), "Deno to end", 60_000);
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(code, 0, text);
  return text;
}

/** Modules that are started by their addresses, and not imported. */
const WORKERS = ["./search/worker.ts"];

/** Copies what may be published; with `.gitignore`, which says what else may not. */
async function copy(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (/^\.(?!gitignore$)|^node_modules$/.test(name)) continue;
    if (isDirectory) await copy(new URL(`${name}/`, from), `${to}/${name}`);
    else await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

/** The paths below the folder, a URL, behind `before` in the text. */
function pathsIn(text: string, before: string, folder: string): string[] {
  const found = text.matchAll(new RegExp(`${before}${folder}([^\\s"]+)`, "g"));
  return Array.from(found, ([, path]) => path).sort();
}

async function packed(): Promise<string[]> {
  let paths: string[] = [];
  await inFolder(async (folder) => {
    await copy(ROOT, folder);
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ ...metadata, lock: false }));
    await deno(folder, ["run", "-A", ...importMap(), "http/pages/build.ts"]);
    await withRegistry(everyPackage, async (JSR_URL) => {
      const words = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
      paths = pathsIn(await deno(folder, words, { JSR_URL }), "\n +", `file://${folder}/`);
    });
  });
  return paths;
}

/** The modules that the package exports, with all that they import. */
async function modules(): Promise<string[]> {
  const found: string[] = [];
  for (const entry of [...Object.values(metadata.exports), ...WORKERS]) {
    const graph = await deno(ROOT, ["info", "--json", ...importMap(), entry]);
    found.push(...pathsIn(graph, '"specifier": "', ROOT.href));
  }
  return found.filter((path) => !path.startsWith("std-fallback/"));
}

test("deno publish: packs what the exports import, the built page and the documents", async () => {
  const wanted = new Set([...await modules(), ...PARTS]);
  assertEquals(await packed(), [...wanted].sort());
});
