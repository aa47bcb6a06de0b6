// One key press moves a handle by one step, and keys reach round numbers exactly.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepped } from "../../lecture_lib/explorers/steering.js";

const panel = { x: [-2, 2], y: [-5, 5] };

test("forty presses cross the axis, and four hundred fine ones", () => {
  assert.deepEqual(stepped({}, [0, 0], panel, [1, 0], false), [0.1, 0]);
  assert.deepEqual(stepped({}, [0, 0], panel, [0, -1], false), [0, -0.25]);
  assert.deepEqual(stepped({}, [0, 0], panel, [1, 0], true), [0.01, 0]);
});

test("from anywhere, keys arrive at zero itself", () => {
  let at = [0.3333, 1.234];
  for (let k = 0; k < 3; k++) at = stepped({}, at, panel, [-1, 0], false);
  assert.equal(at[0], 0);
  assert.equal(at[1], 1.234, "the other coordinate stays");
});

test("a handle on a circle turns by five degrees and stays on it", () => {
  const [x, y] = stepped({ circle: 2 }, [2, 0], panel, [0, 1], false);
  assert.ok(Math.abs(Math.atan2(y, x) - Math.PI / 36) < 1e-12);
  assert.ok(Math.abs(Math.hypot(x, y) - 2) < 1e-12);
});
