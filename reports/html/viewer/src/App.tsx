import { useSignal } from "@preact/signals";

import { Compare } from "./Compare";
import { Details } from "./Details";
import { keys } from "./keys";
import { Lanes } from "./Lanes";
import { Sources } from "./Sources";
import { StatePane } from "./StatePane";
import { StepTable } from "./StepTable";
import { axis, finding, go_to, help, open_finding, place, result, tab, theme, trace, why_shown, type Tab } from "./view";

function Copy({ text, label }: { text: string; label: string }) {
  const done = useSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => undefined);
    done.value = true;
    setTimeout(() => (done.value = false), 1500);
  };
  return (
    <button type="button" onClick={copy} title={text}>
      {done.value ? "copied" : label}
    </button>
  );
}

function Tools() {
  return (
    <div class="tools">
      <button type="button" onClick={() => (theme.value = theme.value === "dark" ? "light" : "dark")}>
        {theme.value === "dark" ? "light" : "dark"}
      </button>
      <button type="button" aria-expanded={help.value} onClick={() => (help.value = !help.value)}>
        keys
      </button>
    </div>
  );
}

function Help() {
  if (!help.value) return null;
  return (
    <section class="help" aria-label="Keyboard">
      <dl>
        {keys.map((k) => (
          <>
            <dt>
              {k.keys.map((x) => (
                <kbd>{x.replace("ArrowRight", "→").replace("ArrowLeft", "←")}</kbd>
              ))}
            </dt>
            <dd>{k.what}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Scrubber() {
  const t = trace.value;
  if (!t || t.steps.length === 0) return null;
  const step = t.steps[place.value]!;
  return (
    <div class="scrubber">
      <button type="button" aria-label="previous step" onClick={() => go_to(place.value - 1)}>
        ◀
      </button>
      <input
        type="range"
        aria-label="Step"
        aria-valuetext={`step ${step.step}`}
        min="0"
        max={t.steps.length - 1}
        value={place.value}
        onInput={(e) => go_to(Number(e.currentTarget.value))}
      />
      <button type="button" aria-label="next step" onClick={() => go_to(place.value + 1)}>
        ▶
      </button>
      <span class="position">
        step {step.step} of {t.steps[t.steps.length - 1]!.step}
      </span>
      <label>
        <input
          type="checkbox"
          checked={axis.value === "causal"}
          onChange={() => (axis.value = axis.value === "causal" ? "schedule" : "causal")}
        />{" "}
        causal columns
      </label>
    </div>
  );
}

const tabs: [Tab, string][] = [
  ["interleaving", "Interleaving"],
  ["compare", "Compare"],
  ["details", "Details"],
];

function FindingPage() {
  const f = finding.value!;
  const many = result.value!.findings.length > 1;
  return (
    <>
      <header>
        <div class="title">
          {many && (
            <button type="button" onClick={() => open_finding(null)}>
              all findings
            </button>
          )}
          <h1>
            <span class="rule">{f.rule}</span> {f.title}
          </h1>
          <Tools />
        </div>
        <p class="cause">{f.cause}</p>
        {f.why && (
          <details class="why" open={why_shown.value} onToggle={(e) => (why_shown.value = e.currentTarget.open)}>
            <summary>Why</summary>
            <p>{f.why}</p>
            {f.turning && <p>{f.turning}</p>}
          </details>
        )}
        <p class="actions">
          {f.replay && <code class="replay">{f.replay}</code>}
          {f.replay && <Copy text={f.replay} label="copy replay command" />}
          <Copy text={f.token} label="copy token" />
        </p>
        <nav aria-label="Views">
          {tabs.map(([id, name]) => (
            <button type="button" aria-current={tab.value === id ? "page" : undefined} onClick={() => (tab.value = id)}>
              {name}
            </button>
          ))}
        </nav>
      </header>
      <Help />
      <main>
        {tab.value === "interleaving" &&
          (f.steps.length === 0 ? (
            <p class="muted pad">No steps were recorded for this finding.</p>
          ) : (
            <>
              <Lanes />
              <Scrubber />
              <div class="panes">
                <StepTable />
                <Sources />
                <StatePane />
              </div>
            </>
          ))}
        {tab.value === "compare" && <Compare />}
        {tab.value === "details" && <Details />}
      </main>
    </>
  );
}

function IndexPage() {
  const d = result.value!;
  const e = d.exploration;
  return (
    <>
      <header>
        <div class="title">
          <h1>
            Heddle: {d.findings.length === 1 ? "1 finding" : `${d.findings.length} findings`}
          </h1>
          <Tools />
        </div>
        <p class="cause">
          {d.program} {d.arguments.join(" ")}
        </p>
      </header>
      <Help />
      <main class="index">
        {d.error && <p class="error">{d.error}</p>}
        <p>{d.guarantee}</p>
        <p class="muted">
          {e.executions} executions ({e.complete} complete, {e.blocked} blocked, {e.cut} cut), model {e.model}, strategy{" "}
          {e.strategy}, seed {e.seed}
        </p>
        {d.findings.length > 0 && (
          <table>
            <caption class="visually-hidden">Findings</caption>
            <thead>
              <tr>
                <th scope="col">rule</th>
                <th scope="col">what happened</th>
                <th scope="col">seen</th>
                <th scope="col">steps</th>
                <th scope="col">fingerprint</th>
              </tr>
            </thead>
            <tbody>
              {d.findings.map((f, i) => (
                <tr>
                  <th scope="row">
                    <a href={`#f=${f.fingerprint}`} onClick={() => open_finding(i)}>
                      {f.rule} {f.title}
                    </a>
                  </th>
                  <td>{f.cause}</td>
                  <td>{f.occurrences}×</td>
                  <td>{f.steps.length}</td>
                  <td>
                    <code>{f.fingerprint}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {d.outcomes.length > 0 && (
          <table>
            <caption>Outcomes</caption>
            <thead>
              <tr>
                <th scope="col">outcome</th>
                <th scope="col">executions</th>
              </tr>
            </thead>
            <tbody>
              {d.outcomes.map((o) => (
                <tr>
                  <th scope="row">{o.text}</th>
                  <td>{o.count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {d.warnings.length > 0 && (
          <>
            <h2>Warnings</h2>
            <ul>
              {d.warnings.map((w) => (
                <li>
                  <code>{w.call}</code>: {w.message}
                </li>
              ))}
            </ul>
          </>
        )}
        {d.problems.length > 0 && (
          <>
            <h2>Problems of the report</h2>
            <ul>
              {d.problems.map((p) => (
                <li>{p}</li>
              ))}
            </ul>
          </>
        )}
      </main>
    </>
  );
}

export function App() {
  if (!result.value) return null;
  return finding.value ? <FindingPage /> : <IndexPage />;
}
