/** A registry on loopback that stands for JSR in tests. */
import { createHash } from "node:crypto";

/** How a registry answers a request. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** Runs a registry that answers so, and gives its address, as `JSR_URL` takes it. */
export async function withRegistry(
  answer: Answer,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

/** Has the two packages of deno.json, in their versions; each export is an empty module. */
export function everyPackage(request: Request): Response {
  const source = "export {};\n";
  const checksum = `sha256-${createHash("sha256").update(source).digest("hex")}`;
  const { pathname } = new URL(request.url);
  if (pathname.endsWith("/mod.ts")) return new Response(source);
  if (pathname.endsWith("/meta.json")) {
    return Response.json({ versions: { "1.0.19": {}, "1.0.25": {} } });
  }
  return Response.json({
    manifest: { "/mod.ts": { size: source.length, checksum } },
    exports: { ".": "./mod.ts", "./file-server": "./mod.ts" },
  });
}
