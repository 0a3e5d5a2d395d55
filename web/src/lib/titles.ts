interface Named {
  title: string;
  number: string | null;
}

/** Whether an episode has no title but its number, which the server then writes as "#12". */
export function isUntitled({ title, number }: Named): boolean {
  return !title || (number !== null && title === `#${number}`);
}
