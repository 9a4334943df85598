import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { AGENT_POD_LABELS } from '../../../src/protocol/agent/types.js';
import { typeErrors } from './kubernetes-types.js';

interface Container {
  args: string[];
  ports?: unknown;
  securityContext: Record<string, unknown>;
  livenessProbe: { exec?: { command: string[] } };
  readinessProbe: { exec?: { command: string[] } };
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}

interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  automountServiceAccountToken: boolean;
  nodeSelector: Record<string, string>;
  containers: [Container];
  volumes: { name: string; hostPath?: { path: string } }[];
}

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function documentsOf(folder: string): Record<string, unknown>[] {
  const text = execFileSync('kubectl', ['kustomize', `deploy/${folder}`], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
}

function render(folder: string): { pod: PodSpec; container: Container; labels: unknown; kinds: string[] } {
  const documents = documentsOf(folder) as { kind: string }[];
  const daemonSet = documents.find(({ kind }) => kind === 'DaemonSet') as unknown as {
    spec: { template: { metadata: { labels: unknown }; spec: PodSpec } };
  };
  const { metadata, spec } = daemonSet.spec.template;
  return {
    pod: spec,
    container: spec.containers[0],
    labels: metadata.labels,
    kinds: documents.map(({ kind }) => kind),
  };
}

function writableNodePaths({ pod, container }: ReturnType<typeof render>): string[] {
  const ofNode = new Map(pod.volumes.map((volume) => [volume.name, volume.hostPath?.path]));
  return container.volumeMounts
    .filter((mount) => mount.readOnly !== true && ofNode.get(mount.name) !== undefined)
    .map((mount) => mount.mountPath);
}

describe('the manifests in deploy/', () => {
  before(function () {
    if (!hasKubectl()) this.skip();
  });

  for (const folder of ['base', 'overlays/kmsg', 'overlays/stress']) {
    it(`${folder} is valid by Kubernetes' own types`, () => {
      const documents = documentsOf(folder);
      for (const document of documents) {
        assert.deepEqual(typeErrors(document, `V1${String(document['kind'])}`), []);
      }
      const [daemonSet] = documents.filter(({ kind }) => kind === 'DaemonSet');
      const wrong = structuredClone(daemonSet) as { spec: { template: { spec: Record<string, unknown> } } };
      wrong.spec.template.spec['hostPid'] = 'yes';
      wrong.spec.template.spec['containers'] = [{ image: 1 }];
      assert.deepEqual(typeErrors(wrong, 'V1DaemonSet'), [
        '.spec.template.spec.containers[0]: name is missing',
        '.spec.template.spec.containers[0].image: not a string',
        '.spec.template.spec: unknown field hostPid',
      ]);
    });

    it(`${folder} renders, keeps to its loopback and is found by its labels`, () => {
      const { pod, container, labels, kinds } = render(folder);
      assert.deepEqual(kinds.sort(), ['DaemonSet', 'Namespace']);
      assert.deepEqual(labels, AGENT_POD_LABELS);
      assert.ok(!pod.hostNetwork && container.ports === undefined);
      assert.equal(pod.automountServiceAccountToken, false);
      assert.equal(pod.nodeSelector['kubernetes.io/os'], 'linux');
      for (const probe of [container.livenessProbe, container.readinessProbe]) {
        assert.deepEqual(probe.exec?.command, ['node', '/app/agent.cjs', 'health']);
      }
      assert.ok(container.resources.requests['memory'] && container.resources.limits['memory']);
      assert.equal(container.securityContext['readOnlyRootFilesystem'], true);
    });
  }

  it('the base is unprivileged and only counts', () => {
    const base = render('base');
    const { securityContext, args } = base.container;
    assert.deepEqual(securityContext['capabilities'], { drop: ['ALL'] });
    assert.deepEqual(securityContext['seccompProfile'], { type: 'RuntimeDefault' });
    assert.ok(securityContext['runAsNonRoot'] && !securityContext['privileged'] && !base.pod.hostPID);
    assert.ok(args.includes('--no-kmsg') && !args.includes('--allow-stress'));
    assert.deepEqual(writableNodePaths(base), []);
  });

  it('kmsg is privileged for /dev/kmsg, and still writes nowhere on the node', () => {
    const kmsg = render('overlays/kmsg');
    assert.equal(kmsg.container.securityContext['privileged'], true);
    assert.equal(kmsg.container.securityContext['capabilities'], undefined);
    assert.ok(!kmsg.container.args.includes('--no-kmsg') && !kmsg.container.args.includes('--allow-stress'));
    assert.ok(!kmsg.pod.hostPID);
    assert.deepEqual(writableNodePaths(kmsg), []);
  });

  it('stress may write the cgroup files and sees the processes of the node', () => {
    const stress = render('overlays/stress');
    assert.ok(stress.container.args.includes('--allow-stress') && stress.pod.hostPID);
    assert.deepEqual(writableNodePaths(stress), ['/host/sys/fs/cgroup']);
  });
});

describe('the systemd unit', () => {
  it('says of every setting that forbids stress that it is for watching only', () => {
    const lines = readFileSync('deploy/systemd/podstress-agent.service', 'utf8').split('\n');
    const watching = lines.filter((_, index) => lines[index - 1] === '# [watch only]');
    const forbids =
      /^(CapabilityBoundingSet|ProtectControlGroups|RestrictNamespaces|ProtectKernelTunables|SystemCallFilter)=/;
    assert.deepEqual(
      lines.filter((line) => forbids.test(line)),
      watching,
    );
    assert.ok(lines.includes('KillMode=mixed'), 'the agent ends its stress runs before systemd does');
  });
});

describe('deploy/Dockerfile', () => {
  it('pins its base and holds stress-ng', () => {
    const text = readFileSync('deploy/Dockerfile', 'utf8');
    assert.match(text, /^FROM node:\d+\.\d+\.\d+-bookworm-slim$/m);
    assert.match(text, /stress-ng=/);
  });
});
