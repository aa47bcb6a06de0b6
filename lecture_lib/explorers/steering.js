// Pointer, finger and keys on one panel: handles are moved, spaces are turned.
//
// `figure` holds the panel's canvas and handles.  `act` says what to do:
//   view()                where points lie
//   at(handle)            where a handle is, in the data's units
//   move(handle, x, y)    put it there
//   hold(true | false)    a drag begins or ends
//   turn(da, de)          turn a space

const SNAP = 9; // pixels within which a handle let go falls onto a landmark
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function steer({ figure, canvas, panel, handles }, act) {
  const space = panel.kind === "space";
  if (!handles.length && !space) return;
  let drag = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const apart = (handle, [px, py]) => {
    const [x, y] = act.view().project(...act.at(handle));
    return Math.hypot(x - px, y - py);
  };

  figure.addEventListener("pointerdown", (event) => {
    if (event.button || drag) return;
    const point = place(event), touched = event.target.closest?.(".lecture-handle");
    const grabbed = handles.find((h) => h.node === touched);
    const handle = grabbed ?? [...handles].sort((a, b) => apart(a, point) - apart(b, point))[0];
    drag = { id: event.pointerId, handle, last: point };
    figure.setPointerCapture(event.pointerId);
    event.preventDefault();
    (handle?.node ?? canvas).focus({ preventScroll: true });
    act.hold(true);
    if (handle && !grabbed) act.move(handle, ...act.view().invert(...point));
  });

  figure.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const point = place(event);
    if (drag.handle) act.move(drag.handle, ...act.view().invert(...point));
    else act.turn((point[0] - drag.last[0]) * 0.01, (point[1] - drag.last[1]) * 0.01);
    drag.last = point;
  });

  const release = (event) => {
    if (drag?.id !== event.pointerId) return;
    const { handle } = drag;
    drag = null;
    act.hold(false);
    if (!handle || handle.circle) return;
    const near = panel.landmarks.find(([x, y]) => apart(handle, act.view().project(x, y)) < SNAP);
    if (near) act.move(handle, near[0], near[1]);
  };
  figure.addEventListener("pointerup", release);
  figure.addEventListener("pointercancel", release);
  figure.addEventListener("lostpointercapture", release);  // the window may take the pointer away

  figure.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const handle = handles.find((h) => h.node === event.target);
    if (handle) act.move(handle, ...stepped(handle, act.at(handle), panel, arrow, event.shiftKey));
    else if (space) act.turn(arrow[0] * 0.1, arrow[1] * 0.08);
  });
}

// One key press: a fortieth of the axis, or five degrees; with Shift a tenth of that.  Steps stop
// at multiples of themselves, so that keys reach zero exactly.
export function stepped(handle, [x, y], panel, [right, up], fine) {
  const part = fine ? 0.1 : 1;
  if (handle.circle) {
    const step = (Math.PI / 36) * part;
    const angle = (Math.round(Math.atan2(y, x) / step) + right + up) * step;
    return [handle.circle * Math.cos(angle), handle.circle * Math.sin(angle)];
  }
  const along = (value, [low, high], sign) => {
    const steps = 40 / (high - low) / part;
    return sign ? Math.round(value * steps + sign) / steps + 0 : value;
  };
  return [along(x, panel.x, right), along(y, panel.y, up)];
}
