/** What the tests of std-fallback/ share. Nothing here imports `@std`, which they are about. */

/** Whether this run was not granted all of these; a test that needs them is ignored then. */
export function lacks(...names: ("read" | "write" | "net" | "run")[]): boolean {
  return names.some((name) => Deno.permissions.querySync({ name }).state !== "granted");
}

/** Lends a new folder, and removes it afterwards. */
export async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
