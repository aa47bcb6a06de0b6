// Fills the placeholders of a sentence, as lecture_lib/sentences.py does: {name:.2f}, {name:+.2f}.

const minus = "\u2212";

export function number(value, digits, sign = "") {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "?" : value > 0 ? "∞" : minus + "∞";
  let text = Math.abs(value) < 1e15 ? Math.abs(value).toFixed(digits) : Math.abs(value).toExponential(2);
  const zero = !/[1-9]/.test(text);
  return (value < 0 && !zero ? minus : sign && !zero ? sign : "") + text;
}

const fill = (template, frame) => template.replace(/\{(\w[\w.]*):(\+?)(\d*)\.(\d)f\}/g, (_, name, sign, width, digits) =>
  number(frame[name] ? frame[name][0] : NaN, Number(digits), sign).padStart(Number(width)));

// A sentence is a list of templates and, if there are several, the name of the number that chooses.
export function sentence({ templates, choose }, frame) {
  const value = choose ? frame[choose]?.[0] : 0;
  const k = Number.isFinite(value) ? Math.max(0, Math.min(templates.length - 1, Math.round(value))) : 0;
  return fill(templates[k], frame);
}

// The longest that a sentence may become, about: room is kept for it.
export function longest({ templates }, frame) {
  return templates.map((template) => fill(template, frame)).reduce((a, b) => (b.length > a.length ? b : a));
}
