/**
 * How the page gets to where the server runs: made of the sources, finished before, or imported from
 * a web server, where there is no folder to read.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path/posix";
import { test, within } from "../../testing/support.ts";

const ROOT = new URL("../../", import.meta.url);
const MAP = "std-fallback/import_map.json";
/** Files that the program does not need. */
const LEFT_OUT = /^(?:\.git|node_modules|tests|bench|drill|docs|coverage|built\.json.*|.*\.db.*)$/;

/** A copy of the program that may be changed. */
async function withCopy(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await copy("", folder);
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function copy(part: string, folder: string): Promise<void> {
  await Deno.mkdir(join(folder, part), { recursive: true });
  for await (const { name, isFile, isDirectory } of Deno.readDir(new URL(`./${part}`, ROOT))) {
    if (LEFT_OUT.test(name)) continue;
    if (isDirectory) await copy(`${part}${name}/`, folder);
    if (isFile) await Deno.copyFile(new URL(part + name, ROOT), join(folder, part, name));
  }
}

/** Prints the page's script, or what is served instead, and the log. */
const SHOW = (mod: string) => `
  import { openChat } from ${JSON.stringify(mod)};
  const log = (event) => console.log("LOG", event);
  const chat = await openChat({ db: ":memory:" }, { info: log, warn: log, error: log });
  const info = { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 } };
  const ask = async (path) =>
    await (await chat.fetch(new Request("http://127.0.0.1" + path), info)).text();
  const page = await ask("/");
  console.log(page);
  const script = /src="([^"]+)"/.exec(page)?.[1];
  if (script) console.log(await ask(script));
  await chat.close();
`;

async function deno(folder: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { stdout, stderr, success } = await within(command.output(), "the program", 60_000);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert(success, text(stderr));
  return text(stdout);
}

async function show(folder: string, ...flags: string[]): Promise<string> {
  await Deno.writeTextFile(join(folder, "show.ts"), SHOW("./mod.ts"));
  const rights = ["--no-prompt", "--no-check", "--allow-read", "--allow-env"];
  return await deno(folder, "run", ...rights, `--import-map=${MAP}`, ...flags, "show.ts");
}

const build = (folder: string) =>
  deno(folder, "run", "-A", "--no-check", `--import-map=${MAP}`, "http/pages/build.ts");

const builtIn = (folder: string) => join(folder, "static/built.json");
/** What `build` makes of the sources as they are, which takes most of a second. */
let made: Promise<string> | undefined;

/** As `build` would leave a copy that nobody has changed. */
async function placeBuilt(folder: string): Promise<void> {
  made ??= build(folder).then(() => Deno.readTextFile(builtIn(folder)));
  await Deno.writeTextFile(builtIn(folder), await made);
}

/** Changes a word of the page. */
async function changeWord(folder: string): Promise<void> {
  const file = join(folder, "static/words/en.ts");
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace('"Add a room"', '"Another word"'));
}

test("builtPage: serves the sources as they are, whatever was built before", async () => {
  await withCopy(async (folder) => {
    assertMatch(await show(folder), /Add a room/);
    await placeBuilt(folder);
    assertMatch(await show(folder), /Add a room/);
    await changeWord(folder);
    const shown = await show(folder);
    assertMatch(shown, /Another word/);
    assert(!/Add a room|LOG/.test(shown));
  });
});

test("builtPage: without a bundler serves what was built, and says if it is old", async () => {
  await withCopy(async (folder) => {
    assertMatch(await show(folder, "--no-config"), /LOG there is no page\n[^]*deno task build/);
    await placeBuilt(folder);
    assert(!(await show(folder, "--no-config")).includes("LOG"));
    await changeWord(folder);
    const shown = await show(folder, "--no-config");
    assertMatch(shown, /LOG the page is older than its sources/);
    assertMatch(shown, /Add a room/);
  });
});

test("builtPage: is there for a program that imports the package from a web server", async () => {
  await withCopy(async (folder) => {
    await placeBuilt(folder);
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const path = join(folder, new URL(request.url).pathname);
        try {
          return new Response(await Deno.readFile(path), { headers: typeOf(path) });
        } catch {
          return new Response("", { status: 404 });
        }
      },
    );
    const origin = `http://127.0.0.1:${server.addr.port}`;
    const elsewhere = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(join(elsewhere, "show.ts"), SHOW(`${origin}/mod.ts`));
      const rights = ["--no-prompt", "--no-check", "--allow-env", "--no-config"];
      const from = [`--allow-import=127.0.0.1`, `--import-map=${origin}/${MAP}`];
      const shown = await deno(elsewhere, "run", ...rights, ...from, "show.ts");
      assertMatch(shown, /Add a room/);
      assert(!shown.includes("LOG"), shown.slice(0, 300));
    } finally {
      await Deno.remove(elsewhere, { recursive: true });
      await server.shutdown();
    }
  });
});

function typeOf(path: string): Record<string, string> {
  const type = path.endsWith(".json") ? "application/json" : "application/typescript";
  return { "content-type": type };
}

test("build: does nothing if what is there is of these sources", async () => {
  await withCopy(async (folder) => {
    const built = builtIn(folder);
    await placeBuilt(folder);
    const { sources } = JSON.parse(await Deno.readTextFile(built));
    await Deno.writeTextFile(built, JSON.stringify({ sources, mark: "untouched" }));
    await build(folder);
    assertMatch(await Deno.readTextFile(built), /untouched/);
    await changeWord(folder);
    await build(folder);
    assertMatch(await Deno.readTextFile(built), /Another word/);
    const left = Array.from(Deno.readDirSync(join(folder, "static")), ({ name }) => name);
    assertEquals(left.filter((name) => name.startsWith("built")), ["built.json"]);
  });
});
