/**
 * `deno task build`: bundles the page and writes it where `built_page.ts` looks for it, for the compiled
 * program and the published package, which cannot bundle it themselves.
 *
 * A Deno that cannot bundle may still compile: then an existing page of the same sources is kept, and
 * without one the exit code is 1.
 */

import { BUILT, bundlePage, canBundle, digestOfSources } from "./bundle.ts";

const path = new URL(`../../${BUILT}`, import.meta.url);

async function isCurrent(): Promise<boolean> {
  try {
    const { sources } = JSON.parse(await Deno.readTextFile(path));
    return sources === await digestOfSources();
  } catch {
    return false;
  }
}

if (!await isCurrent()) {
  if (!canBundle()) {
    console.error("hubbub: this Deno cannot make the page: run deno task build with Deno 2.9.6");
    Deno.exit(1);
  }
  // Renamed into place, since a server may be starting.
  const draft = new URL(`${path.href}.${Deno.pid}`);
  await Deno.writeTextFile(draft, JSON.stringify(await bundlePage()));
  await Deno.rename(draft, path);
}
