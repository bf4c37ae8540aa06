// Where every thread stands in its source, with the lines around it as far as the document has them.
import { useMemo } from "preact/hooks";

import type { Frame } from "./document";
import { thread_colour } from "./colours";
import { short_file, thread_name, thread_place, user_frame, type Trace } from "./trace";
import { place, result, theme, trace } from "./view";

function lines_near(frame: Frame, around: number): [number, string][] {
  const excerpts = result.value?.sources?.filter((s) => s.file === frame.file) ?? [];
  const found: [number, string][] = [];
  for (let n = frame.line - around; n <= frame.line + around; n++) {
    const text = excerpts.map((s) => s.lines[n - s.first]).find((line) => line !== undefined);
    if (text !== undefined) found.push([n, text]);
  }
  return found.length > 0 ? found : frame.source === null ? [] : [[frame.line, frame.source]];
}

function final_stack(t: Trace, thread: number): Frame[] | null {
  if (place.value < t.steps.length - 1) return null;
  const blocked = t.finding.blocked.find((b) => b.thread === thread);
  const access = t.finding.accesses.find((a) => a.thread === thread && (a.role === "current" || a.role === "previous"));
  return blocked?.stack ?? access?.stack ?? null;
}

// The stack of the thread's last step that has one: what it does to end has none.
function last_stack(t: Trace, thread: number, p: number | undefined): Frame[] | null {
  if (p === undefined) return null;
  const places = t.of_thread.get(thread)!;
  for (let i = places.indexOf(p); i >= 0; i--) {
    const stack = t.steps[places[i]!]!.stack;
    if (user_frame(stack)) return stack;
  }
  return null;
}

interface Position {
  t: Trace;
  id: number;
  lane: number;
  current: boolean;
  moved: boolean;
  stack: Frame[] | null;
}

// Made again only when the thread stands elsewhere.
function Source({ t, id, lane, current, moved, stack }: Position) {
  return useMemo(() => {
    const frame = stack ? user_frame(stack) : null;
    const outer = stack?.filter((f) => f !== frame && !f.library && f.function) ?? [];
    return (
      <div class={`source${current ? " current" : ""}`}>
        <h2 style={{ color: thread_colour(lane, theme.value) }}>
          {thread_name(t.finding, id)}
          {frame?.file && (
            <small>
              {" "}
              {frame.function} · {short_file(frame.file)}:{frame.line}
            </small>
          )}
        </h2>
        {!frame && <p class="muted">{moved ? "no source known for this step" : "has not moved yet"}</p>}
        {frame && (
          <pre>
            {lines_near(frame, t.lanes.length > 4 ? 2 : 8).map(([n, text]) => (
              <div class={n === frame.line ? "line here" : "line"}>
                <span class="number">{n}</span>
                {text}
              </div>
            ))}
          </pre>
        )}
        {outer.length > 0 && (
          <p class="muted">
            called by{" "}
            {outer
              .map((f) => `${f.function}${f.file ? ` (${short_file(f.file)}:${f.line})` : ""}`)
              .join(", ")}
          </p>
        )}
      </div>
    );
  }, [t, id, lane, current, moved, stack, theme.value]);
}

export function Sources() {
  const t = trace.value;
  if (!t) return null;
  const current = t.steps[place.value]?.thread;
  return (
    <section class="sources" aria-label="Source of each thread" tabIndex={0}>
      {t.lanes.map((id, lane) => {
        const p = thread_place(t, id, place.value);
        const stack = final_stack(t, id) ?? last_stack(t, id, p);
        return <Source t={t} id={id} lane={lane} current={id === current} moved={p !== undefined} stack={stack} />;
      })}
    </section>
  );
}
