// The machine refuses what it should not run, and steps as it should.
import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluator, machine, OPS } from "../../lecture_lib/explorers/machine.js";

const square = { inputs: ["x"], steps: [[OPS.indexOf("mul"), 0, 0, 0]], constants: [], outputs: ["y"], results: [1] };

test("a program runs on many lanes at once", () => {
  const m = machine(square, 3);
  m.inputs[0].set([1, 2, 3]);
  m.run();
  assert.deepEqual([...m.outputs[0]], [1, 4, 9]);
});

for (const [what, broken] of Object.entries({
  "an unknown operation": { ...square, steps: [[99, 0, 0, 0]] },
  "a register that is filled later": { ...square, steps: [[2, 0, 1, 0]] },
  "a register that does not exist": { ...square, steps: [[2, 0, 7, 0]] },
  "a register that is no whole number": { ...square, steps: [[2, 0, 0.5, 0]] },
  "an output that nobody computes": { ...square, results: [7] },
})) {
  test(`${what} is refused before anything runs`, () => assert.throws(() => machine(broken, 1)));
}

test("a recurrence hands its whole state on at once", () => {
  // (a, b) ← (b, a + b): were a replaced first, b would become 2b
  const fibonacci = { inputs: ["a", "b"], steps: [[0, 0, 1, 0]], constants: [], outputs: ["a", "b"], results: [1, 2] };
  const step = { kind: "iterate", program: fibonacci, reads: ["zero", "one"], state: ["a", "b"], per_step: [], steps: 6, prefix: "" };
  const frame = evaluator([step])({ zero: 0, one: 1 });
  assert.deepEqual([...frame.a], [0, 1, 1, 2, 3, 5, 8]);
});

test("a name that nothing has computed is refused", () => {
  const step = { kind: "map", program: square, reads: ["nothing"], writes: ["y"] };
  assert.throws(() => evaluator([step])({ x: 1 }), /nothing/);
});
