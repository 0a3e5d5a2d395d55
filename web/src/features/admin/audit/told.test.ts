import { expect, test } from "vitest";

import { told } from "./told";

const words = { names: { "0190": "Zoé" }, nothing: "nothing", yes: "yes", no: "no" };

test("values of the log are told as people read them", () => {
  expect(told("0190", words)).toBe("Zoé");
  expect(told(["0190", "0191"], words)).toBe("Zoé, 0191");
  expect(told({ child: "0190", approved: true, labels: [] }, words)).toBe("child: Zoé\napproved: yes\nlabels: nothing");
  expect([told(null, words), told(false, words), told(0, words)]).toEqual(["nothing", "no", "0"]);
});
