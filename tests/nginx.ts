/**
 * nginx in front of a real server, with the configuration of `docs/nginx.conf`: a copy with ports,
 * paths and patience of the test's own. Nothing of it is left when the test ends.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Child } from "../testing/child.ts";
import { freePort } from "../drill/redis.ts";
import { allowed, within } from "../testing/support.ts";

const CONFIG = new URL("../docs/nginx.conf", import.meta.url);

function installed(program: string): boolean {
  try {
    return allowed && new Deno.Command(program, { args: ["-v"], stderr: "null", stdout: "null" })
          .outputSync().code >= 0;
  } catch {
    return false;
  }
}

/** None of them in CI: there it fails without. */
const missing = allowed && Deno.env.has("CI")
  ? []
  : ["nginx", "openssl"].filter((program) => !installed(program));

/** The file's text with these replaced; each must be there. */
function adapted(text: string, changes: [from: string, to: string][]): string {
  for (const [from, to] of changes) {
    assertStringIncludes(text, from);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** A server with nginx in front of it. */
export interface Front {
  readonly child: Child;
  /** Where nginx speaks TLS, as `localhost`. */
  readonly port: number;
  readonly plainPort: number;
  /** What its certificate is checked with. */
  readonly ca: string;
}

/** Makes `cert.pem` and `key.pem` for `localhost` in the folder; answers with the first. */
export async function makeCertificate(folder: string): Promise<string> {
  const words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 " +
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost " +
    "-addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem";
  const { code, stderr } = await new Deno.Command("openssl", {
    args: words.split(" "),
    cwd: folder,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return await Deno.readTextFile(`${folder}/cert.pem`);
}

/** Starts nginx in front of the child; answers with what ends it. */
async function startNginx(folder: string, child: Child, port: number, plainPort: number) {
  const site = adapted(await Deno.readTextFile(CONFIG), [
    ["server 127.0.0.1:8080;", `server ${child.host};`],
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen 443 ssl http2;", `listen 127.0.0.1:${port} ssl http2;`],
    ["/etc/ssl/hubbub/fullchain.pem", `${folder}/cert.pem`],
    ["/etc/ssl/hubbub/privkey.pem", `${folder}/key.pem`],
    ["/var/log/nginx/hubbub.log", `${folder}/access.log`],
    ["server_name chat.example.org;", "server_name localhost;"],
    ["client_header_timeout 10s;", "client_header_timeout 1s;"],
    ["client_body_timeout   10s;", "client_body_timeout   1s;"],
    ["hubbub 100;", "hubbub 20;"],
  ]);
  await Deno.writeTextFile(`${folder}/site.conf`, site);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `${Deno.uid() === 0 ? "user root;" : ""} daemon off; worker_processes 1;
    pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 500; }
    http { ${temporary} include ${folder}/site.conf; }`,
  );
  const nginx = new Deno.Command("nginx", {
    args: ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const listening = async () => {
    await Deno.stat(`${folder}/nginx.pid`);
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  };
  await child.until(() => listening().catch(() => false), "nginx to listen");
  return async () => {
    nginx.kill("SIGTERM");
    await within(nginx.status, "nginx to end");
  };
}

/** Runs a test behind nginx; `flags` are the server's. */
export function behind(name: string, flags: string[], fn: (front: Front) => Promise<void>): void {
  const ignore = !allowed || missing.length > 0;
  const why = ignore && allowed ? ` (ignored: ${missing.join(" and ")} not installed)` : "";
  Deno.test({
    name: `nginx.conf ${name}${why}`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      let stop = () => Promise.resolve();
      try {
        await using child = await Child.start(["--trust-proxy", ...flags]);
        const ca = await makeCertificate(folder);
        const [port, plainPort] = [freePort(), freePort()];
        stop = await startNginx(folder, child, port, plainPort);
        await fn({ child, port, plainPort, ca });
        await stop();
        stop = () => Promise.resolve();
        const log = await Deno.readTextFile(`${folder}/access.log`);
        assert(log && !log.includes("secret-token"), "a token stands in the log");
      } finally {
        await stop();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
