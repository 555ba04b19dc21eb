/** Name of the stream that carries a project's `LiveEvent`s. */
export function liveStream(projectId: string): string {
  return `live:${projectId}`;
}
