/**
 * Brings import_map.json and deno.lock in line with the imports of deno.json; run it after changing
 * one: `deno task --frozen=false lock`. Arguments: what flag.ts printed.
 *
 * Where JSR answers, everything is locked. Where it is out of reach, what deno.lock says of JSR's
 * packages is kept as it is and the rest is locked, so there only imports from npm can be changed.
 * Versions that are locked already and still fit are kept.
 */
import config from "../deno.json" with { type: "json" };

/** The stand-ins of this folder, by the names that deno.json gives to the real packages. */
const STAND_INS: Record<string, string> = {
  "@std/assert": "./assert.ts",
  "@std/http/file-server": "./file_server.ts",
};

const folder = import.meta.dirname!;
const imports = Object.entries(config.imports)
  .map(([name, to]) => [name, STAND_INS[name] ?? to]);
const map = JSON.stringify({ imports: Object.fromEntries(imports) }, null, 2);
await Deno.writeTextFile(`${folder}/import_map.json`, `${map}\n`);

const hasJsr = Deno.args.length === 0;
const packages = Object.values(config.imports).filter((to) => hasJsr || to.startsWith("npm:"));
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["cache", "--frozen=false", ...Deno.args, ...packages],
  cwd: `${folder}/..`,
}).spawn().status;
Deno.exit(code);
