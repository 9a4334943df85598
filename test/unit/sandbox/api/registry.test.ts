import assert from 'node:assert/strict';
import { clone, ensureObject, type JsonObject, stringAt } from '../../../../src/sandbox/api/json.js';
import { ensureNamespace, startNamespaceController } from '../../../../src/sandbox/api/namespaces.js';
import type { Registry } from '../../../../src/sandbox/api/registry.js';
import { ApiError } from '../../../../src/sandbox/api/status.js';
import { smallPod, smallStress, testRegistry } from '../support/api.js';

function refusal(code: number, reason?: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof ApiError && error.code === code && (reason === undefined || error.reason === reason);
}

describe('registry', () => {
  let registry: Registry;
  const pods = () => registry.definition('pods');
  const stress = () => registry.definition('stresschaos', 'chaos-mesh.org');
  const namespaces = () => registry.definition('namespaces');
  const setFinalizers = (name: string, finalizers: string[]) =>
    registry.patch(stress(), 'default', name, (current) => {
      const copy = clone(current);
      ensureObject(copy, 'metadata')['finalizers'] = finalizers;
      return copy;
    });

  beforeEach(() => {
    registry = testRegistry();
  });

  it('counts one sequence of versions over all resources', () => {
    const a = registry.create(pods(), 'default', smallPod('a'));
    const b = registry.create(stress(), 'default', smallStress('b'));
    assert.equal(Number(b.metadata.resourceVersion), Number(a.metadata.resourceVersion) + 1);
  });

  it('makes a name of generateName', () => {
    const pod = smallPod('');
    const made = registry.create(pods(), 'default', { ...pod, metadata: { generateName: 'web-' } });
    assert.match(made.metadata.name, /^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('writes nothing where nothing changes', () => {
    const made = registry.create(pods(), 'default', smallPod('a'));
    const { revision } = registry.store;
    assert.equal(
      registry.patch(pods(), 'default', 'a', (current) => current),
      made,
    );
    assert.equal(registry.store.revision, revision);
  });

  it('freezes what it stores', () => {
    const made = registry.create(pods(), 'default', smallPod('a'));
    assert.throws(() => {
      made.metadata.name = 'b';
    }, TypeError);
  });

  it('refuses an update of another version, and of a custom resource without one', () => {
    const made = registry.create(stress(), 'default', smallStress('a'));
    registry.patch(stress(), 'default', 'a', (current) => {
      const copy = clone(current);
      ensureObject(ensureObject(copy, 'metadata'), 'labels')['x'] = 'y';
      return copy;
    });
    assert.throws(() => registry.update(stress(), 'default', 'a', made), refusal(409, 'Conflict'));
    const { resourceVersion: _version, ...metadata } = made.metadata;
    assert.throws(() => registry.update(stress(), 'default', 'a', { ...made, metadata }), refusal(422));
  });

  it('counts generations of the spec, and of everything where there is no status subresource', () => {
    registry.create(stress(), 'default', smallStress('a'));
    const labelled = registry.patch(stress(), 'default', 'a', (current) => {
      const copy = clone(current);
      ensureObject(ensureObject(copy, 'metadata'), 'labels')['x'] = 'y';
      return copy;
    });
    assert.equal(labelled.metadata['generation'], 1);
    const status = { experiment: { desiredPhase: 'Run' } };
    const changed = registry.patch(stress(), 'default', 'a', (current) => ({ ...current, status }));
    assert.equal(changed.metadata['generation'], 2);
  });

  it('takes the status of a Pod through its subresource only', () => {
    registry.create(pods(), 'default', { ...smallPod('a'), status: { phase: 'Running' } });
    assert.equal(stringAt(registry.get(pods(), 'default', 'a'), 'status', 'phase'), 'Pending');
    const running = (current: JsonObject): JsonObject => ({ ...current, status: { phase: 'Running' } });
    assert.equal(stringAt(registry.patch(pods(), 'default', 'a', running), 'status', 'phase'), 'Pending');
    const done = registry.patch(pods(), 'default', 'a', running, { subresource: 'status' });
    assert.equal(stringAt(done, 'status', 'phase'), 'Running');
  });

  it('keeps an object with finalizers until the last of them is gone', () => {
    registry.create(stress(), 'default', smallStress('a'));
    setFinalizers('a', ['x/y', 'x/z']);
    const { gone, object } = registry.delete(stress(), 'default', 'a');
    assert.equal(gone, false);
    assert.equal(typeof object.metadata['deletionTimestamp'], 'string');
    assert.throws(() => setFinalizers('a', ['x/y', 'x/z', 'x/new']), refusal(422));
    setFinalizers('a', ['x/z']);
    assert.ok(registry.find(stress(), 'default', 'a'));
    setFinalizers('a', []);
    assert.equal(registry.find(stress(), 'default', 'a'), undefined);
  });

  it('checks the preconditions of a delete', () => {
    const { uid } = registry.create(pods(), 'default', smallPod('a')).metadata;
    assert.throws(() => registry.delete(pods(), 'default', 'a', { uid: 'other' }), refusal(409));
    assert.throws(() => registry.delete(pods(), 'default', 'a', { resourceVersion: '1' }), refusal(409));
    assert.equal(registry.delete(pods(), 'default', 'a', { uid }).gone, true);
  });

  it('gives a Pod on a node its grace, and none when asked', () => {
    registry.create(pods(), 'default', {
      ...smallPod('a'),
      spec: { ...(smallPod('a')['spec'] as JsonObject), nodeName: 'n' },
    });
    const { object, gone } = registry.delete(pods(), 'default', 'a');
    assert.equal(gone, false);
    assert.equal(object.metadata['deletionGracePeriodSeconds'], 30);
    const again = registry.delete(pods(), 'default', 'a', { graceSeconds: 5 });
    assert.equal(again.object.metadata['deletionGracePeriodSeconds'], 5);
    const longer = registry.delete(pods(), 'default', 'a', { graceSeconds: 20 });
    assert.equal(longer.object.metadata['deletionGracePeriodSeconds'], 5);
    assert.equal(registry.delete(pods(), 'default', 'a', { graceSeconds: 0 }).gone, true);
  });

  it('dry runs go through all checks and write nothing', () => {
    const { revision } = registry.store;
    registry.create(pods(), 'default', smallPod('a'), { dryRun: true });
    assert.throws(
      () => registry.create(pods(), 'default', smallPod('Bad_Name'), { dryRun: true }),
      refusal(422),
    );
    assert.equal(registry.store.revision, revision);
    assert.equal(registry.find(pods(), 'default', 'a'), undefined);
  });

  it('empties a namespace before it lets it go, and takes nothing new meanwhile', async () => {
    const stop = startNamespaceController(registry);
    ensureNamespace(registry, 'full');
    registry.create(stress(), 'full', smallStress('held'));
    registry.patch(stress(), 'full', 'held', (current) => {
      const copy = clone(current);
      ensureObject(copy, 'metadata')['finalizers'] = ['x/y'];
      return copy;
    });
    registry.delete(namespaces(), '', 'full');
    await settled();
    assert.equal(stringAt(registry.get(namespaces(), '', 'full'), 'status', 'phase'), 'Terminating');
    assert.throws(() => registry.create(pods(), 'full', smallPod('late')), refusal(403));
    registry.patch(stress(), 'full', 'held', (current) => {
      const copy = clone(current);
      ensureObject(copy, 'metadata')['finalizers'] = [];
      return copy;
    });
    await settled();
    assert.equal(registry.find(namespaces(), '', 'full'), undefined);
    stop();
  });
});

/** Lets what controllers put off until after a write be done. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
