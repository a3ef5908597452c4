/** Files that flags name: reading them, or refusing the flag. */

import { UsageError } from "./flags.ts";

/**
 * The text of a file.
 *
 * @param source what names the file, for the error
 * @throws {UsageError} if it cannot be read
 */
export function readable(source: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    throw new UsageError(`${source}: "${path}" is not a file that can be read`);
  }
}

/**
 * The secret in a file, without the space around it.
 *
 * @throws {UsageError} if it cannot be read, or is empty
 */
export function readSecret(source: string, path: string): string {
  const secret = readable(source, path).trim();
  if (!secret) throw new UsageError(`${source}: "${path}" is empty`);
  return secret;
}

/** Whether this is a folder that can be read. */
export function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
