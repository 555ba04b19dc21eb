import type { Kafka } from 'kafkajs';

/** Longer is no answer: whoever asks is a scrape of metrics. */
const TIMEOUT_MS = 3_000;

/** Records that a group has yet to commit, of each partition of a topic. */
export async function kafkaLag(
  kafka: Kafka,
  { topic, groupId }: { readonly topic: string; readonly groupId: string },
): Promise<readonly number[]> {
  const admin = kafka.admin();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the lag of ${topic} was not told within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
  });
  const ask = async () => {
    await admin.connect();
    const [ends, [committed]] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchOffsets({ groupId, topics: [topic] }),
    ]);
    const reached = new Map(
      committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    return ends.map(({ partition, high, low }) => {
      // A group that has read nothing of a partition is at -1, and begins with the oldest that is left.
      const next = Math.max(reached.get(partition) ?? -1, Number(low));
      return Math.max(0, Number(high) - next);
    });
  };
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
    admin.disconnect().catch(() => {});
  }
}
