/** What `--db` accepts and reports of a Redis that cannot be used. */

import { assert, assertEquals } from "@std/assert";
import { freePort, OwnRedis } from "../../../testing/redis_server.ts";
import { redisTest } from "../../../testing/redis.ts";
import { run, test } from "../../../testing/support.ts";
import { makeCertificate } from "../../../testing/nginx.ts";

async function assertRefused(db: string, words: RegExp, env = {}): Promise<void> {
  const { code, stderr } = await run(["--db", db, "--addr", "127.0.0.1:0"], env);
  assertEquals([code, stderr.trim().split("\n").length], [1, 1], stderr);
  assert(words.test(stderr), stderr);
  assert(!stderr.includes("secret"), "it reports the password");
}

redisTest("--db: reports in one line why a Redis cannot be used", async () => {
  await using redis = await OwnRedis.start("--requirepass", "secret1");
  const address = `127.0.0.1:${redis.port}`;
  await assertRefused(`redis://${address}`, /password/);
  await assertRefused(`redis://:secret2@${address}`, /password/);
  await assertRefused(`redis://:secret1@${address}/99`, /database/);
  await assertRefused(`rediss://:secret1@${address}`, /rediss/);
  await assertRefused("redis://127.0.0.1:1", /no Redis answers/);
  await assertRefused("redis://no.such.host.invalid", /no Redis answers/);
});

redisTest("--db: trusts the certificate of a Redis if DENO_CERT does", async () => {
  const folder = await Deno.makeTempDir();
  await makeCertificate(folder);
  const cert = `${folder}/cert.pem`;
  const port = String(freePort());
  const files = ["--tls-cert-file", cert, "--tls-key-file", `${folder}/key.pem`];
  const flags = ["--tls-port", port, ...files, "--tls-auth-clients", "no"];
  await using _redis = await OwnRedis.start("--requirepass", "secret1", ...flags);
  const url = `rediss://:secret2@localhost:${port}`;
  await assertRefused(url, /certificate is not trusted .*DENO_CERT/);
  // It comes that far only behind the handshake.
  await assertRefused(url, /password/, { DENO_CERT: cert });
  await Deno.remove(folder, { recursive: true });
});

redisTest("--db: refuses a Redis whose keys are another program's", async () => {
  await using redis = await OwnRedis.start();
  await redis.ask("LPUSH", "hubbub:epoch", "x");
  await assertRefused(redis.url, /hubbub:epoch is a list and no string/);
});

/** Answers to `INFO` as a Redis with this text would, and to everything else with OK. */
async function withInfo(info: string, use: (url: string) => Promise<void>): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async (connection: Deno.TcpConn) => {
    for await (const bytes of connection.readable) {
      const asked = new TextDecoder().decode(bytes);
      const answer = asked.includes("INFO") ? `$${info.length}\r\n${info}\r\n` : "+OK\r\n";
      await connection.write(new TextEncoder().encode(answer)).catch(() => {});
    }
  };
  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const connection of listener) all.push(serve(connection));
    await Promise.allSettled(all);
  })();
  await use(`redis://127.0.0.1:${listener.addr.port}`);
  listener.close();
  await serving;
}

test("--db: refuses a Redis that is too old", async () => {
  await withInfo("# Server\r\nredis_version:5.0.14\r\n", async (url) => {
    await assertRefused(url, /Redis 5\.0\.14, and 6\.2 or newer/);
  });
});

test("--db: accepts no URL but of a Redis, and exits with 2", async () => {
  const bad = ["redis:///1", "redis://host/x", "http://host", "redis://host?x=1", "redis://"];
  for (const url of bad) {
    const { code, stderr } = await run(["--db", url]);
    assertEquals([code, /--db: .* is not accepted/.test(stderr)], [2, true], stderr);
  }
});
