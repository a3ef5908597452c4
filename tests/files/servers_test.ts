/** Several servers that share a Redis and a folder of files. */

import { assertEquals } from "@std/assert";
import { filesUnder, Uploader } from "../../testing/files.ts";
import { redisTest } from "../../testing/redis.ts";
import { OwnRedis } from "../../testing/redis_server.ts";
import { serveChat } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

redisTest(
  "Files: several servers name a file once, show it alike, and delete it alike",
  async () => {
    await using redis = await OwnRedis.start();
    const folder = await Deno.makeTempDir();
    {
      const flags = ["--db", redis.url, "--files", folder];
      await using one = await serveChat(...flags);
      await using other = await serveChat(...flags);
      const here = new Uploader(one.host, "ann");
      const there = new Uploader(other.host, "ann");
      const bob = new Uploader(other.host, "bob");

      for (let seq = 1; seq <= 9; seq += 2) {
        const file = await here.send("x");
        // Both servers have looked the file up by the time one of them is first.
        const both = await Promise.all([
          here.say({ text: "here", files: [file.id] }),
          there.say({ text: "there", files: [file.id] }),
        ]);
        assertEquals(both.map(({ status }) => status).sort(), [201, 410]);
        assertEquals([await here.status(file), await bob.status(file)], [200, 200]);
        assertEquals(await there.remove(seq), 201);
        assertEquals([await here.status(file), await bob.status(file)], [404, 404]);
      }
      const left = await there.send("left");
      await there.say({ text: "see", files: [left.id] });
      assertEquals(await here.remove(11), 201);
      assertEquals([await here.status(left), await there.status(left)], [404, 404]);
    }
    // A server that is started later finds what the others did not delete any more.
    await using _later = await serveChat("--db", redis.url, "--files", folder);
    const files = async () => (await filesUnder(folder)).filter((path) => path.includes("/"));
    await until(async () => (await files()).length === 0, "the files to go");
    await Deno.remove(folder, { recursive: true });
  },
);
