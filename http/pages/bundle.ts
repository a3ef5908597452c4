/**
 * Bundles the page: one script, one style sheet, the template and the icon, and what the page loads only
 * when it is needed, as texts. The script remains one file, so nothing waits for a second one: what is
 * loaded later shares no module with it (the script that colours code, QR codes) or imports from it what
 * `static/kit.ts` lists (the rare parts).
 *
 * Needs the permission to read the sources, and `Deno.bundle`, which a Deno older than 2.5, a compiled
 * program, and a program without `"unstable": ["bundle"]` do not have. The result has a digest of its
 * sources, so that a page older than they are is noticed.
 */

import { createHash } from "node:crypto";
import { join } from "node:path";

/** A page as it is served, but for the addresses in the template. */
export interface BuiltPage {
  /** A digest of its sources. */
  readonly sources: string;
  readonly html: string;
  readonly icon: string;
  readonly script: string;
  /** What the page needs rarely: `{{script}}` stands for the address of the script, from which it imports. */
  readonly rare: string;
  readonly style: string;
  /** The script that colours code. */
  readonly highlighter: string;
  /** The emoji with their names, as JSON. */
  readonly emoji: { readonly en: string; readonly zh: string };
}

/** Where the page's sources are, from the root of the project. */
const FOLDERS = ["sdk", "static"];
/** Contains the versions of the libraries. */
const VERSIONS = "deno.json";
/** The file that `deno task build` writes. */
export const BUILT = "static/built.json";

/** What the parts that are loaded later take from the page's script, which exports it. */
const SHARED = ["preact/jsx-runtime", "../kit.ts"];

/** Whether this Deno can bundle. */
export const canBundle = (): boolean => "bundle" in Deno;

/** The digest of the sources as they are now; undefined if they cannot be read. */
export async function digestOfSources(): Promise<string | undefined> {
  const root = rootFolder();
  if (!root) return;
  try {
    const digest = createHash("sha256");
    for (const path of [VERSIONS, ...await sourcesIn(root)].sort()) {
      digest.update(`${path}\n`).update(await Deno.readFile(`${root}/${path}`));
    }
    return digest.digest("hex");
  } catch {
    return;
  }
}

/**
 * Bundles the page.
 *
 * @throws {Error} if a source is wrong or cannot be read; the message contains that of the bundler
 */
export async function bundlePage(): Promise<BuiltPage> {
  const root = rootFolder();
  const sources = await digestOfSources();
  if (!root || !sources) throw new Error("the page's sources cannot be read");
  // Alone: the first one may have to download the bundler, which several at once cannot do.
  const style = await bundle(`${root}/static/style/index.css`);
  const [html, icon, script, rare, highlighter, en, zh] = await Promise.all([
    Deno.readTextFile(`${root}/static/index.html`),
    Deno.readTextFile(`${root}/static/icon.svg`),
    bundle(`${root}/static/app.tsx`),
    bundleRare(`${root}/static/rare/main.tsx`),
    bundle(`${root}/static/highlighter.ts`),
    Deno.readTextFile(`${root}/static/emoji/en.json`),
    Deno.readTextFile(`${root}/static/emoji/zh.json`),
  ]);
  return { sources, html, icon, script, rare, style, highlighter, emoji: { en, zh } };
}

async function bundle(entrypoint: string, external: string[] = []): Promise<string> {
  const { success, errors, outputFiles } = await Deno.bundle({
    entrypoints: [entrypoint],
    external,
    platform: "browser",
    minify: true,
    write: false,
  });
  const text = outputFiles?.[0]?.text();
  if (success && text) return text;
  throw new Error(`the page cannot be bundled: ${errors.map(({ text }) => text).join("; ")}`);
}

/** The parts that use the page's script: in place of what that exports they have `{{script}}`. */
async function bundleRare(entrypoint: string): Promise<string> {
  const text = await bundle(entrypoint, SHARED);
  return SHARED.reduce((text, name) => text.replaceAll(`from"${name}"`, 'from"{{script}}"'), text);
}

/** The project's folder; undefined over https and in a compiled program, which has no sources. */
function rootFolder(): string | undefined {
  if (Deno.build.standalone || !import.meta.dirname) return;
  return join(import.meta.dirname, "../..");
}

async function sourcesIn(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const folders = [...FOLDERS]; folders.length > 0;) {
    const folder = folders.pop()!;
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
      const path = `${folder}/${name}`;
      if (isDirectory) folders.push(path);
      else if (path !== BUILT) found.push(path);
    }
  }
  return found;
}
