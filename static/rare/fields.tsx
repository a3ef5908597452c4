/** The parts of forms: a group with a title, a line of text, a tick. */

import { type ComponentChildren, Problem, useId } from "../kit.ts";

export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="group">
      <h3>{title}</h3>
      <div>{children}</div>
    </section>
  );
}

interface InputProps {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  /** What is wrong with the value; it takes the place of the hint. */
  readonly fault?: string;
  readonly isEmail?: boolean;
  /** The title of its group is a label that is seen. */
  readonly isAlone?: boolean;
  /** The most characters, if they are not those of a name. */
  readonly most?: number;
  readonly set: (value: string) => void;
}

const MOST_OF_NAME = 64;
const MOST_OF_EMAIL = 254;

export function Input({ label, value, hint, fault, isEmail, isAlone, most, set }: InputProps) {
  const id = useId();
  return (
    <>
      <label class="label">
        <b class={isAlone ? "unseen" : undefined}>{label}</b>
        <input
          class="input"
          dir="auto"
          list={undefined}
          type={isEmail ? "email" : "text"}
          maxLength={most ?? (isEmail ? MOST_OF_EMAIL : MOST_OF_NAME)}
          autocomplete={isEmail ? "email" : most ? "off" : "nickname"}
          aria-describedby={id}
          aria-invalid={fault !== undefined}
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      </label>
      {fault ? <Problem id={id}>{fault}</Problem> : <p class="hint" id={id}>{hint}</p>}
    </>
  );
}

export function Tick(
  { label, value, set }: { label: string; value: boolean; set: (value: boolean) => void },
) {
  return (
    <label class="tick">
      <input
        type="checkbox"
        checked={value}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
