/**
 * Whom this server is measured against: exact versions, from npm, put into a folder of the user's
 * cache the first time and used from there afterwards.
 */

import { ask, type Recipe } from "./contestant.ts";

const VERSIONS = { ws: "8.23.0", bun: "1.4.5" };

const INSTALL_MS = 300_000;

/** A peer that can take part. */
export interface Peer extends Recipe {
  readonly version: string;
}

/** Peers on the plain-text wire and on the JSON wire. */
export interface Peers {
  readonly text: readonly Peer[];
  readonly json: readonly Peer[];
}

/** Installs what is not there yet. */
export async function installPeers(tell: (line: string) => void): Promise<Peers> {
  const bunPackage = await bunFor(Deno.build.os, Deno.build.arch);
  const folder = `${cacheFolder()}/hubbub-bench/ws-${VERSIONS.ws}-bun-${VERSIONS.bun}`;
  const modules = `${folder}/node_modules`;
  const bun = `${modules}/${bunPackage}/bin/bun`;
  if (!exists(`${modules}/ws/package.json`) || !exists(bun)) {
    tell(`installing ws@${VERSIONS.ws} and ${bunPackage}@${VERSIONS.bun} into ${folder}`);
    await npmInstall(folder, [`ws@${VERSIONS.ws}`, `${bunPackage}@${VERSIONS.bun}`]);
  }
  const node = await ask("node", "--version");
  if (!node) throw new Error("Node.js is needed to measure ws: install it, or add it to the PATH");
  const script = (name: string) => `bench/peers/${name}`;
  const bunPeer = { version: `Bun ${VERSIONS.bun}`, path: "/" };
  const json = { ...bunPeer, command: [bun, script("bun_json.mjs")] };
  const db = { PEER_DB: "{folder}/peer.db" };
  return {
    text: [
      { ...bunPeer, name: "Bun publish", command: [bun, script("bun_text.mjs")] },
      {
        name: "ws on Node.js",
        version: `ws ${VERSIONS.ws} on Node.js ${node.replace("v", "")}`,
        command: ["node", script("ws_text.mjs")],
        env: { PEER_MODULES: modules },
        path: "/",
      },
    ],
    json: [
      { ...json, name: "Bun + SQLite", env: db },
      { ...json, name: "Bun + SQLite, batched", env: { ...db, PEER_BATCH: "1" } },
    ],
  };
}

async function npmInstall(folder: string, packages: string[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  // A project of its own, or npm would look for one further up.
  await Deno.writeTextFile(`${folder}/package.json`, '{"private":true}\n');
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", ...packages];
  const signal = AbortSignal.timeout(INSTALL_MS);
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("npm", { args, cwd: folder, signal }).output();
  } catch {
    throw new Error("npm is needed to install the peers: install it, or add it to the PATH");
  }
  if (output.success) return;
  const last = new TextDecoder().decode(output.stderr).trim().split("\n").slice(-3).join(" ");
  throw new Error(`npm could not install ${packages.join(" ")}: ${last}`);
}

/** The package that has Bun for this machine. */
async function bunFor(os: string, arch: string): Promise<string> {
  const platform = `${os}-${arch === "x86_64" ? "x64" : arch}`;
  if (!["linux-x64", "linux-aarch64", "darwin-x64", "darwin-aarch64"].includes(platform)) {
    throw new Error(`there is no Bun to measure against for ${platform}: use Linux or macOS`);
  }
  if (platform !== "linux-x64") return `@oven/bun-${platform}`;
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "avx2");
  return cpu.includes("avx2") ? "@oven/bun-linux-x64" : "@oven/bun-linux-x64-baseline";
}

/** Where programs put what they can get again. */
function cacheFolder(): string {
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") ||
    (home && (Deno.build.os === "darwin" ? `${home}/Library/Caches` : `${home}/.cache`));
  if (!cache) throw new Error("HOME is not set: say where to install the peers (XDG_CACHE_HOME)");
  return cache;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
