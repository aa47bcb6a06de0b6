// Runs the register programs and recipes of lecture_lib/program.py and recipe.py.
// Pure arithmetic: no page, no widget, no text that is evaluated.  Node tests import it as it is.

// The order is the opcode; program.py lists the same names in the same order.
export const OPS = [
  "add", "sub", "mul", "div", "neg", "pow", "sqrt", "sin", "cos", "tan",
  "exp", "log", "tanh", "abs", "sign", "atan2", "less", "where", "floor",
];
const ARITY = { neg: 1, sqrt: 1, sin: 1, cos: 1, tan: 1, exp: 1, log: 1, tanh: 1, abs: 1, sign: 1, floor: 1, where: 3 };

function check({ inputs, steps, constants, results }) {
  const first = inputs.length, size = first + steps.length, end = size + constants.length;
  const filled = (r, k) => Number.isInteger(r) && ((r >= 0 && r < first + k) || (r >= size && r < end));
  steps.forEach(([code, ...operands], k) => {
    if (!OPS[code]) throw new Error(`step ${k}: no operation ${code}`);
    operands.slice(0, ARITY[OPS[code]] ?? 2).forEach((r) => {
      if (!filled(r, k)) throw new Error(`step ${k} reads register ${r} before it is filled`);
    });
  });
  results.forEach((r) => { if (!filled(r, steps.length)) throw new Error(`no register ${r}`); });
}

// A program on `lanes` numbers at once: fill .inputs, call run(), read .outputs.
export function machine(program, lanes) {
  check(program);
  const { inputs, steps, constants, results } = program, first = inputs.length;
  const total = first + steps.length + constants.length, file = new Float64Array(total * lanes);
  const registers = Array.from({ length: total }, (_, r) => file.subarray(r * lanes, (r + 1) * lanes));
  constants.forEach((c, k) => registers[first + steps.length + k].fill(c));
  function runMany() {
    for (let k = 0; k < steps.length; k++) {
      const [code, i, j, l] = steps[k];
      const a = registers[i], b = registers[j], c = registers[l], out = registers[first + k];
      let n = 0;
      switch (code) {
        case 0: for (; n < lanes; n++) out[n] = a[n] + b[n]; break;
        case 1: for (; n < lanes; n++) out[n] = a[n] - b[n]; break;
        case 2: for (; n < lanes; n++) out[n] = a[n] * b[n]; break;
        case 3: for (; n < lanes; n++) out[n] = a[n] / b[n]; break;
        case 4: for (; n < lanes; n++) out[n] = -a[n]; break;
        case 15: for (; n < lanes; n++) out[n] = Math.atan2(a[n], b[n]); break;
        case 16: for (; n < lanes; n++) out[n] = a[n] < b[n] ? 1 : 0; break;
        case 17: for (; n < lanes; n++) out[n] = a[n] !== 0 ? b[n] : c[n]; break;
        default: { const f = Math[OPS[code]]; for (; n < lanes; n++) out[n] = f(a[n], b[n]); }
      }
    }
  }
  // One lane is a descent: a thousand runs one after another, with no array to fetch for each number.
  const code = Int32Array.from(steps.flatMap(([op, i = 0, j = 0, l = 0]) => [op, i, j, l]));
  const functions = steps.map(([op]) => Math[OPS[op]]);
  function runOne() {
    for (let k = 0, at = 0; k < functions.length; k++, at += 4) {
      const a = file[code[at + 1]], b = file[code[at + 2]];
      let out;
      switch (code[at]) {
        case 0: out = a + b; break;
        case 1: out = a - b; break;
        case 2: out = a * b; break;
        case 3: out = a / b; break;
        case 4: out = -a; break;
        case 15: out = Math.atan2(a, b); break;
        case 16: out = a < b ? 1 : 0; break;
        case 17: out = a !== 0 ? b : file[code[at + 3]]; break;
        default: out = functions[k](a, b);
      }
      file[first + k] = out;
    }
  }
  const outputs = results.map((r) => registers[r]);
  return { inputs: registers.slice(0, first), outputs, run: lanes === 1 ? runOne : runMany };
}

// A recipe, ready to be run again and again: returns state -> frame, {name: Float64Array}.
// Machines are kept per step and number of lanes, so a drag allocates only what it hands out.
export function evaluator(recipe) {
  const kept = recipe.map(() => new Map());
  const constants = recipe.map((s) => (s.kind === "let" ? Float64Array.from(s.values) : null));
  const machineOf = (k, lanes) => {
    if (!kept[k].has(lanes)) kept[k].set(lanes, machine(recipe[k].program, lanes));
    return kept[k].get(lanes);
  };
  const run = {
    let: (step, k, frame) => { frame[step.name] = constants[k]; },
    map(step, k, frame) {
      const read = step.reads.map((name) => known(frame, name));
      const lanes = Math.max(1, ...read.map((x) => x.length)), m = machineOf(k, lanes);
      read.forEach((x, i) => (x.length === 1 ? m.inputs[i].fill(x[0]) : m.inputs[i].set(x)));
      m.run();
      step.writes.forEach((name, i) => { frame[name] = m.outputs[i].slice(); });
    },
    iterate(step, k, frame) {
      const m = machineOf(k, 1), { inputs, outputs } = step.program;
      const noise = inputs.flatMap((name, i) =>
        step.per_step.includes(name) ? [[m.inputs[i], known(frame, step.reads[i])]] : []);
      inputs.forEach((_, i) => { m.inputs[i][0] = known(frame, step.reads[i])[0]; });
      const offset = outputs.map((name) => (step.state.includes(name) ? 1 : 0));
      const rows = offset.map((more) => new Float64Array(step.steps + more));
      const back = step.state.map((name) => [inputs.indexOf(name), outputs.indexOf(name)]);
      back.forEach(([i, o]) => { rows[o][0] = m.inputs[i][0]; });
      for (let t = 0; t < step.steps; t++) {
        for (const [input, x] of noise) input[0] = x[t];
        m.run();
        for (let o = 0; o < rows.length; o++) rows[o][t + offset[o]] = m.outputs[o][0];
        for (const [i, o] of back) m.inputs[i][0] = rows[o][t + 1];  // read only now: one may be another
      }
      outputs.forEach((name, o) => { frame[step.prefix + name] = rows[o]; });
    },
    pick(step, k, frame) {
      const places = typeof step.index === "string" ? known(frame, step.index) : null;
      step.writes.forEach((name, i) => {
        const row = known(frame, step.reads[i]), last = row.length - 1;
        const at = (wanted) => (Number.isFinite(wanted) ? Math.min(last, Math.max(0, Math.floor(wanted + 0.5))) : 0);
        frame[name] = places ? places.map((wanted) => row[at(wanted)])
          : Float64Array.of(row[step.index < 0 ? row.length + step.index : step.index]);
      });
    },
  };
  return (state) => {
    const frame = {};
    for (const name in state) frame[name] = Float64Array.of(state[name]);
    recipe.forEach((step, k) => run[step.kind](step, k, frame));
    return frame;
  };
}

function known(frame, name) {
  if (!frame[name]) throw new Error(`nothing is called ${name} yet`);
  return frame[name];
}
