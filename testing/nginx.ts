/**
 * nginx with the configuration of `deploy/nginx.conf`, in front of servers of the test's own: a copy
 * with other ports, paths and shorter timeouts. Nothing of it is left when the test ends.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { freePort } from "./redis_server.ts";
import { allowed, within } from "./support.ts";
import { until } from "./wait.ts";

const CONFIG = new URL("../deploy/nginx.conf", import.meta.url);

function isInstalled(program: string): boolean {
  try {
    return allowed && new Deno.Command(program, { args: ["-v"], stderr: "null", stdout: "null" })
          .outputSync().code >= 0;
  } catch {
    return false;
  }
}

/** Programs that these tests lack. In CI none is reported, so that the tests fail there. */
export const missing = allowed && Deno.env.has("CI")
  ? []
  : ["nginx", "openssl"].filter((program) => !isInstalled(program));

/** Makes `cert.pem` and `key.pem` for `localhost` in the folder; returns the certificate. */
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

/** The text with these replaced; each must occur. */
function replaced(text: string, changes: [from: string, to: string][]): string {
  for (const [from, to] of changes) {
    assertStringIncludes(text, from);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** The shipped file, for these servers and ports. */
async function siteFor(folder: string, hosts: string[], port: number, plainPort: number) {
  return replaced(await Deno.readTextFile(CONFIG), [
    [
      "server 127.0.0.1:8080 max_fails=0;",
      hosts.map((host) => `server ${host} max_fails=0;`).join("\n"),
    ],
    ["listen 80;", `listen 127.0.0.1:${plainPort};`],
    ["listen [::]:80;", `listen [::1]:${plainPort};`],
    ["listen 443 ssl http2;", `listen 127.0.0.1:${port} ssl http2;`],
    ["listen [::]:443 ssl http2;", `listen [::1]:${port} ssl http2;`],
    ["/etc/ssl/hubbub/fullchain.pem", `${folder}/cert.pem`],
    ["/etc/ssl/hubbub/privkey.pem", `${folder}/key.pem`],
    ["/var/log/nginx/hubbub.log", `${folder}/access.log`],
    ["server_name chat.example.org;", "server_name localhost;"],
    ["client_header_timeout 10s;", "client_header_timeout 1s;"],
    ["client_body_timeout   10s;", "client_body_timeout   1s;"],
    ["hubbub 100;", "hubbub 20;"],
  ]);
}

/** nginx's own file, with everything that it writes in the folder. */
function mainFile(folder: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  return `${Deno.uid() === 0 ? "user root;" : ""} daemon off; worker_processes 1;
    pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 500; }
    http { ${temporary} include ${folder}/site.conf; }`;
}

/** A running nginx. */
export class Nginx implements AsyncDisposable {
  /** Its port for TLS, on 127.0.0.1 and ::1, with a certificate for `localhost`. */
  readonly port: number;
  /** Its port for plain HTTP. */
  readonly plainPort: number = freePort();
  /** The certificate. */
  readonly ca: string;
  readonly #folder: string;
  #process: Deno.ChildProcess | undefined;

  private constructor(folder: string, ca: string, port: number) {
    this.port = port;
    this.#folder = folder;
    this.ca = ca;
  }

  /** Starts one in front of the servers, given as `127.0.0.1:port`, and waits until it listens. */
  static async start(hosts: string[], port: number = freePort()): Promise<Nginx> {
    const folder = await Deno.makeTempDir();
    const nginx = new Nginx(folder, await makeCertificate(folder), port);
    const site = await siteFor(folder, hosts, nginx.port, nginx.plainPort);
    await Deno.writeTextFile(`${folder}/site.conf`, site);
    await Deno.writeTextFile(`${folder}/nginx.conf`, mainFile(folder));
    nginx.#process = new Deno.Command("nginx", {
      args: ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const failed = nginx.#process.status.then(async () => {
      throw new Error(await Deno.readTextFile(`${folder}/error.log`));
    });
    await Promise.race([until(() => nginx.#isListening(), "nginx to listen"), failed]);
    failed.catch(() => {}); // it also ends when it is stopped
    return nginx;
  }

  async #isListening(): Promise<boolean> {
    try {
      await Deno.stat(`${this.#folder}/nginx.pid`);
      (await Deno.connect({ hostname: "127.0.0.1", port: this.port })).close();
      return true;
    } catch {
      return false;
    }
  }

  /** Its log: a line for each request that is over. */
  readLog(): Promise<string> {
    return Deno.readTextFile(`${this.#folder}/access.log`);
  }

  /** Stops it, checks that its log has no token, and removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.kill("SIGTERM");
    await within(this.#process!.status, "nginx to end");
    const log = await this.readLog();
    await Deno.remove(this.#folder, { recursive: true });
    assert(!log.includes("secret-token"), "the log contains a token");
  }
}

/** Runs a test that needs nginx, and further programs, or ignores it and says why. */
export function nginxTest(name: string, lacking: string[], fn: () => Promise<void>): void {
  const absent = [...missing, ...lacking];
  const ignore = !allowed || absent.length > 0;
  const why = ignore && allowed ? ` (ignored: ${absent.join(" and ")} not installed)` : "";
  Deno.test({ name: `nginx.conf: ${name}${why}`, ignore, fn });
}
