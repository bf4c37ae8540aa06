// Values, lock owners, wait sets and store histories after the current step.
import { chances_of, describe, short_name, state_at, thread_name } from "./trace";
import { go_to, place, trace } from "./view";

export function StatePane() {
  const t = trace.value;
  if (!t) return null;
  const step = t.steps[place.value];
  const states = state_at(t, place.value);
  const chance = chances_of(t.finding)
    .filter((c) => step !== undefined && c.after <= step.step)
    .pop();
  return (
    <section class="state" aria-label="State after the current step" tabIndex={0}>
      {step && (
        <dl class="step">
          <dt>step {step.step}</dt>
          <dd>
            {thread_name(t.finding, step.thread)}: {describe(t, step)}
          </dd>
          {step.switch !== null && (
            <>
              <dt>switch</dt>
              <dd>the thread before was left: {step.switch}</dd>
            </>
          )}
          {step.without && (
            <>
              <dt>without it</dt>
              <dd>{step.without}</dd>
            </>
          )}
          {step.without_surprise && (
            <>
              <dt>with the {step.kind === "choose" ? "first choice" : "latest"} instead</dt>
              <dd>{step.without_surprise}</dd>
            </>
          )}
          {chance && (
            <>
              <dt>chance</dt>
              <dd>
                {chance.failed} of {chance.failed + chance.passed} random continuations fail
                {chance.after === 0 ? " from the start" : ` after step ${chance.after}`}
                {chance.after === t.finding.analysis!.no_return && ", the point of no return"}
              </dd>
            </>
          )}
          {t.stale[place.value] && (
            <>
              <dt>stale read</dt>
              <dd>a newer value had been stored, and nothing obliged the thread to see it</dd>
            </>
          )}
          <dt>clock</dt>
          <dd class="clock">
            {t.lanes.map((id) => (
              <span>
                {thread_name(t.finding, id)} {step.clock[id] ?? 0}
              </span>
            ))}
          </dd>
        </dl>
      )}
      <table>
        <caption class="visually-hidden">Shared objects</caption>
        <thead>
          <tr>
            <th scope="col">object</th>
            <th scope="col">value</th>
            <th scope="col">stores, newest last</th>
          </tr>
        </thead>
        <tbody>
          {states.map((s) => (
            <tr class={step && step.object === s.object.id ? "current" : ""}>
              <th scope="row">
                {short_name(s.object.name)} <small>{s.object.kind}</small>
              </th>
              <td>
                {s.holder !== null ? `held by ${thread_name(t.finding, s.holder)}` : (s.value ?? "initial")}
                {s.waiters.length > 0 && (
                  <small class="waiters"> {s.waiters.map((w) => thread_name(t.finding, w)).join(", ")} waits</small>
                )}
              </td>
              <td class="stores">
                {s.earlier && <span>… </span>}
                {s.stores.map((e) => (
                  <button type="button" title={`stored in step ${t.steps[e.place]!.step}`} onClick={() => go_to(e.place)}>
                    {e.value}
                    {!e.newest && <small> older</small>}
                  </button>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
