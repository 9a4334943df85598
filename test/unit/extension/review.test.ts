import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_SAFETY_RULES } from '../../../src/core/experiment/safety.js';
import { cautionText, refusalText } from '../../../src/extension/present/refusals.js';
import {
  type Injection,
  type ReviewInput,
  reviewActions,
  reviewFacts,
  reviewQuestion,
} from '../../../src/extension/present/review.js';
import { targetsAre } from '../../../src/extension/present/targets.js';
import { english } from './support/language.js';
import { experimentView, MIB, podView } from './support/views.js';

const ROOT = join(import.meta.dirname, '../../../..');

function injection(parts: Partial<Injection> = {}): Injection {
  const pods = [podView({ name: 'a' }), podView({ name: 'b' })];
  return {
    object: experimentView().object,
    namespace: 'chaos-mesh',
    targets: targetsAre(pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })))),
    forecast: {
      workers: 4,
      addedBytes: 50 * MIB,
      before: { low: 38 * MIB, high: 38 * MIB },
      after: { low: 88 * MIB, high: 88 * MIB },
      lowestLimit: 500 * MIB,
      sameLimit: true,
      outcome: 'fits',
    },
    replaces: false,
    file: null,
    text: null,
    ...parts,
  };
}

function input(parts: Partial<ReviewInput> = {}): ReviewInput {
  return {
    injections: [injection()],
    connection: { phase: 'live', context: 'kind-dev', server: 'https://10.0.0.1:6443' },
    engine: { kind: 'chaos-mesh', version: '2.8.3', installation: null },
    cautions: [],
    offers: ['manifest'],
    ...parts,
  };
}

const actions = (parts: Partial<ReviewInput> = {}) =>
  reviewActions(input(parts), english).map(
    ({ icon, label, description = '', detail = '', action }) =>
      `${icon} ${action ?? '-'}: ${label} | ${description} | ${detail}`,
  );
const facts = (parts: Partial<ReviewInput> = {}) =>
  reviewFacts(input(parts), english).map(
    ({ icon, label, description = '', detail = '', step = '' }) =>
      `${icon} ${label}: ${description}${detail === '' ? '' : ` (${detail})`}${step === '' ? '' : ` -> ${step}`}`,
  );

describe('the last question before an injection', () => {
  it('names context, number of Pods, engine and forecast behind what Enter does', () => {
    assert.equal(reviewQuestion(input(), english), 'Inject mem-stress into kind-dev?');
    assert.deepEqual(actions(), [
      'play inject: Inject Now | kind-dev · 2 Pods · Chaos Mesh 2.8.3 | 4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits',
      'new-file manifest: Open as Manifest | an untitled YAML document beside this editor; nothing is injected | ',
      'clippy copy: Copy kubectl Command | for a POSIX shell; nothing is injected | ',
    ]);
    assert.equal(actions({ offers: [] }).length, 2);
  });

  it('says what will happen, each part with the step that decides it', () => {
    assert.deepEqual(facts(), [
      'target Targets: 2 Pods: hello-kubernetes/a (hello-kubernetes), hello-kubernetes/b (hello-kubernetes)',
      'pulse Memory: 50MiB shared by 4 workers -> size',
      'watch Duration: 1h, then it ends by itself -> duration',
      'symbol-object Experiment: chaos-mesh/mem-stress',
      'server-environment Cluster: kind-dev · https://10.0.0.1:6443',
    ]);
  });

  it('tells a ramp, processors, and that there is no end', () => {
    const { object } = injection();
    const stressors = {
      memory: { workers: 1, size: '1GiB', options: ['--time', '30s'] },
      cpu: { workers: 2, load: 80 },
    };
    const { duration: _, ...spec } = object.spec;
    const told = facts({ injections: [injection({ object: { ...object, spec: { ...spec, stressors } } })] });
    assert.deepEqual(told.slice(1, 5), [
      'pulse Memory: 1GiB in 1 worker -> size',
      'graph-line Ramp: grows over 30s -> ramp',
      'dashboard CPU: 2 workers at 80 % of a core each -> workers',
      'watch Duration: until it is stopped -> duration',
    ]);
  });

  it('warns where a limit will be passed, and says what is replaced', () => {
    const { forecast } = injection();
    const worse = injection({
      forecast: forecast && { ...forecast, addedBytes: 3000 * MIB, outcome: 'exceeds' },
      replaces: true,
    });
    assert.match(
      actions({ injections: [worse] })[0] ?? '',
      /^warning inject: Replace and Inject Now \| .* passes the 500 MiB limit/,
    );
    assert.ok(
      facts({ injections: [worse] }).includes(
        'symbol-object Experiment: chaos-mesh/mem-stress: the one that is there now is stopped first',
      ),
    );
  });

  it('of several has a row each', () => {
    const { object } = injection();
    const other = injection({
      object: { ...object, metadata: { name: 'other' } },
      targets: null,
      forecast: null,
      replaces: true,
    });
    const several = { injections: [injection(), other] };
    assert.equal(reviewQuestion(input(several), english), 'Inject 2 experiments into kind-dev?');
    assert.match(actions(several)[0] ?? '', /\| kind-dev · Chaos Mesh 2\.8\.3 \| $/);
    assert.deepEqual(facts(several).slice(0, 2), [
      'symbol-object chaos-mesh/mem-stress: 2 Pods (4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits)',
      'symbol-object chaos-mesh/other: what the selector hits · replaces the one that is there',
    ]);
  });

  it('cannot inject where there is no engine', () => {
    const engine = { kind: 'none', reason: 'chaos-mesh-missing' } as const;
    assert.equal(
      actions({ engine })[0],
      'circle-slash -: Nothing can inject here | none: Chaos Mesh is not installed | ',
    );
  });

  it('says what is protected, and lets no name draw icons or break the line', () => {
    const name = 'kube\n$(rocket)\u202e';
    const cautions = [{ code: 'protected-namespace', name, pattern: 'kube*' }] as const;
    assert.equal(
      facts({ cautions })[0],
      'shield Protected namespace: kube $ (rocket)\u{fffd} · its name must be typed',
    );
    const { object } = injection();
    const hostile = injection({ namespace: name, object: { ...object, metadata: { name } } });
    const pod = podView({ name, namespace: name });
    const targets = targetsAre(pod.containers.map((container) => ({ pod, container })));
    const texts = [
      ...facts({ injections: [{ ...hostile, targets }] }),
      ...actions({ connection: { phase: 'live', context: name, server: name } }),
      reviewQuestion(input({ injections: [hostile] }), english),
    ];
    for (const text of texts) assert.doesNotMatch(text, /\n|\$\(|\u202e/, text);
  });
});

describe('why an injection does not happen', () => {
  it('names number and setting, or the Pods', () => {
    const many = { code: 'too-many-targets', targets: 37, maxTargets: 20 } as const;
    assert.match(refusalText(many, english), /stress 37 Pods, and podstress\.maxTargets allows 20/);
    const pods = ['podstress/a', 'podstress/b', 'podstress/c', 'podstress/d'];
    assert.match(
      refusalText({ code: 'own-pods', of: 'agent', pods }, english),
      /a, podstress\/b, podstress\/c, …/,
    );
    assert.match(
      cautionText({ code: 'protected-context', name: 'prod', pattern: '*prod*' }, english),
      /podstress\.protectedContexts: \*prod\*/,
    );
    assert.match(
      cautionText({ code: 'protected-namespace', name: 'cm', pattern: null }, english),
      /Chaos Mesh itself runs in the namespace cm/,
    );
  });
});

describe('injections of the extension', () => {
  it('pass one place, which judges them first', () => {
    const folder = join(ROOT, 'src/extension');
    const senders = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => /\.(re)?inject\(/i.test(readFileSync(join(folder, name), 'utf8')));
    assert.deepEqual(senders.sort(), ['commands/perform.ts', 'commands/reinject.ts']);
    const judgesFirst = (name: string, guard: string, sends: string) => {
      const text = readFileSync(join(folder, 'commands', name), 'utf8');
      assert.ok(text.indexOf(guard) > 0 && text.indexOf(guard) < text.indexOf(sends), name);
    };
    judgesFirst('perform.ts', 'await mayInject(', 'lab.inject(');
    judgesFirst('reinject.ts', ' isRefused(', 'lab.reinject(');
  });

  it('are guarded by default as the settings say', () => {
    const { contributes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default?: unknown; scope?: string }> } };
    };
    const { properties } = contributes.configuration;
    for (const [name, value] of Object.entries(DEFAULT_SAFETY_RULES)) {
      assert.deepEqual(properties[`podstress.${name}`]?.default, value, name);
    }
  });
});
