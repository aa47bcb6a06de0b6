// Where things lie on the canvas.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flatView, levelLines, paintLayers, placed, shown, spaceView, ticks } from "../../lecture_lib/explorers/faces.js";

const panel = { x: [-2, 2], y: [-1, 3], z: [0, 10] };
const near = (a, b) => a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-9, `${a} ≠ ${b}`));

test("a point goes to the canvas and back", () => {
  const view = flatView(panel, 400, 400);
  for (const p of [[-2, -1], [2, 3], [0.3, 0.7]]) near(view.invert(...view.project(...p)), p);
  assert.ok(view.project(0, 3)[1] < view.project(0, -1)[1], "up is up");
});

test("a look from straight above sees the plane undistorted", () => {
  const view = spaceView(panel, 400, 400, { a: 0, e: Math.PI / 2 });
  const [ax, ay] = view.project(-2, -1, 5), [bx, by] = view.project(2, 3, 5);
  near([bx - ax, ay - by], [(2 * 400) / 3.3, (2 * 400) / 3.3]);
  near(view.project(1, 1, 0), view.project(1, 1, 10));
});

test("a bar is as wide as it says, or as the number that it names", () => {
  const wide = (width) => {
    const drawn = [], ctx = new Proxy({}, { get: (_, name) => (...args) => { if (name === "fillRect") drawn.push(args[2]); }, set: () => true });
    const layer = { kind: "bar", panel: "p", x: "x", height: 1, base: 0, width, role: "guide" };
    const style = { roles: { guide: { light: "#000", dash: [], width: 1 } }, ink: { light: "#000" }, text_size: 12 };
    const flat = { kind: "map", x: [0, 10], y: [0, 10], labels: ["", ""] };
    paintLayers(ctx, { panel: flat, layers: [layer], frame: { x: [5], n: [4] }, view: flatView(flat, 168, 162), style, theme: "light", page: "#fff" });
    return drawn;
  };
  near(wide(2), [20]);
  near(wide("n"), [40]);
});

test("turning once around comes back to the same look", () => {
  const once = spaceView(panel, 400, 300, { a: 0.4, e: 0.6 }), again = spaceView(panel, 400, 300, { a: 0.4 + 2 * Math.PI, e: 0.6 });
  near(once.project(1.1, 2.2, 3.3), again.project(1.1, 2.2, 3.3));
});

test("higher losses stand higher, and nothing leaves the box", () => {
  const view = spaceView(panel, 400, 400, { a: -0.6, e: 0.5 });
  assert.ok(view.project(0, 0, 8)[1] < view.project(0, 0, 2)[1]);
  near(view.project(0, 0, 1e9), view.project(0, 0, 1e6));
});

test("ticks are round numbers inside the axis", () => {
  assert.deepEqual(ticks(-2, 2).values, [-2, -1, 0, 1, 2]);
  assert.deepEqual(ticks(0, 1).values.map((v) => v.toFixed(1)), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  assert.equal(ticks(0, 0.01).digits, 3);
});

test("the level lines of a plane are straight", () => {
  const n = 5, x = [], y = [], z = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) { x.push(j); y.push(i); z.push(j + 0.5); }
  const pieces = [...levelLines(x, y, z, n, [2.25])];
  assert.equal(pieces.length, n - 1);
  for (const [a, b] of pieces) { near([a[0]], [1.75]); near([b[0]], [1.75]); }
});

const square = { x: 50, y: 20, w: 300, h: 300 };

test("an arrow that leaves the panel ends at its border, one that stays inside is whole", () => {
  const [a, b] = shown([200, 170], [1200, 170], square);
  near(a, [200, 170]);
  near(b, [350, 170]);
  near(shown([200, 170], [260, 100], square)[1], [260, 100]);
});

test("an arrow out of the panel from the very edge still shows beyond its handle", () => {
  for (const [tail, tip] of [[[345, 170], [900, 170]], [[350, 20], [900, -530]]]) {
    const [a, b] = shown(tail, tip, square);
    near(a, tail);
    near([Math.hypot(b[0] - a[0], b[1] - a[1])], [25]);
  }
});

test("of an arrow that passes by nothing shows, and of one that comes from outside its inner part", () => {
  assert.equal(shown([0, 0], [0, 400], square), null);
  assert.equal(shown([0, 380], [120, 600], square), null);
  near(shown([0, 100], [100, 100], square)[0], [50, 100]);
});

test("a label at the border is moved inside as a whole, one far off is left there", () => {
  near(placed([349, 21], [8, -8], [16, 14], square), [332, 22]);
  near(placed([200, 170], [8, -8], [16, 14], square), [208, 155]);
  near(placed([600, 170], [8, -8], [16, 14], square), [608, 155]);
});
