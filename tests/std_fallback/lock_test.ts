/**
 * deno.json, deno.lock and import_map.json, which have to agree, and the program that brings them in
 * line. All of it holds whether or not JSR can be reached.
 */
import node from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import map from "../../std-fallback/import_map.json" with { type: "json" };
import { inFolder, lacks } from "./support.ts";

const ROOT = new URL("../../", import.meta.url);
const ignore = lacks("read", "write", "run");

/** As much of the format of deno.lock, version 5, as is looked at. */
interface Lock {
  specifiers: Record<string, string>;
  jsr: Record<string, { integrity: string }>;
  npm: Record<string, { integrity: string }>;
  workspace: { dependencies: string[] };
}

/** The package of an import, with its version, and without what is imported of it. */
function packageOf(specifier: string): string {
  const [found] = /^(?:jsr|npm):(?:@[^/]+\/)?[^/@]+@[^/]+/.exec(specifier)!;
  return found;
}

const packages = [...new Set(Object.values(config.imports).map(packageOf))].sort();

async function readLock(folder: string | URL): Promise<Lock> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.lock", folder)));
}

Deno.test("deno.json: every import names one exact version", () => {
  for (const name of packages) node.match(name, /@\d+\.\d+\.\d+(-[\w.]+)?$/);
});

Deno.test("import_map.json: it has the imports of deno.json, with stand-ins for JSR's", () => {
  const standIns: Record<string, string> = map.imports;
  node.deepStrictEqual(Object.keys(standIns).sort(), Object.keys(config.imports).sort());
  for (const [name, to] of Object.entries(config.imports)) {
    if (to.startsWith("jsr:")) node.match(standIns[name], /^\.\/\w+\.ts$/);
    else node.strictEqual(standIns[name], to);
  }
});

Deno.test("deno.lock: it is frozen and has the imports of deno.json", { ignore }, async () => {
  node.deepStrictEqual(config.lock, { path: "deno.lock", frozen: true });
  const lock = await readLock(ROOT);
  node.deepStrictEqual(lock.workspace.dependencies.toSorted(), packages);
  for (const specifier of packages) node.ok(specifier in lock.specifiers, specifier);
});

Deno.test("deno.lock: it has the integrity of all that is resolved", { ignore }, async () => {
  const { specifiers, jsr, npm } = await readLock(ROOT);
  for (const [specifier, version] of Object.entries(specifiers)) {
    const [, registry, name] = /^(jsr|npm):(.[^@]*)/.exec(specifier)!;
    const locked = (registry === "jsr" ? jsr : npm)[`${name}@${version}`];
    node.match(locked?.integrity ?? "", registry === "jsr" ? /^[0-9a-f]{64}$/ : /^sha512-/, name);
  }
});

/** Copies the files into the folder, without `sugar-high` in the lock and in the import map. */
async function forgetHighlighter(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/std-fallback`);
  for (const file of ["deno.json", "std-fallback/lock.ts"]) {
    await Deno.copyFile(new URL(file, ROOT), `${folder}/${file}`);
  }
  for (const file of ["deno.lock", "std-fallback/import_map.json"]) {
    const whole = await Deno.readTextFile(new URL(file, ROOT));
    const without = JSON.parse(whole, (key, value) => {
      if (/^(npm:)?sugar-high/.test(key)) return undefined;
      return Array.isArray(value) ? value.filter((word) => !/^npm:sugar-high/.test(word)) : value;
    });
    node.notDeepStrictEqual(without, JSON.parse(whole));
    await Deno.writeTextFile(`${folder}/${file}`, JSON.stringify(without));
  }
}

Deno.test(
  "lock.ts: it locks what is new and keeps the rest, without JSR",
  { ignore },
  () =>
    inFolder(async (folder) => {
      await forgetHighlighter(folder);
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: "run -A --no-lock std-fallback/lock.ts --import-map=std-fallback/import_map.json"
          .split(
            " ",
          ),
        cwd: folder,
        env: { JSR_URL: "http://127.0.0.1:1/" }, // nobody listens there
      }).output();
      node.strictEqual(code, 0, new TextDecoder().decode(stderr));
      for (const file of ["deno.lock", "std-fallback/import_map.json"]) {
        const made = await Deno.readTextFile(`${folder}/${file}`);
        node.strictEqual(made, await Deno.readTextFile(new URL(file, ROOT)), file);
      }
    }),
);
