/** The drawings on buttons: one path each, in a square of 20. */

const PATHS = {
  bell: "M4.5 13.5c1.2-1 1.5-2.5 1.5-4.7a4 4 0 0 1 8 0c0 2.2.3 3.7 1.5 4.7zM8.5 16h3",
  bin: "M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5",
  block: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM5.2 5.2l9.6 9.6",
  close: "m5.5 5.5 9 9M14.5 5.5l-9 9",
  check: "m4 10.5 4 4 8-9",
  clip: "m15.5 9.5-5.2 5.2a3.2 3.2 0 0 1-4.6-4.6l5.6-5.6a2.2 2.2 0 0 1 3.1 3.1l-5.4 5.4" +
    "a1 1 0 0 1-1.5-1.5l4.8-4.8",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6.5V10l2.5 1.5",
  copy: "M7.5 7.5h8v9h-8zM12.5 7.5v-4h-8v9h3",
  down: "M10 4v11.5M5 10.5l5 5 5-5",
  edit: "m4 16 .7-3.2L13 4.5a1.6 1.6 0 0 1 2.5 2.5l-8.3 8.3L4 16z",
  file: "M5.5 3h6l3.5 3.5V17h-9.5zM11.5 3v3.5H15M8 10.5h4.5M8 13.5h4.5",
  hash: "M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h12.5M3.5 12.5H16",
  laptop: "M4.5 5h11v8h-11zM2.5 15.5h15",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.8-2.8a3 3 0 0 0-4.3-4.3l-1 1" +
    "M11.5 8.5a3 3 0 0 0-4.3 0l-2.8 2.8a3 3 0 0 0 4.3 4.3l1-1",
  lock: "M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9M5.5 9h9a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-6" +
    "a1 1 0 0 1 1-1z",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  more: "M4.5 9.5h1v1h-1zM9.5 9.5h1v1h-1zM14.5 9.5h1v1h-1z",
  next: "m8 5 5 5-5 5",
  offline:
    "M3 7.5a10.5 10.5 0 0 1 14 0M5.5 10.5a7 7 0 0 1 9 0M8 13.5a3.3 3.3 0 0 1 4 0M10 16.2v.1" +
    "M3.5 3.5l13 13",
  people:
    "M7.5 9.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.5 16c.3-2.7 2.3-4 5-4s4.7 1.3 5 4" +
    "M12.5 4.3a2.7 2.7 0 0 1 0 4.9M14.5 12.4c1.7.6 2.7 1.8 3 3.6",
  phone: "M6.5 3h7v14h-7zM9.5 14.5h1",
  pin: "M7.5 3.5h5M8 3.5v5L5.5 12h9L12 8.5v-5M10 12v5",
  plus: "M10 4.5v11M4.5 10h11",
  previous: "m12 5-5 5 5 5",
  quiet: "M5.5 14h9.5M6 13.5V9a4 4 0 0 1 6.5-3M14 9v2.5M8.5 16.5a1.7 1.7 0 0 0 3 0M3.5 3.5l13 13",
  reply: "M8 5 3.5 9.5 8 14M4 9.5h7.5a5 5 0 0 1 5 5v1",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
  send: "M10 16V4.5M5 9.5l5-5 5 5",
  settings: "M3.5 6.5h7M14.5 6.5h2M12.5 8.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM3.5 13.5h2M9.5 13.5h7" +
    "M7.5 15.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  silent:
    "M4.5 13.5c1.2-1 1.5-2.5 1.5-4.7a4 4 0 0 1 8 0c0 2.2.3 3.7 1.5 4.7zM8.5 16h3M3.5 3.5l13 13",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7.5 8.3v.4M12.5 8.3v.4M7 11.8c1.6 2 4.4 2 6 0",
  star: "m10 3 2.2 4.6 5 .7-3.6 3.5.8 5-4.4-2.4-4.4 2.4.8-5-3.6-3.5 5-.7z",
  warn: "M10 3.5 2.8 16.5h14.4zM10 8.5v3.5M10 14.3v.01",
};

export type IconName = keyof typeof PATHS;

export function Icon({ name, small }: { name: IconName; small?: boolean }) {
  const kind = `icon${small ? " small" : ""}${name === "reply" ? " flip" : ""}`;
  return (
    <svg class={kind} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The sign of Hubbub. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M9 3h14a6 6 0 0 1 6 6v9a6 6 0 0 1-6 6h-7l-7 6v-6a6 6 0 0 1-6-6V9a6 6 0 0 1 6-6z"
        stroke="none"
      />
      <path d="M10 14h0m6 0h0m6 0h0" />
    </svg>
  );
}
