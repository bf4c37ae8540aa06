// Two interleavings side by side, and where they part.
import { describe, passing_of, thread_name, trace_of, type Trace } from "./trace";
import { finding_index, go_to, other_index, result, trace } from "./view";

function key(t: Trace, p: number): string {
  const step = t.steps[p]!;
  return `${thread_name(t.finding, step.thread)} ${describe(t, step)}`;
}

function first_difference(a: Trace, b: Trace): number {
  const n = Math.min(a.steps.length, b.steps.length);
  for (let p = 0; p < n; p++) if (key(a, p) !== key(b, p)) return p;
  return n;
}

const shown_before = 5;
const shown_after = 200;

function Side({ t, title, part, jump }: { t: Trace; title: string; part: number; jump: boolean }) {
  const first = Math.max(0, part - shown_before);
  const places = t.steps.map((_, p) => p).slice(first, part + shown_after);
  return (
    <div>
      <h2>{title}</h2>
      <ol start={first + 1}>
        {places.map((p) => (
          <li class={p === part ? "part" : p < part ? "same" : ""}>
            {jump ? (
              <button type="button" onClick={() => go_to(p)}>
                {key(t, p)}
              </button>
            ) : (
              key(t, p)
            )}
          </li>
        ))}
        {part >= t.steps.length && <li class="part">(ends here)</li>}
      </ol>
    </div>
  );
}

export function Compare() {
  const t = trace.value;
  const document = result.value;
  if (!t || !document) return null;
  // The nearest passing execution has the number -1.
  const others = document.findings
    .map((f, i) => ({ f, i, title: `${f.rule} ${f.title} (${f.fingerprint})` }))
    .filter(({ i }) => i !== finding_index.value);
  const passing = passing_of(t.finding);
  if (passing) others.unshift({ f: passing, i: -1, title: "the nearest execution that passes" });
  if (others.length === 0) return <p class="muted pad">There is only one interleaving in this report.</p>;
  const chosen = others.find(({ i }) => i === other_index.value) ?? others[0]!;
  const other = chosen.f;
  const u = trace_of(other);
  const part = first_difference(t, u);
  return (
    <section class="compare" aria-label="Comparison of two interleavings" tabIndex={0}>
      <p>
        <label>
          Compare with{" "}
          <select
            value={String(chosen.i)}
            onChange={(e) => (other_index.value = Number(e.currentTarget.value))}
          >
            {others.map(({ i, title }) => (
              <option value={String(i)}>{title}</option>
            ))}
          </select>
        </label>{" "}
        {part === 0 ? "They differ from the first step." : `The first ${part} steps are equal.`}
      </p>
      {chosen.i === -1 && t.finding.turning && <p class="turning">{t.finding.turning}</p>}
      <div class="sides">
        <Side t={t} title={`${t.finding.rule} ${t.finding.title}`} part={part} jump={true} />
        <Side t={u} title={chosen.i === -1 ? "passes" : `${other.rule} ${other.title}`} part={part} jump={false} />
      </div>
    </section>
  );
}
