// Two interleavings side by side, and where they part.
import { describe, thread_name, trace_of, type Trace } from "./trace";
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
  const others = document.findings.map((f, i) => ({ f, i })).filter(({ i }) => i !== finding_index.value);
  if (others.length === 0) return <p class="muted pad">There is only one interleaving in this report.</p>;
  const other = document.findings[other_index.value ?? others[0]!.i]!;
  const u = trace_of(other);
  const part = first_difference(t, u);
  return (
    <section class="compare" aria-label="Comparison of two interleavings" tabIndex={0}>
      <p>
        <label>
          Compare with{" "}
          <select
            value={String(other_index.value ?? others[0]!.i)}
            onChange={(e) => (other_index.value = Number(e.currentTarget.value))}
          >
            {others.map(({ f, i }) => (
              <option value={String(i)}>
                {f.rule} {f.title} ({f.fingerprint})
              </option>
            ))}
          </select>
        </label>{" "}
        {part === 0 ? "They differ from the first step." : `The first ${part} steps are equal.`}
      </p>
      <div class="sides">
        <Side t={t} title={`${t.finding.rule} ${t.finding.title}`} part={part} jump={true} />
        <Side t={u} title={`${other.rule} ${other.title}`} part={part} jump={false} />
      </div>
    </section>
  );
}
