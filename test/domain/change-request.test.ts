import assert from "node:assert/strict";
import { test } from "node:test";
import { expiryOf, isAnswerable, isOpen, mayPass, reminderOf, type State, states } from "../../src/domain/change-request.ts";

const arrows: Record<State, string> = {
  todo: "checkValidity",
  checkValidity: "validatingByCustomers error",
  validatingByCustomers: "doing refused expired aborted error",
  doing: "done error",
  done: "",
  refused: "",
  expired: "",
  aborted: "",
  error: "",
};

test("§6: a request passes only along the arrows of its life", () => {
  for (const from of states) for (const to of states) assert.equal(mayPass(from, to), arrows[from].split(" ").includes(to), `${from} → ${to}`);
});

test("§6: a final state stays, and only validatingByCustomers can be answered", () => {
  for (const state of states) {
    assert.equal(isOpen(state), ["todo", "checkValidity", "validatingByCustomers", "doing"].includes(state), state);
    assert.equal(isAnswerable(state), state === "validatingByCustomers", state);
  }
});

test("§10: a request expires N × 24 h after it was asked, and is reminded of two days before where N is more than 2", () => {
  const day = 86_400_000;
  assert.equal(expiryOf(1000, 7), 1000 + 7 * day);
  assert.equal(reminderOf(1000, 7), 1000 + 5 * day);
  assert.equal(reminderOf(1000, 3), 1000 + day);
  assert.equal(reminderOf(1000, 2), undefined);
  assert.equal(reminderOf(1000, 1), undefined);
});
