/** The sizes of files as the reader's language writes them. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1_000;

/**
 * Writes sizes in the first of these languages.
 *
 * @example sizesIn(["en"])(248_000) // "248 kB"
 */
export function sizesIn(languages: readonly string[]): (bytes: number) => string {
  const formats = UNITS.map((unit) =>
    new Intl.NumberFormat([...languages], { style: "unit", unit, maximumSignificantDigits: 3 })
  );
  return (bytes) => {
    const power = Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(STEP));
    const unit = Math.min(power, UNITS.length - 1);
    return formats[unit].format(bytes / STEP ** unit);
  };
}
