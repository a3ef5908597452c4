import { assert, assertEquals, assertFalse } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import { RateLimiter, TokenBucket } from "../../client/rate_limit.ts";

function taken(bucket: TokenBucket, tries: number, now: number): number {
  let count = 0;
  for (let n = 0; n < tries; n++) if (bucket.take(now)) count++;
  return count;
}

Deno.test("TokenBucket.take: gives the burst at once and no more", () => {
  const bucket = new TokenBucket(20, 200, 1_000);
  assertEquals(taken(bucket, 1_000, 1_000), 200);
});

Deno.test("TokenBucket.take: fills at the rate", () => {
  const bucket = new TokenBucket(20, 200, 0);
  taken(bucket, 200, 0);
  assertFalse(bucket.take(49));
  assert(bucket.take(50));
  assertEquals(taken(bucket, 100, 1_050), 20);
});

Deno.test("TokenBucket.take: never holds more than the burst", () => {
  const bucket = new TokenBucket(20, 5, 0);
  assertEquals(taken(bucket, 100, 1e9), 5);
});

Deno.test("TokenBucket.take: fills although somebody keeps trying", () => {
  const bucket = new TokenBucket(1, 1, 0);
  let count = 0;
  for (let now = 0; now <= 10_000; now += 10) if (bucket.take(now)) count++;
  assert(count >= 10 && count <= 11, String(count));
});

Deno.test("RateLimiter.take: has a bucket for each key", () => {
  const buckets = new RateLimiter(1, 2);
  assertEquals([0, 0, 0].map((now) => buckets.take("a", now)), [true, true, false]);
  assert(buckets.take("b", 0));
  assert(buckets.take("a", 1_000));
});

Deno.test("RateLimiter.take: has no limit with a rate of 0", () => {
  const buckets = new RateLimiter(0, 1);
  for (let n = 0; n < 100; n++) assert(buckets.take("a", 0));
});

Deno.test("RateLimiter.take: forgets the key that was used longest ago once there are too many", () => {
  const buckets = new RateLimiter(1, 1);
  assert(buckets.take("first", 0));
  assert(buckets.take("second", 0));
  for (let n = 0; n < LIMITS.bucketsRemembered - 2; n++) buckets.take(`a${n}`, 0);
  assertFalse(buckets.take("first", 0));
  buckets.take("one more", 0);
  assert(buckets.take("second", 0), "the oldest is still known");
  assertFalse(buckets.take("first", 0), "one that is in use was forgotten");
});
