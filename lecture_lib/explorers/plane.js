// The draggable plane: one widget for every live figure of the course.
//
//   pointer, finger, arrow keys ─┐                       ┌─ twin: the recipe runs here, this frame
//   ipywidgets sliders ──────────┴─ state ─ changed() ───┤
//                                                        └─ kernel: asked, newest reply wins
//                                        frame ─ requestAnimationFrame ─ canvases, fact line
//
// A handle is moved by the pointer event itself and waits for nobody.

import { evaluator } from "./machine.js";
import { listen, nameSliders } from "./controls.js";
import { flatView, paintGround, paintLayers, spaceView } from "./faces.js";
import { requests } from "./requests.js";
import { longest, sentence } from "./sentence.js";
import { steer } from "./steering.js";

const REST = 220; // milliseconds of stillness after which Python hears the values

const element = (tag, className, parent, attributes = {}) => {
  const node = document.createElement(tag);
  node.className = className;
  for (const [k, v] of Object.entries(attributes)) node.setAttribute(k, v);
  parent?.append(node);
  return node;
};

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

// A handle has two values and a slider one, so the words carry both; on a level there is only one.
function describe(node, [low, high], x, y, level) {
  node.setAttribute("aria-valuemin", low);
  node.setAttribute("aria-valuemax", high);
  node.setAttribute("aria-valuenow", x);
  node.setAttribute("aria-valuetext", level === null ? `${x.toFixed(2)}, ${y.toFixed(2)}` : x.toFixed(2));
}

const theme = () => {
  const { body } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false" ? "dark" : "light";
  if (/\bvscode-(dark|high-contrast)\b/.test(body.className)) return "dark";
  return "light";
};

// ---- the widget -----------------------------------------------------------------------------

function render({ model, el, signal }) {
  const root = element("div", "lecture-plane", el);
  const row = element("div", "lecture-panels", root);
  const fact = element("div", "lecture-fact", root), told = element("div", "", fact);
  const numbers = element("div", "lecture-numbers", root);
  const status = element("div", "lecture-status", root, { role: "status" });
  const spoken = element("div", "lecture-spoken", root, { "aria-live": "polite" });

  let panels = [], built = null, style, words, evaluate = null, frame = null, drawnSeq = 0;
  const view = Math.random();  // a figure may be shown twice: replies go to the one that asked
  const state = {};            // every input by name
  let drawn = null;           // the state whose frame is shown
  let source = "twin", dragging = false, dirty = true, busy = false, resting = null, look = { a: -0.6, e: 0.5 };

  const asking = requests(
    (message) => { try { model.send({ kind: "ask", view, ...message }); } catch (error) { say(words.gone); } },
    () => { busy = true; say(twin() ? words.alone : words.busy); });
  const twin = () => evaluate !== null && model.get("twin");
  // A slider may be heard a moment after the figure is built; until then there is nothing to compute.
  const complete = () => Object.keys(model.get("controls")).every((name) => name in state);
  const say = (text, bad = false) => { status.textContent = text; status.classList.toggle("lecture-bad", bad); };

  const calm = () => { if (status.classList.contains("lecture-bad")) say(""); };

  // -- state in --

  function changed() {
    dirty = true;
    if (twin()) request();
    else if (complete()) asking.ask({ ...state });  // nothing new to paint before it answers
    mirror();
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  function rest() {
    if (dragging || signal.aborted) return;
    if (twin() && complete()) asking.ask({ ...state });  // Python stays the authority
    const values = model.get("values"), now = Object.fromEntries(Object.keys(values).map((k) => [k, state[k]]));
    if (Object.keys(now).some((k) => now[k] !== values[k])) {
      model.set("values", now);
      model.save_changes();
    }
    spoken.textContent = told.textContent;
    nameSliders(el);
    for (const p of panels) p.handles.forEach((h) => h.describe());
  }

  function heardFromPython() {
    if (dragging) return;
    const values = model.get("values");
    if (Object.keys(values).every((k) => state[k] === values[k])) return;
    Object.assign(state, values);
    panels.forEach(placeHandles);
    changed();
  }

  // A reply: news in kernel mode; in twin mode it is drawn only where it differs from the twin.
  function answered(message, buffers) {
    if (message.kind !== "frame" || message.view !== view) return;
    const news = asking.answer(message);
    mirror();
    if (busy) { busy = false; say(""); }
    if (message.error) { say(message.error, true); return; }
    if (!news || message.version !== model.get("scene").version) return;
    calm();
    const reply = unpacked(message.lengths, buffers[0]);
    if (twin() && (dirty || !sameState(message.state, drawn) || !differs(reply, frame))) return;
    frame = { ...reply };
    drawn = message.state; drawnSeq = message.seq; source = "kernel";
    request(false);
  }

  function unpacked(lengths, { buffer, byteOffset, byteLength }) {
    const floats = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
    let offset = 0;
    return Object.fromEntries(lengths.map(([name, n]) => [name, floats.slice(offset, (offset += n))]));
  }

  const sameState = (a, b) => b !== null && Object.keys(a).every((k) => a[k] === b[k]);
  const same = (x, y) => Object.is(x, y) || Math.abs(x - y) <= 1e-6 * (1 + Math.abs(y)) ||
    (x === Math.sign(y) * Infinity && Math.abs(y) > 3e38);  // more than 32 bits hold
  const differs = (a, b) => b === null || Object.keys(a).some((k) => !b[k] || a[k].length !== b[k].length ||
    a[k].some((x, i) => !same(x, b[k][i])));

  // -- frames out --

  let pending = 0, compute = false, failed = false, roomy = false;
  function request(fresh = true) {
    compute ||= fresh;
    pending ||= requestAnimationFrame(() => { pending = 0; draw(); });
  }

  function draw() {
    if (signal.aborted || !panels.length) return;
    if (compute && twin() && complete()) {
      try {
        frame = evaluate(state);
        drawn = { ...state }; source = "twin";
        if (failed) { failed = false; calm(); }
      } catch (error) { failed = true; say(error.message, true); }
    }
    compute = false; dirty = false;
    const now = theme(), page = style.page[now];
    for (const p of panels) paintOne(p, now, page);
    if (frame) {
      const scene = model.get("scene");
      write(told, scene.fact.map((s) => sentence(s, frame)).join(words.gap));
      if (!roomy) keepRoom(scene);
      scene.numbers.forEach((s, k) => write(numbers.children[k], sentence(s, frame)));
    }
    mirror();
  }

  // The page below stays where it is while the sentences change.
  function keepRoom(scene) {
    roomy = true;
    const most = scene.fact.map((s) => longest(s, frame)).join(words.gap);
    if (most.length > fact.dataset.room.length) fact.dataset.room = most;
  }

  function paintOne(p, now, page) {
    const { canvas, panel } = p, ratio = window.devicePixelRatio || 1;
    const width = Math.round(p.width * ratio), height = Math.round(p.height * ratio);
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const picture = { panel, layers: p.layers, frame, backdrop: p.backdrop, view: viewOf(p), style, theme: now, page };
    const key = [width, height, now, panel.kind === "space" && [look.a, look.e]].join();
    if (p.key !== key) {
      p.key = key;
      Object.assign(p.ground, { width, height });   // this also wipes it
      const under = p.ground.getContext("2d");
      under.scale(ratio, ratio);
      paintGround(under, picture);
    }
    const ctx = canvas.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.drawImage(p.ground, 0, 0);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintLayers(ctx, picture);
  }

  // What is shown, for tests and for whoever looks: no globals.
  function mirror() {
    const first = panels[0];
    if (!first) return;
    const handle = first.handles[0], at = (s) => handle ? `${s[handle.x]},${s[handle.y]}` : "";
    const { dataset } = first.canvas, shown = {
      theta: at(state), drawn: drawn ? at(drawn) : "", source, inflight: asking.inflight, seq: drawnSeq,
      inputs: JSON.stringify(drawn ? { ...model.get("scene").chosen, ...drawn } : {}),
    };
    for (const [name, value] of Object.entries(shown)) if (dataset[name] !== `${value}`) dataset[name] = value;
  }

  const viewOf = ({ panel, width, height }) =>
    panel.kind === "space" ? spaceView(panel, width, height, look) : flatView(panel, width, height);

  // -- handles --

  function placeHandles(p) {
    for (const h of p.handles) {
      const [x, y] = viewOf(p).project(state[h.x], state[h.y]);
      h.node.style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  function moveTo(p, h, x, y) {
    const { panel } = p, clamp = (v, [lo, hi]) => Math.min(hi, Math.max(lo, v));
    if (h.circle) { const r = Math.hypot(x, y) || 1; [x, y] = r > 1e-9 ? [(x / r) * h.circle, (y / r) * h.circle] : [h.circle, 0]; }
    state[h.x] = clamp(x, panel.x); state[h.y] = h.level ?? clamp(y, panel.y);
    placeHandles(p);
    changed();
  }

  function turn(da, de) {
    look = { a: look.a - da, e: Math.min(1.4, Math.max(0.12, look.e + de)) };
    request(false);
  }

  function hold(yes) {
    dragging = yes;
    clearTimeout(resting);
    if (!yes) resting = setTimeout(rest, 0);
  }

  // -- building --

  // Sizes are told, not asked for: asking in the middle of a drag makes the page lay itself out anew.
  const size = new ResizeObserver((entries) => {
    for (const { target, contentRect: { width, height } } of entries) {
      const p = panels.find(({ canvas }) => canvas === target);
      if (p) { Object.assign(p, { width, height }); placeHandles(p); }
    }
    request(false);
    hideStill(el, model.get("still"));
    nameSliders(el);
  });

  async function bitmap(bytes) {
    return bytes?.byteLength ? createImageBitmap(new Blob([bytes], { type: "image/png" })) : null;
  }

  // What a panel of that name had last serves until its own size and backdrop come, so that a figure
  // built anew does not blink.
  function lay(scene) {
    const before = Object.fromEntries(panels.map((p) => [p.panel.name, p]));
    row.replaceChildren();
    size.disconnect();
    dragging = false;
    panels = scene.panels.map((panel) => {
      const { width = 0, height = 0, backdrop = null } = before[panel.name] ?? {};
      const figure = element("div", `lecture-panel lecture-${panel.kind}`, row);
      const canvas = element("canvas", "lecture-canvas", figure, { "data-panel": panel.name, role: "img", "aria-label": scene.alt[panel.name] ?? "" });
      if (panel.kind === "space") { canvas.tabIndex = 0; canvas.setAttribute("role", "application"); }
      size.observe(canvas);
      const p = { panel, figure, canvas, width, height, backdrop, ground: document.createElement("canvas") };
      p.handles = scene.handles.filter((h) => h.panel === panel.name).map((h) => {
        const node = element("div", "lecture-handle", figure, { role: "slider", tabindex: 0, "aria-label": h.label, "data-lm-suppress-shortcuts": "true" });
        node.textContent = h.symbol;
        return { ...h, node, describe: () => describe(node, panel.x, state[h.x], state[h.y], h.level) };
      });
      steer(p, { view: () => viewOf(p), at: (h) => [state[h.x], state[h.y]], move: (h, x, y) => moveTo(p, h, x, y), hold, turn });
      return p;
    });
  }

  function build() {
    const scene = model.get("scene"), shape = JSON.stringify([scene.panels, scene.handles, scene.alt]);
    ({ style, words } = scene);
    if (shape !== built) { lay(scene); fact.dataset.room = ""; }  // else only what is drawn has changed: a drag goes on
    built = shape;
    if (numbers.children.length !== scene.numbers.length) numbers.replaceChildren(...scene.numbers.map(() => element("div", "")));
    for (const p of panels) {
      p.layers = scene.layers.filter((l) => l.panel === p.panel.name);
      p.key = "";
      if (!(p.panel.name in model.get("backdrops"))) p.backdrop = null;
    }
    const recipe = model.get("recipe");
    try { evaluate = recipe.length ? evaluator(recipe) : null; } catch (error) { evaluate = null; say(error.message, true); }
    if (!dragging) Object.assign(state, model.get("values"));
    for (const p of panels) { placeHandles(p); p.handles.forEach((h) => h.describe()); }
    frame = null; drawn = null; roomy = false;
    backdrops();
    if (!twin() && complete()) asking.ask({ ...state });
    request();
  }

  async function backdrops() {
    const current = panels;
    try {
      for (const [name, b] of Object.entries(model.get("backdrops"))) {
        const p = current.find((one) => one.panel.name === name);
        if (p) Object.assign(p, { key: "", backdrop: b.z ? b : { light: await bitmap(b.light), dark: await bitmap(b.dark) } });
      }
    } catch (error) { say(error.message, true); }
    request(false);
  }

  // -- wiring --

  build();
  listen(model, signal, (name, value) => { if (state[name] !== value) { state[name] = value; changed(); } })
    .catch((error) => say(error.message, true));
  const on = (event, callback) => { model.on(event, callback); signal.addEventListener("abort", () => model.off(event, callback)); };
  on("change:scene", build);
  on("change:values", heardFromPython);
  on("change:twin", () => { frame = null; changed(); });
  on("msg:custom", answered);
  const themes = new MutationObserver(() => request(false));
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "class"] });
  signal.addEventListener("abort", () => { asking.close(); clearTimeout(resting); cancelAnimationFrame(pending); size.disconnect(); themes.disconnect(); });
}

// The picture and the sentence printed before the widget serve those without a kernel.
function hideStill(el, sentence) {
  let output = el.closest(".jp-OutputArea-child, .output_area, .jp-Cell-outputWrapper > *")?.previousElementSibling;
  for (let k = 0; k < 2 && output; k++, output = output.previousElementSibling) {
    if (output.querySelector("img") || (sentence && output.textContent.trim() === sentence)) output.style.display = "none";
  }
}

export default { render };
