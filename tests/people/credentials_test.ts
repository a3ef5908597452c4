import { assertEquals } from "@std/assert";
import { credentialOf } from "../../people/credentials.ts";

function found(headers: Record<string, string>, query = "") {
  const url = `http://localhost/${query}`;
  const credential = credentialOf(new Request(url, { headers }), new URL(url), "mine");
  return credential && `${credential.kind} ${credential.value}`;
}

Deno.test("credentialOf: takes the bearer, then the query, then the cookie", () => {
  const headers = { authorization: "Bearer one", cookie: "mine=three" };
  assertEquals(found(headers, "?token=two"), "bearer one");
  assertEquals(found({ cookie: "mine=three" }, "?token=two"), "query two");
  assertEquals(found({ cookie: "mine=three" }), "cookie three");
  assertEquals(found({}), undefined);
});

Deno.test("credentialOf: takes no other scheme for a bearer, and its name in any case", () => {
  assertEquals(found({ authorization: "bearer  one" }), "bearer one");
  for (const authorization of ["Basic b25l", "Bearer", "Bearer a b", "one", "XBearer one"]) {
    assertEquals(found({ authorization }), undefined, authorization);
  }
});

Deno.test("credentialOf: of several cookies takes one that was issued here, if it is among the first", () => {
  const url = new URL("http://localhost/");
  const find = (cookie: string) => {
    const request = new Request(url, { headers: { cookie } });
    return credentialOf(request, url, "mine", (value) => value.startsWith("good"))?.value;
  };
  assertEquals(find("mine=bad; mine=good1; mine=good2"), "good1");
  assertEquals(find("mine=bad1; mine=bad2"), "bad1");
  assertEquals(find(`${"mine=bad; ".repeat(4)}mine=good`), "bad");
});

Deno.test("credentialOf: takes the first cookie of exactly this name", () => {
  const cookies = {
    "a=1; mine=2; mine=3": "2",
    " mine = 2 ;x": "2",
    "mine=a=b": "a=b",
    "xmine=1; mine=2": "2",
    "mine2=1; Mine=2; mine": undefined,
    "mine=": undefined,
    "=mine": undefined,
  };
  for (const [cookie, value] of Object.entries(cookies)) {
    assertEquals(found({ cookie }), value && `cookie ${value}`, cookie);
  }
});
