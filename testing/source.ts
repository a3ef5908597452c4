/** The project's own source, as tests of its structure see it: which files there are, who imports whom. */

import { allowed } from "./permissions.ts";

const ROOT = new URL("..", import.meta.url);

/** Files by their paths from the root, with the paths of what each imports from the project. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Folders that hold no source. */
const OTHERS = ["node_modules", "coverage"];

/** The text of a file; `path` is from the root, here and below. */
export function textOf(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Whether there is a file or folder. */
export function exists(path: string): boolean {
  try {
    return Boolean(Deno.statSync(new URL(path, ROOT)));
  } catch {
    return false;
  }
}

/** All files of the project; none without the permission to read them. */
export function filesIn(folder = ""): string[] {
  if (!allowed) return [];
  return Array.from(Deno.readDirSync(new URL(folder || ".", ROOT))).flatMap((entry) => {
    if (entry.name.startsWith(".") || OTHERS.includes(entry.name)) return [];
    const path = folder + entry.name;
    return entry.isDirectory ? filesIn(`${path}/`) : [path];
  });
}

/** Whether a file is TypeScript. */
export const isSource = (path: string): boolean => /\.tsx?$/.test(path);

/** How many lines a file has. */
export function linesOf(path: string): number {
  return textOf(path).trimEnd().split("\n").length;
}

/** Which of the project's files each of these imports, types included; packages are left out. */
export function graphOf(paths: readonly string[]): Graph {
  return new Map(paths.map((path) => [path, importsOf(textOf(path), path)]));
}

/** What the text of a module at `path` imports from the project. */
export function importsOf(text: string, path: string): string[] {
  const code = text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
  const specifiers = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g);
  return Array.from(specifiers, ([, to]) => {
    return decodeURIComponent(new URL(to, new URL(path, ROOT)).href.slice(ROOT.href.length));
  });
}

/** The first way that leads back to where it began; undefined where there is none. */
export function cycleIn(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) {
      const cycle = walk(next, [...way, path]);
      if (cycle) return cycle;
    }
    done.add(path);
  };
  for (const path of graph.keys()) {
    const cycle = walk(path, []);
    if (cycle) return cycle;
  }
}
