/**
 * A person's picture: initials on a colour that follows from their id, and over it the Gravatar, if
 * there is one. It is fetched only while pictures are wanted, and not again once that has failed.
 *
 * The initials are drawn by the style sheet, so they are never copied with a message.
 */

import { useState } from "preact/hooks";
import type { Person } from "../../sdk/mod.ts";
import { you } from "../state/you.ts";
import { hueOf, initialsOf } from "../text/people.ts";

const MOST_FAILED = 1_000;
const failed = new Set<string>();

type Props = Pick<Person, "id" | "name" | "avatar"> & { class?: string };

export function Disc({ id, name, avatar, class: more = "" }: Props) {
  return (
    <span
      class={`disc ${more}`}
      style={{ "--hue": String(hueOf(id || name)) }}
      data-initials={initialsOf(name)}
      aria-hidden="true"
    >
      {avatar && you.value.pictures && <Picture hash={avatar} key={avatar} />}
    </span>
  );
}

function Picture({ hash }: { hash: string }) {
  const [state, setState] = useState("loading");
  if (failed.has(hash) || !/^[0-9a-f]{64}$/.test(hash) || state === "failed") return null;
  const fail = () => {
    if (failed.size < MOST_FAILED) failed.add(hash);
    setState("failed");
  };
  return (
    <img
      src={`https://www.gravatar.com/avatar/${hash}?s=80&d=404`}
      alt=""
      loading="lazy"
      class={state === "loading" ? "loading" : undefined}
      onLoad={() => setState("loaded")}
      onError={fail}
    />
  );
}
