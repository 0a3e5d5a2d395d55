import { expect, test } from "vitest";

import { nameOfDrop, wanted, type Picked } from "./dropped";

const picked = (...paths: string[]): Picked[] => paths.map((path) => ({ path, file: new File([], path.split("/").at(-1) ?? "") }));

test("what an operating system leaves lying about is not sent", () => {
  expect(["Book/01.jpg", "Book/.DS_Store", "__MACOSX/Book/._01.jpg", "Book/Thumbs.db"].filter(wanted)).toEqual(["Book/01.jpg"]);
});

test("a drop is called by its one folder, or by its one file", () => {
  expect(nameOfDrop(picked("Rainbow Potions/01.jpg", "Rainbow Potions/02.jpg"))).toBe("Rainbow Potions");
  expect(nameOfDrop(picked("Rainbow Potions.cbz"))).toBe("Rainbow Potions.cbz");
  expect(nameOfDrop(picked("a.cbz", "b.cbz"))).toBeNull();
  expect(nameOfDrop(picked("A/1.jpg", "B/1.jpg"))).toBeNull();
});
