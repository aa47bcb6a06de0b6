// Watches a page while something is dragged: when every pointer event happened, and what each frame
// showed. One call starts it; `stop()` on what it returns ends it and gives the log.
//
// `readings` maps a name to [selector, how], how being
//   "centre"      the middle of the element, [x, y] in CSS pixels of the window
//   "data-…"      any attribute of the element, as text
//   "text"        its text
//   "patch"       of a picture: the number that the colour of its upper left corner spells
//
// `slider` is the selector of an ipywidgets slider, or null: each event then ends with the value that
// the slider itself took from it; one that the browser merged into a later event has that one's.
//
// Each frame also tells where the page last heard the pointer: `pointer`, null before it moves.
//
// Times are milliseconds of performance.now(), which is also what event.timeStamp counts.
({ readings, slider }) => {
  const events = [], frames = [];
  let last = "", count = 0, running = true, pointer = null;

  let unread = [];  // events whose value is read when the page's own listeners are done
  const note = (event) => {
    const merged = (event.getCoalescedEvents?.() ?? []).filter((one) => one.timeStamp < event.timeStamp);
    unread = [...merged, event].map((one) => [one.timeStamp, one.clientX, one.clientY]);
    events.push(...unread);
    pointer = [event.clientX, event.clientY];
  };
  const knobs = slider && document.querySelector(`${slider} .noUi-target`).noUiSlider;
  const ask = () => {
    const value = Number(knobs.get(true));
    for (const event of unread) event[3] = value;
    unread = [];
  };
  // On the window and while capturing: before any listener of the page can swallow the event.
  window.addEventListener("pointermove", note, { capture: true, passive: true });
  // The slider hears mouse events, which follow their pointer events; here it has already heard them.
  if (knobs) window.addEventListener("mousemove", ask, { passive: true });

  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const spelled = (picture) => {
    if (!picture.complete || !picture.naturalWidth) return null;
    pixel.drawImage(picture, 4, 4, 1, 1, 0, 0, 1, 1);
    const [high, low] = pixel.getImageData(0, 0, 1, 1).data;
    return 256 * high + low;
  };
  const read = ([selector, how]) => {
    const found = document.querySelector(selector);
    if (!found) return null;
    if (how === "patch") return spelled(found);
    if (how === "text") return found.textContent;
    if (how !== "centre") return found.getAttribute(how);
    const box = found.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  // What a figure shows for a slider changes only where a frame is drawn, so it is looked at right
  // after the frame.  A handle moves with the pointer itself, between frames: what a frame shows of
  // it is settled once all requestAnimationFrame callbacks have run, whatever their order.  Resize
  // observers are called right after them, so there every frame resizes a small probe and looks when
  // that is noticed.  The frame's time is taken by a task posted then: it runs after layout and
  // painting, so all of the frame's own work is in it; and it is an urgent one, because a busy page
  // lets ordinary tasks wait for several frames.
  const stamp = (shown) => {
    const time = performance.now();
    const key = JSON.stringify(shown);
    if (key !== last) frames.push({ time, ...shown });
    last = key;
  };
  const probe = document.createElement("div");
  probe.style.cssText = "position:fixed;left:0;top:0;height:1px;pointer-events:none";
  document.body.append(probe);
  const look = () => {
    const shown = Object.entries(readings).map(([name, how]) => [name, read(how)]);
    return { pointer, ...Object.fromEntries(shown) };
  };
  const settled = new ResizeObserver(() => {
    const shown = look();
    scheduler.postTask(() => stamp(shown), { priority: "user-blocking" });
  });
  settled.observe(probe);
  const frame = () => {
    if (!running) return;
    count += 1;
    if (knobs) scheduler.postTask(() => stamp(look()), { priority: "user-blocking" });
    else probe.style.width = `${1 + (count % 2)}px`;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  return {
    stop() {
      running = false;
      settled.disconnect();
      probe.remove();
      window.removeEventListener("pointermove", note, { capture: true });
      window.removeEventListener("mousemove", ask);
      return { events, frames, count };
    },
  };
}
