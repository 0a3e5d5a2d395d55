import { expect, test } from "vitest";

import { licenseAddress } from "./licences";

test.each([
  ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
  ["CC-BY-SA-3.0", "https://creativecommons.org/licenses/by-sa/3.0/"],
  ["Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"],
  ["Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International", "https://creativecommons.org/licenses/by-nc-nd/4.0/"],
  ["CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"],
  ["Free Art Licence (https://artlibre.org/)", "https://artlibre.org/"],
  ["All rights reserved", null],
  ["CC something", null],
])("%s leads to %s", (name, address) => {
  expect(licenseAddress(name)).toBe(address);
});
