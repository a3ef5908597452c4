/** The parts of forms: a group with a title, a line of text, a tick, one of several choices, a list. */

import { type ComponentChildren, Problem, useId } from "../kit.ts";
import { useFocus } from "./use_focus.ts";

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
  /** It has the focus at once. */
  readonly isFirst?: boolean;
  readonly set: (value: string) => void;
}

const MOST_OF_NAME = 64;
const MOST_OF_EMAIL = 254;

export function Input(
  { label, value, hint, fault, isEmail, isAlone, most, isFirst, set }: InputProps,
) {
  const id = useId();
  const control = useFocus<HTMLInputElement>(isFirst, isFirst);
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
          ref={control}
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

/** One of several choices, with radio buttons of one name. */
export function Choice({ name, label, hint, isOn, choose }: {
  name: string;
  label: string;
  hint?: string;
  isOn: boolean;
  choose: () => void;
}) {
  return (
    <label class="tick choice">
      <input type="radio" name={name} checked={isOn} onChange={choose} />
      <span>
        <b>{label}</b>
        {hint && <span class="hint">{hint}</span>}
      </span>
    </label>
  );
}

/** One of several values, in a list that opens. */
export function Select<T extends string | number>({ label, options, value, text, set }: {
  label: string;
  options: readonly T[];
  value: T;
  text: (value: T) => string;
  set: (value: T) => void;
}) {
  return (
    <select
      class="input select"
      aria-label={label}
      value={String(value)}
      onChange={({ currentTarget }) => set(options[currentTarget.selectedIndex])}
    >
      {options.map((one) => <option value={String(one)} key={one}>{text(one)}</option>)}
    </select>
  );
}
