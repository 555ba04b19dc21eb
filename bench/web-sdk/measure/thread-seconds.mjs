/** CPU seconds of the page's main thread since `Performance.enable`: what other programs do does not count. */
export async function threadSeconds(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'ThreadTime').value;
}
