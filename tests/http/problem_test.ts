import { assertEquals } from "@std/assert";
import { Problem, unknownRoom } from "../../http/problem.ts";

Deno.test("Problem.response: is problem+json with type, title, status and detail", async () => {
  const response = new Problem(404, "there is nothing here").response();
  assertEquals(response.status, 404);
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  assertEquals(await response.json(), {
    type: "about:blank",
    title: "Not Found",
    status: 404,
    detail: "there is nothing here",
  });
});

Deno.test("Problem.response: carries the problem's headers", async () => {
  const response = new Problem(429, "slower", { "retry-after": "10" }).response();
  assertEquals(response.headers.get("retry-after"), "10");
  await response.body?.cancel();
});

Deno.test("Problem.response: has the code of the JSON wire where there is one", async () => {
  const problems = [
    new Problem(409, "the text has changed", {}, "changed"),
    new Problem(429, "slower"),
    unknownRoom(),
    new Problem(409, "this name is taken"),
  ];
  const bodies = await Promise.all(problems.map((problem) => problem.response().json()));
  const codes = bodies.map(({ code }) => code);
  assertEquals(codes, ["changed", "rate_limited", "unknown_room", undefined]);
});

Deno.test("Problem.response: has a title for every status of the contract", async () => {
  for (const status of [400, 401, 403, 404, 405, 413, 415, 416, 426, 429, 500, 503]) {
    const { title } = await new Problem(status, "why").response().json();
    assertEquals(typeof title, "string", String(status));
  }
});
