// Questions to the kernel: a few in flight, the newest wins, and silence is noticed.
// Pure bookkeeping; node tests drive it with a fake clock.

export function requests(send, onSilence, { most = 4, patience = 2000, now = () => performance.now() } = {}) {
  const sent = new Map();
  let seq = 0, shown = 0, width = most, want = null, timer = null;

  function push() {
    if (want === null || sent.size >= width) return;
    const state = want;
    want = null;
    sent.set(++seq, now());
    watch();
    send({ seq, state });
  }
  function watch() {
    clearTimeout(timer);
    if (sent.size) timer = setTimeout(() => { sent.clear(); onSilence(); push(); }, patience);
  }
  return {
    get inflight() { return sent.size; },
    // Everything between the requests in flight and the newest input is dropped here.
    ask(state) { want = state; push(); },
    // Returns whether the reply is news.  A slow kernel gets fewer requests at once, since a queue
    // of slow answers is a delay of as many.
    answer({ seq: number, ms }) {
      const start = sent.get(number);
      if (start !== undefined) width = Math.max(1, Math.min(most, 1 + Math.floor((now() - start) / Math.max(ms, 1))));
      sent.delete(number);
      watch();
      push();
      if (number <= shown) return false;
      shown = number;
      return true;
    },
    close() { clearTimeout(timer); sent.clear(); want = null; },
  };
}
