import { describe, expect, it } from 'vitest';
import { checker, list, readYaml, variablesRead } from './files.mjs';

const [kustomization] = readYaml('kubernetes/kustomization.yaml');
const files = list('kubernetes').filter((name) => name !== 'kustomization.yaml');
const objects = files.flatMap((file) =>
  readYaml(`kubernetes/${file}`).map((object) => ({ file, ...object })),
);
const ofKind = (kind) => objects.filter((object) => object.kind === kind);
const podsOf = ({ spec }) => spec.template.spec;
const running = [...ofKind('Deployment'), ...ofKind('Job')];
const [{ data: config }] = ofKind('ConfigMap');
const [{ stringData: secrets }] = ofKind('Secret');

/** What Kubernetes calls the definition of a kind. */
const GROUPS = {
  v1: 'io.k8s.api.core.v1',
  'apps/v1': 'io.k8s.api.apps.v1',
  'autoscaling/v2': 'io.k8s.api.autoscaling.v2',
  'batch/v1': 'io.k8s.api.batch.v1',
  'networking.k8s.io/v1': 'io.k8s.api.networking.v1',
  'policy/v1': 'io.k8s.api.policy.v1',
};

describe('the Kubernetes objects', () => {
  it.each(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]))(
    '%s is what Kubernetes 1.37 takes, without a field that it would ignore',
    (_, { file: _file, ...object }) => {
      const check = checker('kubernetes');
      const definition = `#/$defs/${GROUPS[object.apiVersion]}.${object.kind}`;
      expect(check(object, definition)).toEqual([]);
      expect(check({ ...object, sepc: {} }, definition)).not.toEqual([]);
    },
  );

  it('are all applied, but for the example of a secret', () => {
    expect(new Set([...kustomization.resources, 'secret.example.yaml'])).toEqual(new Set(files));
    expect(Object.values(secrets).join('')).toBe('');
  });

  it('tell services only what they read', () => {
    const known = variablesRead();
    for (const name of [...Object.keys(config), ...Object.keys(secrets)])
      expect(known).toContain(name);
    for (const object of running) {
      const [{ envFrom }] = podsOf(object).containers;
      expect(envFrom).toEqual([
        { configMapRef: { name: 'px-config' } },
        { secretRef: { name: 'px-secrets' } },
      ]);
    }
  });

  it('name images that kustomization.yaml gives a version', () => {
    const versioned = new Set(kustomization.images.map(({ name }) => name));
    for (const object of running) expect(versioned).toContain(podsOf(object).containers[0].image);
  });

  it('ask for nothing that the restricted profile refuses', () => {
    for (const object of running) {
      const { securityContext, containers, automountServiceAccountToken } = podsOf(object);
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('look after each service: probes, a budget, and time to end', () => {
    for (const object of ofKind('Deployment')) {
      const { name } = object.metadata;
      const { containers, terminationGracePeriodSeconds } = podsOf(object);
      const [{ ports, startupProbe, readinessProbe, livenessProbe, resources }] = containers;
      const paths = [startupProbe, readinessProbe, livenessProbe].map(
        ({ httpGet }) => httpGet.path,
      );
      expect(paths, name).toEqual(['/healthz', '/readyz', '/healthz']);
      for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe])
        expect(ports.map((port) => port.name)).toContain(httpGet.port);
      expect(resources).toMatchObject({ requests: { cpu: expect.anything() } });
      const needed = Number(config.PX_STOP_WAIT_MS) + Number(config.PX_DRAIN_MS);
      expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(needed);
      const budget = ofKind('PodDisruptionBudget').find((each) => each.metadata.name === name);
      expect(budget?.spec.selector).toEqual(object.spec.selector);
      expect(object.spec.template.metadata.labels).toMatchObject(object.spec.selector.matchLabels);
    }
  });

  it('grow collectors from 3 to 100 at 70 % of CPU, and processors to no more than there are partitions', () => {
    const scales = Object.fromEntries(
      ofKind('HorizontalPodAutoscaler').map(({ spec }) => [spec.scaleTargetRef.name, spec]),
    );
    expect(scales['px-collector']).toMatchObject({ minReplicas: 3, maxReplicas: 100 });
    for (const { metrics } of Object.values(scales))
      expect(metrics[0].resource.target).toEqual({ type: 'Utilization', averageUtilization: 70 });
    expect(scales['px-processor'].maxReplicas).toBeLessThanOrEqual(Number(config.KAFKA_PARTITIONS));
    // A number of replicas beside it would undo what it did at each apply.
    for (const name of Object.keys(scales)) {
      const deployment = ofKind('Deployment').find((each) => each.metadata.name === name);
      expect(deployment.spec.replicas, name).toBeUndefined();
    }
  });

  it('route to services that are there', () => {
    const [{ spec }] = ofKind('Ingress');
    const services = new Map(ofKind('Service').map((each) => [each.metadata.name, each.spec]));
    for (const { backend } of spec.rules[0].http.paths) {
      const service = services.get(backend.service.name);
      expect(service?.ports.map(({ name }) => name)).toContain(backend.service.port.name);
      const target = running.find((each) => each.metadata.name === backend.service.name);
      expect(target?.spec.selector.matchLabels).toEqual(service?.selector);
    }
  });
});
