/** Seconds that the page's thread has worked since `Performance.enable`, by its own account. */
export async function taskSeconds(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}
