// An axis that counts in powers of ten.
import assert from "node:assert/strict";
import { test } from "node:test";
import { power } from "../../lecture_lib/explorers/faces.js";

test("an exponent is written as a power of ten", () => {
  assert.deepEqual([-15, -3, 0, 2, 10].map(power), ["10⁻¹⁵", "10⁻³", "10⁰", "10²", "10¹⁰"]);
});

test("half a power has no tick of its own", () => {
  assert.equal(power(-2.5), "");
});
