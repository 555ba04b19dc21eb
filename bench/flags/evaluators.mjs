/**
 * Everything that is measured, each as a function from a flag's key and a person to a value. `rules`: it decides by rules, here
 * and now. `look-up`: it finds a value that something else decided for one person, which is what browser SDKs of this kind do, and
 * it costs them a request when the person changes.
 */
import { evaluate } from '@px-platform/protocol/flags';
import { GrowthBookClient } from '@growthbook/growthbook';
import { createClient } from '@launchdarkly/js-client-sdk';
import { InMemoryProvider, OpenFeature } from '@openfeature/web-sdk';
import { StatsigClient } from '@statsig/js-client';

export const EVALUATORS = [
  {
    name: 'PX',
    kind: 'rules',
    open: (document) => (key, attributes) => evaluate(document, key, { attributes }).value,
  },
  {
    name: 'GrowthBook',
    kind: 'rules',
    open: (document) => {
      const client = new GrowthBookClient().initSync({ payload: document });
      // A set of its own: else it remembers every exposure of every person for ever.
      return (key, attributes) =>
        client.evalFeature(key, { attributes, trackedExperiments: new Set() }).value;
    },
  },
  {
    name: 'LaunchDarkly',
    kind: 'look-up',
    open: async (document) => {
      const keys = Object.keys(document.features);
      const client = createClient(
        'bench',
        { kind: 'user', key: 'user-0' },
        {
          sendEvents: false,
          diagnosticOptOut: true,
          streaming: false,
          fetchGoals: false,
          logger: { debug() {}, info() {}, warn() {}, error() {} },
        },
      );
      await client.start({
        bootstrap: {
          ...Object.fromEntries(keys.map((key) => [key, 'control'])),
          $flagsState: Object.fromEntries(keys.map((key) => [key, { version: 1, variation: 0 }])),
          $valid: true,
        },
      });
      return (key) => client.variation(key, 'off');
    },
  },
  {
    name: 'Statsig',
    kind: 'look-up',
    open: (document) => {
      const keys = Object.keys(document.features);
      const user = { userID: 'user-0' };
      const client = new StatsigClient('client-bench', user, {
        networkConfig: { preventAllNetworkTraffic: true },
        disableLogging: true,
        disableStorage: true,
      });
      const configOf = (name) => [
        name,
        { name, value: { value: 'control' }, rule_id: 'r', group: 'r', secondary_exposures: [] },
      ];
      client.dataAdapter.setData(
        JSON.stringify({
          user,
          feature_gates: {},
          dynamic_configs: Object.fromEntries(keys.map(configOf)),
          layer_configs: {},
          has_updates: true,
          hash_used: 'none',
          time: 1,
        }),
      );
      client.initializeSync();
      return (key) =>
        client.getDynamicConfig(key, { disableExposureLog: true }).get('value', 'off');
    },
  },
  {
    name: 'OpenFeature',
    kind: 'look-up',
    open: async (document) => {
      const flag = { variants: { control: 'control' }, defaultVariant: 'control', disabled: false };
      const keys = Object.keys(document.features);
      await OpenFeature.setProviderAndWait(
        new InMemoryProvider(Object.fromEntries(keys.map((key) => [key, flag]))),
      );
      const client = OpenFeature.getClient();
      return (key) => client.getStringValue(key, 'off');
    },
  },
];
