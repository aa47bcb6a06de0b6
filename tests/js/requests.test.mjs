// Questions to the kernel: few in flight, newest wins, silence is noticed.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { requests } from "../../lecture_lib/explorers/requests.js";

function conversation(options = {}) {
  const sent = [];
  let clock = 0, silent = 0;
  const ask = requests((m) => sent.push(m), () => { silent++; }, { now: () => clock, ...options });
  return { ask, sent, pass: (ms) => { clock += ms; }, get silent() { return silent; } };
}

test("at most four requests are in flight, and everything between is dropped", () => {
  const { ask, sent, pass } = conversation();
  for (let k = 0; k < 100; k++) ask.ask({ k });
  pass(20);
  assert.deepEqual(sent.map((m) => m.state.k), [0, 1, 2, 3]);
  assert.equal(ask.inflight, 4);
  ask.answer({ seq: 1, ms: 1 });
  assert.equal(sent.at(-1).state.k, 99, "the newest input is asked next");
  assert.equal(sent.length, 5);
  ask.close();
});

test("a reply that was overtaken is not news", () => {
  const { ask } = conversation();
  for (let k = 0; k < 3; k++) ask.ask({ k });
  assert.equal(ask.answer({ seq: 3, ms: 1 }), true);
  assert.equal(ask.answer({ seq: 1, ms: 1 }), false);
  assert.equal(ask.answer({ seq: 2, ms: 1 }), false);
  assert.equal(ask.inflight, 0);
  ask.close();
});

test("a kernel that computes slowly gets fewer requests at once", () => {
  const { ask, sent, pass } = conversation();
  ask.ask({ k: 0 });
  pass(50);
  ask.answer({ seq: 1, ms: 48 });   // nearly all of the round trip was computing
  for (let k = 0; k < 50; k++) ask.ask({ k });
  assert.equal(ask.inflight, 2);
  assert.equal(sent.length, 3);
  ask.close();
});

test("silence is noticed, and the newest input is asked again", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const talk = conversation({ patience: 2000 });
  for (let k = 0; k < 9; k++) talk.ask.ask({ k });
  mock.timers.tick(1999);
  assert.equal(talk.silent, 0);
  mock.timers.tick(1);
  assert.equal(talk.silent, 1);
  assert.equal(talk.sent.at(-1).state.k, 8);
  assert.equal(talk.ask.answer({ seq: talk.sent.at(-1).seq, ms: 1 }), true, "a late answer is welcome");
  talk.ask.close();
  mock.timers.reset();
});
