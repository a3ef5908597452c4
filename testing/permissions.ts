/**
 * Tests that need permissions: they are ignored where these were not given, since a bare `deno test`
 * gives none.
 */

/** Whether this run may use the network, files and programs. */
export const allowed = (["net", "read", "write", "run", "env"] as const).every(
  (name) => Deno.permissions.querySync({ name }).state === "granted",
);

/** Runs a test that needs permissions, or ignores it. */
export function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, ignore: !allowed, fn });
}
