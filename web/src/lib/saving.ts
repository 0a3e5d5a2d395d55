/** Hands a file to the person, under a name. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

/** A table as CSV (RFC 4180); what a table program would take for a formula is made plain text. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const cell = (value: string) => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

export const saveTable = (name: string, rows: readonly (readonly string[])[]) => saveFile(new Blob([tableOf(rows)], { type: "text/csv" }), name);
