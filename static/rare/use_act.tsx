/** Asking the server for something, and what the reader is told of it. */

import { type ComponentChildren, Problem, useEffect, useId, useState } from "../kit.ts";
import { failureOf } from "./failure.ts";

interface Act {
  /** Does it; false if the server refused. @param done what is said afterwards */
  readonly act: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
  /** What is said of the last one. */
  readonly outcome: ComponentChildren;
}

/** Something that can be done, one at a time, and what came of it. */
export function useAct(): Act {
  const [{ done, problem }, setState] = useState({ done: "", problem: "" });
  const act = async (work: () => Promise<unknown>, done = "") => {
    try {
      await work();
      setState({ done, problem: "" });
      return true;
    } catch (error) {
      setState({ done: "", problem: failureOf(error).why });
      return false;
    }
  };
  return { act, outcome: <Outcome done={done} problem={problem} /> };
}

function Outcome({ done, problem }: { done: string; problem: string }) {
  const id = useId();
  return (
    <>
      {problem && <Problem id={id}>{problem}</Problem>}
      <p class={done ? "hint" : "unseen"} role="status">{done}</p>
    </>
  );
}

/** What was loaded. */
export interface Loaded<T> {
  /** Undefined until it has come. */
  readonly value: T | undefined;
  readonly problem: string;
  readonly reload: () => Promise<void>;
}

/** Loads something when it is drawn. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [value, setValue] = useState<T | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const reload = async () => {
    try {
      setValue(await load());
      setProblem("");
    } catch (error) {
      setProblem(failureOf(error).why);
    }
  };
  useEffect(() => void reload(), []);
  return { value, problem, reload };
}
