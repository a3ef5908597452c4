/**
 * The program that decides on `@std`, run with the very command that the tasks contain, in a folder
 * of its own without a lock, against registries on loopback. A new folder as `DENO_DIR` is an empty
 * cache.
 */
import node from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { type Answer, everyPackage, withRegistry } from "./registry.ts";
import { inFolder, lacks } from "./support.ts";

const ROOT = new URL("../../", import.meta.url);
const STAND_INS = "--import-map=std-fallback/import_map.json\n";
const ignore = lacks("read", "write", "net", "run");

/** The commands in `$(…)` of a task. */
const inner = (task: string) => Array.from(task.matchAll(/\$\((.*?)\)/g), ([, command]) => command);

const tasks = Object.values(config.tasks).map(({ command }) => command);
const [command] = inner(config.tasks.start.command);

/** Runs Deno in the folder, and answers with what it printed. */
async function deno(folder: string | URL, words: string[], env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: words,
    cwd: folder,
    env: { HUBBUB_STD: "", NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Lays out what the program reads, beside an empty cache. */
function test(name: string, use: (folder: string, cache: string) => Promise<void>): void {
  Deno.test(`flag.ts: ${name}`, { ignore }, () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/std-fallback`);
      await Deno.copyFile(new URL("std-fallback/flag.ts", ROOT), `${folder}/std-fallback/flag.ts`);
      const { imports } = config;
      await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports, lock: false }));
      await use(folder, `${folder}/cache`);
    }));
}

function decide(folder: string, JSR_URL: string, env: Record<string, string> = {}) {
  const words = command.split(" ").slice(1);
  return deno(folder, words, { JSR_URL, DENO_DIR: `${folder}/cache`, ...env });
}

Deno.test("deno.json: all tasks that need @std decide on it by one command", () => {
  const commands = tasks.flatMap(inner);
  node.deepStrictEqual(commands, commands.map(() => command));
  const without = tasks.filter((task) =>
    !inner(task).length && /main\.ts|bench\/|tests\//.test(task)
  );
  node.deepStrictEqual(without, []);
});

test("JSR is used if it answers, however long its packages take", async (folder) => {
  const never = Promise.withResolvers<Response>();
  const slow: Answer = (request) =>
    request.url.endsWith(".ts") ? never.promise : everyPackage(request);
  await withRegistry(slow, async (url) => {
    const { code, stdout, stderr } = await decide(folder, url);
    node.deepStrictEqual([code, stdout], [0, ""]);
    node.strictEqual(stderr, `Using @std from JSR (${url} answers)\n`);
    never.resolve(new Response());
  });
});

test("JSR is used from the cache without the network", async (folder, cache) => {
  const specifiers = Object.values(config.imports).filter((to) => to.startsWith("jsr:"));
  let registry = "";
  await withRegistry(everyPackage, async (url) => {
    const env = { JSR_URL: registry = url, DENO_DIR: cache };
    node.strictEqual((await deno(folder, ["cache", ...specifiers], env)).code, 0);
  });
  const { stdout, stderr } = await decide(folder, registry); // nobody listens there any more
  node.deepStrictEqual([stdout, stderr], ["", "Using @std from JSR (cached)\n"]);
});

const failures: Record<string, { answer: Answer; why: RegExp }> = {
  "lacks one package of two": {
    answer: (request) =>
      request.url.includes("/assert/")
        ? new Response(null, { status: 404 })
        : everyPackage(request),
    why: /answered 404 for @std\/assert@[\d.]+\)/,
  },
  "is out of order": {
    answer: () => new Response("{}", { status: 503 }),
    why: /answered 503/,
  },
  "is replaced by a login page": {
    answer: () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
    why: /answered, but not as JSR does/,
  },
  "is replaced by JSON of another kind": {
    answer: () => Response.json({ login: "/" }),
    why: /answered, but not as JSR does/,
  },
};

for (const [state, { answer, why }] of Object.entries(failures)) {
  test(`the stand-ins are used if JSR ${state}`, (folder) =>
    withRegistry(answer, async (url) => {
      const { code, stdout, stderr } = await decide(folder, url);
      node.deepStrictEqual([code, stdout], [0, STAND_INS]);
      node.match(stderr, /^Using std-fallback\/ for @std \(.*\)\n$/);
      node.match(stderr, why);
    }));
}

test("the stand-ins are used if JSR never answers", async (folder) => {
  const never = Promise.withResolvers<Response>();
  await withRegistry(() => never.promise, async (url) => {
    const { stdout, stderr } = await decide(folder, url);
    never.resolve(new Response());
    node.strictEqual(stdout, STAND_INS);
    node.match(stderr, /did not answer within \d+ ms\)\n$/);
  });
});

test("the stand-ins are used if JSR cannot be reached", async (folder) => {
  const { stdout, stderr } = await decide(folder, "http://127.0.0.1:1/"); // nobody listens there
  node.strictEqual(stdout, STAND_INS);
  node.match(stderr, /cannot be reached\)\n$/);
});

test("HUBBUB_STD decides, whatever JSR does", async (folder) => {
  await withRegistry(everyPackage, async (url) => {
    const { stdout, stderr } = await decide(folder, url, { HUBBUB_STD: "fallback" });
    node.deepStrictEqual([stdout, stderr], [
      STAND_INS,
      "Using std-fallback/ for @std (set by HUBBUB_STD)\n",
    ]);
  });
  const missing: Answer = () => new Response(null, { status: 404 });
  await withRegistry(missing, async (url) => {
    const { stdout, stderr } = await decide(folder, url, { HUBBUB_STD: "jsr" });
    node.deepStrictEqual([stdout, stderr], ["", "Using @std from JSR (set by HUBBUB_STD)\n"]);
  });
});

Deno.test("flag.ts: a task stops at another value of HUBBUB_STD", { ignore }, async () => {
  const { code, stdout, stderr } = await deno(ROOT, ["task", "start", "--version"], {
    HUBBUB_STD: "npm",
  });
  node.notStrictEqual(code, 0);
  node.strictEqual(stdout, "");
  node.match(stderr, /^error: HUBBUB_STD is "npm"; it may be "jsr" or "fallback"$/m);
});
