const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count, whole below 100,000 and short above: `1,204`, `128.4K`. */
export function formatCount(count: number): string {
  return count < 100_000 ? whole.format(count) : compact.format(count);
}

/** A span of time in its largest telling unit: `8 ms`, `1.4 s`, `3 min`, `5 h`, `2 days`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${whole.format(Math.round(ms / 86_400_000))} days`;
}

/** A step's cost: `38 µs`, `1.2 ms`. */
export function formatMicros(micros: number): string {
  if (micros >= 1_000) return `${(micros / 1_000).toFixed(1)} ms`;
  return `${micros < 10 ? Math.round(micros * 10) / 10 : Math.round(micros)} µs`;
}

/** Local wall time in two parts, so that a row can show the milliseconds only on demand. */
export function formatTime(at: number): { readonly clock: string; readonly ms: string } {
  const date = new Date(at);
  const pad = (part: number) => String(part).padStart(2, '0');
  return {
    clock: `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`,
    ms: `.${String(date.getMilliseconds()).padStart(3, '0')}`,
  };
}

/** Local date and time to the millisecond, sortable as text: `2026-02-03 09:05:07.042`. */
export function formatDateTime(at: number): string {
  const date = new Date(at);
  const pad = (part: number) => String(part).padStart(2, '0');
  const { clock, ms } = formatTime(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock}${ms}`;
}

/** `1 event`, `12 events`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
