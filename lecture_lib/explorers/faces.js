// Paints the panels of lecture_lib/drawing/scene.py on canvases: maps, charts and spaces.
// Takes numbers and a 2-D context; knows no widget and no kernel.

const MARGIN = { left: 46, right: 22, top: 22, bottom: 40 };
const STUB = 25; // how far an arrow with a head shows at least: beyond the handle from which it comes
const FONT = "system-ui, sans-serif";

const isNumber = (x) => typeof x === "number";
const column = (frame, key) => (isNumber(key) ? [key] : frame[key] ?? []);
const scalar = (frame, key) => (isNumber(key) ? key : frame[key]?.[0] ?? NaN);

// ---- views: where a point of the data lies on the canvas ------------------------------------

export function inner(width, height) {
  return { x: MARGIN.left, y: MARGIN.top,
    w: width - MARGIN.left - MARGIN.right, h: height - MARGIN.top - MARGIN.bottom };
}

export function flatView(panel, width, height) {
  const r = inner(width, height), [x0, x1] = panel.x, [y0, y1] = panel.y;
  return {
    rect: r,
    project: (x, y) => [r.x + ((x - x0) / (x1 - x0)) * r.w, r.y + ((y1 - y) / (y1 - y0)) * r.h],
    invert: (px, py) => [x0 + ((px - r.x) / r.w) * (x1 - x0), y1 - ((py - r.y) / r.h) * (y1 - y0)],
  };
}

// An orthographic look from azimuth a and elevation e; the box is the cube [-1, 1]² × [0, 1.1].
export function spaceView(panel, width, height, { a, e }) {
  const unit = ([lo, hi], v) => (2 * (v - lo)) / (hi - lo) - 1;
  const [zlo, zhi] = panel.z, size = Math.min(width, height) / 3.3;
  const [ca, sa, ce, se] = [Math.cos(a), Math.sin(a), Math.cos(e), Math.sin(e)];
  return {
    rect: { x: 0, y: 0, w: width, h: height },
    far: [ca, sa],
    project(x, y, z) {
      const u = unit(panel.x, x), v = unit(panel.y, y);
      const h = 1.1 * Math.max(-0.05, Math.min(1.05, (z - zlo) / (zhi - zlo)));
      return [width / 2 + size * (u * ca - v * sa), height * 0.62 - size * ((u * sa + v * ca) * se + (h - 0.2) * ce)];
    },
  };
}

// ---- axes ---------------------------------------------------------------------------------

export function ticks(lo, hi, count = 5) {
  const raw = (hi - lo) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((m) => m * power >= raw * 0.999) * power;
  const first = Math.ceil(lo / step - 1e-9);
  const result = [];
  for (let k = first; k * step <= hi + step * 1e-9; k++) result.push(k * step);
  return { values: result, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

// Ten to the power of v, for an axis that counts in powers; nothing between two whole ones.
export function power(v) {
  const k = Math.round(v), digits = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";
  if (Math.abs(k - v) > 1e-9) return "";
  return `10${[...String(k)].map((c) => (c === "-" ? "\u207b" : digits[c])).join("")}`;
}

function axes(ctx, panel, view, style, theme) {
  const r = view.rect, ink = style.ink[theme];
  ctx.strokeStyle = ink; ctx.fillStyle = ink; ctx.lineWidth = 1; ctx.globalAlpha = 0.75;
  ctx.strokeRect(r.x, r.y, r.w, r.h);
  ctx.globalAlpha = 1;
  ctx.font = `${style.text_size}px ${FONT}`;
  const plain = (v, digits) => v.toFixed(digits).replace("-", "\u2212").replace(/^\u22120(\.0*)?$/, "0");
  const write = { x: panel.powers?.includes("x") ? power : plain, y: panel.powers?.includes("y") ? power : plain };
  const xs = ticks(...panel.x), ys = ticks(...panel.y);
  ctx.textAlign = "center"; ctx.textBaseline = "top";
  for (const v of xs.values) {
    const [x] = view.project(v, panel.y[0]);
    line(ctx, x, r.y + r.h, x, r.y + r.h + 4); ctx.fillText(write.x(v, xs.digits), x, r.y + r.h + 6);
  }
  ctx.textAlign = "right"; ctx.textBaseline = "middle";
  for (const v of ys.values) {
    const [, y] = view.project(panel.x[0], v);
    line(ctx, r.x - 4, y, r.x, y); ctx.fillText(write.y(v, ys.digits), r.x - 7, y);
  }
  ctx.font = `italic ${style.text_size + 1}px ${FONT}`;
  ctx.textAlign = "right"; ctx.textBaseline = "bottom";
  ctx.fillText(panel.labels[0], r.x + r.w, r.y + r.h + MARGIN.bottom - 1);
}

// The name of the upright axis stands inside the picture, over whatever runs below it.
function upright(ctx, panel, { rect }, style, theme, page) {
  ctx.font = `italic ${style.text_size + 1}px ${FONT}`;
  ctx.textAlign = "left"; ctx.textBaseline = "top"; ctx.fillStyle = style.ink[theme];
  if (panel.kind === "chart") { ctx.strokeStyle = page; ctx.lineWidth = 3.5; ctx.strokeText(panel.labels[1], rect.x + 6, rect.y + 4); }
  ctx.fillText(panel.labels[1], rect.x + 6, rect.y + 4);
}

function line(ctx, x0, y0, x1, y1) { ctx.beginPath(); ctx.moveTo(x0, y0); ctx.lineTo(x1, y1); ctx.stroke(); }

// ---- marks --------------------------------------------------------------------------------

export function mark(ctx, shape, x, y, r, filled) {
  ctx.beginPath();
  if (shape === "cross") {
    ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r);
    ctx.stroke();
    return;
  }
  if (shape === "triangle") { ctx.moveTo(x, y - r * 1.2); ctx.lineTo(x + r * 1.1, y + r * 0.8); ctx.lineTo(x - r * 1.1, y + r * 0.8); }
  else if (shape === "square") ctx.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7);
  else if (shape === "diamond") { ctx.moveTo(x, y - r * 1.25); ctx.lineTo(x + r * 1.25, y); ctx.lineTo(x, y + r * 1.25); ctx.lineTo(x - r * 1.25, y); }
  else ctx.arc(x, y, shape === "dot" ? r * 0.5 : r, 0, 2 * Math.PI);
  ctx.closePath();
  if (filled) ctx.fill();
  ctx.stroke();
}

// ---- layers -------------------------------------------------------------------------------

function roleOf(layer, frame, style) {
  if (typeof layer.role === "string") return style.roles[layer.role];
  const k = Math.round(scalar(frame, layer.role.name));
  return style.roles[layer.role.roles[Math.max(0, Math.min(layer.role.roles.length - 1, k || 0))]];
}

function pen(ctx, role, theme) {
  ctx.strokeStyle = role[theme]; ctx.fillStyle = role[theme];
  ctx.lineWidth = role.width; ctx.setLineDash(role.dash); ctx.lineJoin = "round";
}

// The points of a layer on the canvas; broadcast, so that a bare number serves for a column.
function points(layer, frame, view) {
  const x = column(frame, layer.x), y = column(frame, layer.y), z = layer.z === null ? [0] : column(frame, layer.z);
  const n = x.length && y.length && z.length ? Math.max(x.length, y.length, z.length) : 0;
  const pick = (c, i) => (c.length === 1 ? c[0] : c[i]);
  return Array.from({ length: n }, (_, i) => view.project(pick(x, i), pick(y, i), pick(z, i)));
}

const finite = ([x, y]) => Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) < 1e5 && Math.abs(y) < 1e5;

// What of an arrow from a to b shows, [from, to]; null if nothing does.  It ends at the border, so
// that its head is seen; one that begins too near for that ends in the margin.
export function shown(a, b, r) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]], length = Math.hypot(dx, dy);
  let [enter, leave] = [0, 1];
  for (const [p, d, lo, hi] of [[a[0], dx, r.x, r.x + r.w], [a[1], dy, r.y, r.y + r.h]]) {
    if (d === 0) { if (p < lo || p > hi) return null; continue; }
    const [first, last] = d > 0 ? [(lo - p) / d, (hi - p) / d] : [(hi - p) / d, (lo - p) / d];
    enter = Math.max(enter, first); leave = Math.min(leave, last);
  }
  if (enter > leave + 1e-9) return null;
  leave = Math.min(1, Math.max(leave, enter + STUB / length));
  const at = (t) => [a[0] + t * dx, a[1] + t * dy];
  return [at(enter), at(leave)];
}

// Where a label of that size begins: wholly inside, if what it names lies inside or a little outside.
export function placed([x, y], offset, [w, h], r) {
  const near = x > r.x - 16 && x < r.x + r.w + 16 && y > r.y - 16 && y < r.y + r.h + 16;
  const into = (from, size, lo, hi) => (near ? Math.max(lo, Math.min(from, hi - size)) : from);
  return [into(x + offset[0], w, r.x + 2, r.x + r.w - 2), into(y + offset[1] - h / 2, h, r.y + 2, r.y + r.h - 2)];
}

const paint = {
  path(ctx, layer, frame, view, role, page) {
    let all = points(layer, frame, view);
    if (layer.upto !== null) all = all.slice(0, Math.max(1, Math.round(scalar(frame, layer.upto)) + 1));
    ctx.beginPath();
    let down = false;
    for (const p of all) {
      if (!finite(p)) { down = false; continue; }
      if (down) ctx.lineTo(...p); else ctx.moveTo(...p);
      down = true;
    }
    ctx.stroke();
    if (!layer.marks) return;
    ctx.setLineDash([]); ctx.lineWidth = 1.8;
    const seen = all.filter(finite);
    if (!seen.length) return;
    mark(ctx, role.mark, ...seen.at(-1), 5.5, true);
    const fill = ctx.fillStyle;
    ctx.fillStyle = page; mark(ctx, role.mark, ...seen[0], 5.5, true); ctx.fillStyle = fill;
  },
  arrow(ctx, layer, frame, view) {
    const s = (key) => (key === null ? 0 : scalar(frame, key));
    let a = view.project(s(layer.x), s(layer.y), s(layer.z));
    let b = view.project(s(layer.x) + s(layer.dx), s(layer.y) + s(layer.dy), s(layer.z) + s(layer.dz));
    if (!finite(a) || !finite(b)) return;
    if (layer.heads) { const seen = shown(a, b, view.rect); if (!seen) return; [a, b] = seen; }
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (length < 1.5) return;
    const head = layer.heads ? Math.min(11, length * 0.6) : 0, t = Math.atan2(b[1] - a[1], b[0] - a[0]);
    line(ctx, ...a, b[0] - head * 0.7 * Math.cos(t), b[1] - head * 0.7 * Math.sin(t));
    if (!head) return;
    ctx.setLineDash([]); ctx.beginPath(); ctx.moveTo(...b);
    for (const side of [-0.42, 0.42]) ctx.lineTo(b[0] - head * Math.cos(t + side), b[1] - head * Math.sin(t + side));
    ctx.closePath(); ctx.fill();
  },
  dots(ctx, layer, frame, view, role) {
    ctx.setLineDash([]); ctx.lineWidth = 1.8;
    for (const p of points(layer, frame, view)) if (finite(p)) mark(ctx, role.mark, ...p, 5, true);
  },
  bar(ctx, layer, frame, view) {
    const [xs, heights, bases] = [layer.x, layer.height, layer.base].map((key) => column(frame, key));
    const half = scalar(frame, layer.width) / 2, pick = (c, i) => (c.length === 1 ? c[0] : c[i]);
    for (let i = 0; i < Math.max(xs.length, heights.length, bases.length); i++) {
      const x = pick(xs, i), from = pick(bases, i), to = from + pick(heights, i);
      const [x0, y0] = view.project(x - half, from), [x1, y1] = view.project(x + half, to);
      if (!finite([x0, y0]) || !finite([x1, y1])) continue;
      ctx.globalAlpha = 0.3; ctx.fillRect(x0, y0, x1 - x0, y1 - y0);
      ctx.globalAlpha = 1; ctx.strokeRect(x0, y0, x1 - x0, y1 - y0);
    }
  },
  contours(ctx, layer, frame, view) {
    const [x, y, z] = [layer.x, layer.y, layer.z].map((key) => column(frame, key));
    ctx.beginPath();
    for (const [a, b] of levelLines(x, y, z, layer.columns, layer.levels)) {
      ctx.moveTo(...view.project(...a)); ctx.lineTo(...view.project(...b));
    }
    ctx.stroke();
  },
  mesh(ctx, layer, frame, view) {
    const all = points(layer, frame, view), n = layer.columns;
    ctx.beginPath();
    all.forEach((p, k) => {
      if (!finite(p)) return;
      for (const q of [(k + 1) % n ? all[k + 1] : null, all[k + n]]) if (q && finite(q)) { ctx.moveTo(...p); ctx.lineTo(...q); }
    });
    ctx.stroke();
  },
  label(ctx, layer, frame, view, role, page, style) {
    const [p] = points(layer, frame, view);
    if (!p || !finite(p)) return;
    ctx.font = `italic 600 ${style.text_size + 1}px ${FONT}`;
    ctx.textAlign = "left"; ctx.textBaseline = "middle"; ctx.setLineDash([]);
    const size = [ctx.measureText(layer.text).width + 2, style.text_size * 1.2];
    const [x, top] = placed(p, layer.offset, size, view.rect), y = top + size[1] / 2;
    ctx.strokeStyle = page; ctx.lineWidth = 3.5; ctx.strokeText(layer.text, x, y); ctx.fillText(layer.text, x, y);
  },
};

// Marching squares: the pieces of the level lines of z on a grid with so many columns.
export function* levelLines(x, y, z, columns, levels) {
  for (let k = 0; k + columns + 1 < z.length; k++) {
    if ((k + 1) % columns === 0) continue;
    const ring = [k, k + 1, k + columns + 1, k + columns];
    for (const level of levels) {
      const cuts = [];
      for (let s = 0; s < 4; s++) {
        const i = ring[s], j = ring[(s + 1) % 4], [a, b] = [z[i] - level, z[j] - level];
        if ((a < 0) !== (b < 0)) { const t = a / (a - b); cuts.push([x[i] + t * (x[j] - x[i]), y[i] + t * (y[j] - y[i])]); }
      }
      if (cuts.length >= 2) yield [cuts[0], cuts[1]];
      if (cuts.length === 4) yield [cuts[2], cuts[3]];
    }
  }
}

// ---- backdrops ----------------------------------------------------------------------------

// The surface in 3-D, painted from the far corner to the near one: no WebGL, three milliseconds.
function terrain(ctx, panel, view, grid, theme, style) {
  const n = grid.columns, colours = grid[theme];
  const at = (i, j) => [panel.x[0] + ((panel.x[1] - panel.x[0]) * j) / (n - 1), panel.y[0] + ((panel.y[1] - panel.y[0]) * i) / (n - 1)];
  const seen = grid.z.map((z, k) => view.project(...at(Math.floor(k / n), k % n), z));
  const [ca, sa] = view.far, order = (falls) => Array.from({ length: n - 1 }, (_, k) => (falls ? k : n - 2 - k));
  const rows = order(ca < 0), cols = order(sa < 0);
  ctx.setLineDash([]); ctx.lineWidth = 0.6; ctx.strokeStyle = style.contour[theme]; ctx.lineJoin = "round";
  const cell = (i, j) => {
    const ring = [i * n + j, i * n + j + 1, (i + 1) * n + j + 1, (i + 1) * n + j];
    if (ring.some((k) => grid.z[k] === null)) return;
    const mean = ring.reduce((sum, k) => sum + grid.z[k], 0) / 4;
    const band = grid.levels.findIndex((level) => mean < level);
    ctx.fillStyle = colours[band < 0 ? colours.length - 1 : Math.max(0, band - 1)];
    ctx.beginPath(); ring.forEach((k, s) => (s ? ctx.lineTo(...seen[k]) : ctx.moveTo(...seen[k])));
    ctx.closePath(); ctx.fill(); ctx.globalAlpha = 0.55; ctx.stroke(); ctx.globalAlpha = 1;
  };
  for (const i of rows) for (const j of cols) cell(i, j);
}

function corners(ctx, panel, view, style, theme) {
  ctx.font = `italic ${style.text_size + 1}px ${FONT}`; ctx.fillStyle = style.ink[theme];
  ctx.textAlign = "center"; ctx.textBaseline = "middle";
  const [x0, x1] = panel.x, [y0, y1] = panel.y, z = panel.z[0], [ca, sa] = view.far;
  const nearY = ca > 0 ? y0 : y1, nearX = sa > 0 ? x0 : x1;
  const out = (p) => { const [cx, cy] = view.project((x0 + x1) / 2, (y0 + y1) / 2, z); return [p[0] + (p[0] - cx) * 0.14, p[1] + (p[1] - cy) * 0.14 + 8]; };
  ctx.fillText(panel.labels[0], ...out(view.project((x0 + x1) / 2, nearY, z)));
  ctx.fillText(panel.labels[1], ...out(view.project(nearX, (y0 + y1) / 2, z)));
}

// ---- one panel ----------------------------------------------------------------------------

// What stays while something is dragged: backdrop, landmarks, axes.  Painted once, then copied.
export function paintGround(ctx, { panel, backdrop, view, style, theme, page }) {
  if (panel.kind === "space") {
    if (backdrop?.z) terrain(ctx, panel, view, backdrop, theme, style);
    corners(ctx, panel, view, style, theme);
    return;
  }
  const r = view.rect;
  if (backdrop?.[theme]) ctx.drawImage(backdrop[theme], r.x, r.y, r.w, r.h);
  ctx.save();
  clip(ctx, r);
  for (const [x, y, kind] of panel.landmarks) {
    ctx.lineWidth = 1.8; ctx.strokeStyle = style.ink[theme];
    ctx.fillStyle = kind === "inconclusive" ? page : style.roles.guide[theme];
    mark(ctx, style.landmarks[kind], ...view.project(x, y), 4.5, true);
  }
  ctx.restore();
  axes(ctx, panel, view, style, theme);
}

// What follows the finger.
export function paintLayers(ctx, { panel, layers, frame, view, style, theme, page }) {
  if (frame) {
    for (const layer of layers) {
      const role = roleOf(layer, frame, style);
      ctx.save();
      if (!layer.heads) clip(ctx, view.rect);   // an arrow's head may reach into the margin
      pen(ctx, role, theme);
      paint[layer.kind](ctx, layer, frame, view, role, page, style);
      ctx.restore();
    }
  }
  if (panel.kind !== "space") upright(ctx, panel, view, style, theme, page);
}

function clip(ctx, r) { ctx.beginPath(); ctx.rect(r.x, r.y, r.w, r.h); ctx.clip(); }
