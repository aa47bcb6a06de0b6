// Hears ipywidgets' own controls in the browser: no round trip between a slider and the picture.

export async function listen(model, signal, heard) {
  let offs = [], turn = 0;
  async function connect() {
    const mine = ++turn;
    const found = await Promise.all(Object.entries(model.get("controls")).map(async ([name, ref]) =>
      [name, typeof ref === "string" ? await resolve(model, ref.slice(10), signal) : ref]));
    if (mine !== turn || signal.aborted) return;
    offs.forEach((off) => off());
    offs = [];
    for (const [name, source] of found) {
      if (!source?.on) { heard(name, source); continue; }
      // Selections have no value in the browser, only the index of the option chosen.
      const key = source.get("_options_labels") ? "index" : "value";
      const tell = () => heard(name, Number(source.get(key)));
      source.on(`change:${key}`, tell);
      offs.push(() => source.off(`change:${key}`, tell));
      tell();
    }
  }
  model.on("change:controls", connect);
  signal.addEventListener("abort", () => { turn++; offs.forEach((off) => off()); model.off("change:controls", connect); });
  await connect();
}

async function resolve(model, id, signal) {
  for (let tries = 0; ; tries++) {
    try { return await model.widget_manager.get_model(id); }
    catch (error) {
      if (signal.aborted) return undefined;
      if (tries > 100) throw new Error(`a control of this figure was not found: ${error.message ?? error}`);
    }
    await new Promise((next) => setTimeout(next, 50));
  }
}

// ipywidgets gives a slider's knob no name, and reads it out as 0.30000000000000004.
export function nameSliders(el) {
  for (const slider of el.closest(".widget-vbox")?.querySelectorAll(".widget-slider") ?? []) {
    const knob = slider.querySelector(".noUi-handle"), [name, readout] = [".widget-label", ".widget-readout"].map((s) => slider.querySelector(s));
    if (!knob || !name || !readout || knob.ariaLabel) continue;
    knob.ariaLabel = name.textContent;
    const tell = () => queueMicrotask(() => { knob.ariaValueText = readout.textContent; });
    slider.querySelector(".noUi-target").noUiSlider.on("update", tell);  // calls it at once, too
  }
}
