/** `report (2).pdf` beside `report.pdf`: the first free number. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 2; ; number += 1) {
    const free = `${stem} (${number})${ending}`;
    if (!isTaken(free)) return free;
  }
}
