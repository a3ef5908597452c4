/** The settings: nothing is changed before Save. */

import type { ComponentChildren } from "preact";
import { change, FormDialog, isName, Problem, useState, words, type You, you } from "../kit.ts";

export function Settings() {
  const [wanted, setWanted] = useState(you.peek());
  const [problem, setProblem] = useState<"name" | "email" | undefined>();
  const set = (some: Partial<You>) => setWanted((before) => ({ ...before, ...some }));
  const save = () => {
    const given = { ...wanted, name: wanted.name.trim(), email: wanted.email.trim() };
    const wrong = !isName(given.name)
      ? "name"
      : given.email && !given.email.includes("@")
      ? "email"
      : undefined;
    setProblem(wrong);
    if (!wrong) change(given);
    return !wrong;
  };
  return (
    <FormDialog title={words.settings} done={words.save} save={save}>
      <Group title={words.profile}>
        <Input
          label={words.name}
          value={wanted.name}
          hint={problem === "name" ? words.badName : words.nameHint}
          isWrong={problem === "name"}
          set={(name) => set({ name })}
        />
        <Input
          label={words.email}
          value={wanted.email}
          hint={problem === "email" ? words.badEmail : words.emailHint}
          isWrong={problem === "email"}
          isEmail
          set={(email) => set({ email })}
        />
        <Tick
          label={words.pictures}
          value={wanted.pictures}
          set={(pictures) => set({ pictures })}
        />
      </Group>
      <Group title={words.notifications}>
        <Tick
          label={words.notify}
          value={wanted.notify}
          set={async (notify) => set({ notify: notify && await mayNotify() })}
        />
        <Tick label={words.sound} value={wanted.sound} set={(sound) => set({ sound })} />
      </Group>
    </FormDialog>
  );
}

async function mayNotify(): Promise<boolean> {
  return await globalThis.Notification?.requestPermission() === "granted";
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="group">
      <h3>{title}</h3>
      <div>{children}</div>
    </section>
  );
}

interface InputProps {
  label: string;
  value: string;
  hint: string;
  isWrong: boolean;
  isEmail?: boolean;
  set: (value: string) => void;
}

export function Input({ label, value, hint, isWrong, isEmail, set }: InputProps) {
  const id = isEmail ? "emailHint" : "nameHint";
  return (
    <>
      <label class="label">
        <b>{label}</b>
        <input
          class="input"
          dir="auto"
          list={undefined}
          type={isEmail ? "email" : "text"}
          maxLength={isEmail ? 254 : 64}
          autocomplete={isEmail ? "email" : "nickname"}
          aria-describedby={id}
          aria-invalid={isWrong}
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      </label>
      {isWrong ? <Problem id={id}>{hint}</Problem> : <p class="hint" id={id}>{hint}</p>}
    </>
  );
}

function Tick(
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
